/** What the rules tell of themselves; nothing while another process leads. Their heartbeat stands in their own transaction. */
import type { StageState } from '#shared/house/reporter.ts';
import type { RulesReader } from './reader.ts';

/** `now`: epoch ms. */
export async function rulesStage(reader: RulesReader, now: number): Promise<StageState | undefined> {
  const progress = await reader.progress();
  if (progress === undefined) return undefined;
  const { lagBytes, committedAt, waitsFor, records, raised, cleared, commits, rejected } = progress;
  return {
    passed: records,
    lagBytes,
    lagMs: lagBytes === 0 || committedAt === 0 ? 0 : Math.max(0, now - committedAt),
    waitsFor,
    rejected,
    beatAt: null,
    more: { raised, cleared, commits },
  };
}
