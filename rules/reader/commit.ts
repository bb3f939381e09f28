/** One transaction: what a stretch of the journal yielded, and the reader's position behind it. */
import type { Database } from '#shared/database/database.ts';
import { markNoData } from '#shared/database/queries/no-data.ts';
import { type NewChange, recordChanges } from '#shared/database/queries/changes.ts';
import { passBeat } from '#shared/database/queries/house.ts';
import { advance, type EngineSnapshot, readerPosition, saveSnapshot } from '#shared/database/queries/reader.ts';
import { addQuality, insertRejects } from '#shared/database/queries/rejects.ts';
import { type StatusChange, updateStatuses } from '#shared/database/queries/status.ts';
import { judgeNotes } from '#rules/cases/broker-notes.ts';
import { judgeSequences } from '#rules/cases/data-quality.ts';
import { decide } from '#rules/cases/decide.ts';
import { casesDue } from '#rules/cases/due.ts';
import { tellExcess } from '#rules/cases/excess.ts';
import type { CaseLimits } from '#rules/cases/limits.ts';
import type { Knowledge } from '#rules/cases/told.ts';
import type { Work } from './work.ts';

/** Another process leads by now: nothing of this one's may be written any more. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

export interface Commit {
  readonly work: Work;
  readonly statuses: readonly StatusChange[];
  readonly changes: readonly NewChange[];
  readonly snapshot: EngineSnapshot | undefined;
  readonly knowledge: Knowledge;
}

export interface Leading {
  /** Name of the reader. */
  readonly name: string;
  readonly epoch: number;
  readonly leaseMs: number;
}

/**
 * Commits once, however often it is called: where the answer to an earlier call was lost, the position tells that all is
 * written. Throws Superseded where somebody else leads; then nothing was written.
 */
export async function commit(database: Database, leading: Leading, what: Commit, limits: CaseLimits): Promise<void> {
  const { from, to } = what.work;
  const done = await database.transaction(async (tx) => {
    // First of all: it locks the reader's row, so that nobody works beside the one who leads.
    if (!(await advance(tx, { ...leading, from, to }))) return false;
    const changes: NewChange[] = [...what.changes];
    const surroundings = { limits, knowledge: what.knowledge };
    changes.push(...(await decide(tx, what.work, surroundings)));
    changes.push(...(await judgeSequences(tx, what.work.sequences, surroundings)));
    changes.push(...(await tellExcess(tx, what.work.excess, surroundings)));
    changes.push(...(await judgeNotes(tx, what.work.notes, surroundings)));
    if (what.work.doubtful) changes.push(...(await markNoData(tx, what.work.doubtful)));
    if (what.work.tick !== undefined) changes.push(...(await casesDue(tx, what.work.tick, limits)));
    await insertRejects(tx, what.work.rejects);
    await addQuality(tx, [...what.work.quality.values()]);
    await updateStatuses(tx, what.statuses);
    if (what.work.beat !== undefined) await passBeat(tx, 'rules', what.work.beat);
    if (what.snapshot) await saveSnapshot(tx, leading.name, what.snapshot);
    await recordChanges(tx, changes);
    return true;
  });
  if (done) return;
  const now = await readerPosition(database.kysely, leading.name);
  if (now?.epoch === leading.epoch && now.position === to) return;
  throw new Superseded(`Another process leads the reader "${leading.name}" (${now?.leader ?? 'unknown'}).`);
}
