import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take half a minute and more, longest first: begun last, they would keep one core waiting for the other. */
const LONGEST: readonly string[] = [
  'test/browser/demo.test.ts',
  'test/faults/rules-kill.test.ts',
  'test/browser/live.test.ts',
  'test/faults/portal-kill.test.ts',
  'test/stories/first-start.test.ts',
  'test/golden/golden.test.ts',
  'test/browser/rules.test.ts',
  'portal/api/permissions.test.ts',
  'test/simulation/simulation.test.ts',
  'test/stories/own-machine.test.ts',
  'shared/backup/backup.test.ts',
  'test/browser/machine.test.ts',
  'test/browser/states.test.ts',
  'test/stories/skab.test.ts',
  'test/browser/inbox.test.ts',
  'test/browser/operation.test.ts',
  'test/contract/casework.test.ts',
  'ingest/writer/kill.test.ts',
  'test/faults/ingest-kill.test.ts',
  'test/contract/database-faults.test.ts',
];

/** Begins the longest files first, also where vitest has no memory of earlier runs. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = LONGEST.indexOf(path.relative(this.ctx.config.root, moduleId));
      return found === -1 ? LONGEST.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
