/** Properties over random worlds, of which no failure is forgotten: its seed is written down and run again for ever. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';

/** Beside the tests; whoever mends a failure commits the line it left here. */
const FOUND = new URL('./found.json', import.meta.url);
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 300);
/** Begins at this seed instead of a random one. */
const SEED = process.env['PROPERTY_SEED'];

interface Finding {
  readonly property: string;
  readonly seed: number;
  /** Of the smallest counterexample, as fast-check gives it. */
  readonly path: string;
}

interface Options {
  readonly runs?: number;
  readonly found?: URL;
}

/**
 * Rejects with seed, path and counterexample where the property does not hold; first for what was found before, then for random
 * worlds. `name` must stay the same for as long as its findings are to be run.
 */
export async function holds<T>(
  name: string,
  property: fc.IRawProperty<T>,
  { runs = RUNS, found = FOUND }: Options = {},
): Promise<void> {
  const known = findings(found);
  for (const { seed, path } of known.filter((each) => each.property === name))
    await fc.assert(property, { seed, path, endOnFailure: true });
  const run = await fc.check(property, { numRuns: runs, ...(SEED === undefined ? {} : { seed: Number(SEED) }) });
  if (!run.failed) return;
  const finding: Finding = { property: name, seed: run.seed, path: run.counterexamplePath ?? '' };
  writeFileSync(found, `${JSON.stringify([...known, finding], null, 2)}\n`);
  const report = await fc.asyncDefaultReportMessage(run);
  throw new Error(`${report}\nKept in ${found.pathname.split('/').at(-1)}: commit it with the mend.`);
}

function findings(file: URL): readonly Finding[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Finding[]) : [];
}
