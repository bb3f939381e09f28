/**
 * Looks at a case: what of its clocks and its escalation is due is told in the timeline, each once, and when to look again is
 * remembered. Whoever is to be told of it is told as of every other entry of the timeline.
 */
import type { Transaction } from '#shared/database/database.ts';
import { addMark, marksOf, setWatch, type WatchedCase } from '#shared/database/queries/case-watch.ts';
import { addCaseEvents, type NewCaseEvent } from '#shared/database/queries/cases.ts';
import { latestVersion, type PolicyBook } from '#shared/database/queries/service-versions.ts';
import { clocksOf, type Clock, type DueStep, escalationOf } from '#shared/model/service/clocks.ts';
import type { Duty } from '#shared/model/service/duty.ts';
import { inLine } from './audience.ts';

export interface WatchParts {
  readonly policies: PolicyBook;
  readonly duty: Duty;
  /** Epoch ms. */
  readonly now: number;
}

/** Something that happens to the case at an instant, once. */
interface Due {
  readonly at: number;
  readonly mark: string;
  readonly kind: 'sla' | 'escalated';
  readonly detail: () => Promise<Readonly<Record<string, unknown>>>;
}

/** True where something was told. */
export async function look(tx: Transaction, watched: WatchedCase, parts: WatchParts): Promise<boolean> {
  const { now, policies } = parts;
  const policyVersion = watched.policyVersion ?? (await latestVersion(tx, 'service_policy')).version;
  const promises = await policies.promises(tx, policyVersion);
  const dues = [
    ...clocksOf(promises, watched.facts, watched.tier, now).flatMap((clock) => ofClock(clock, now)),
    ...escalationOf(promises, watched.facts, watched.tier).map((step) => ofStep(tx, step, watched, parts)),
  ];
  const marked = dues.length > 0 ? await marksOf(tx, watched.id) : new Set<string>();
  const open = dues.filter(({ mark }) => !marked.has(mark));
  const events: NewCaseEvent[] = [];
  for (const due of open.filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at)) {
    if (!(await addMark(tx, watched.id, due.mark, new Date(now)))) continue;
    const detail = await due.detail();
    events.push({ caseId: watched.id, at: new Date(now), actor: null, kind: due.kind, visibility: 'internal', detail });
  }
  await addCaseEvents(tx, events);
  const next = Math.min(...open.filter(({ at }) => at > now).map(({ at }) => at));
  await setWatch(tx, { caseId: watched.id, policyVersion, lookAt: Number.isFinite(next) ? new Date(next) : null });
  return events.length > 0;
}

function ofClock(clock: Clock, now: number): readonly Due[] {
  const { warnAt, dueAt, doneAt, key, clock: name } = clock;
  if (doneAt !== null || warnAt === null || dueAt === null) return [];
  const due = (state: 'warning' | 'breached', at: number): Due => ({
    at,
    mark: `${state}:${key}`,
    kind: 'sla',
    detail: async () => ({ clock: name, state, dueAt: new Date(dueAt).toISOString() }),
  });
  // Who learns of the breach needs no warning any more.
  return now >= dueAt ? [due('breached', dueAt)] : [due('warning', warnAt), due('breached', dueAt)];
}

function ofStep(tx: Transaction, step: DueStep, watched: WatchedCase, { duty, now }: WatchParts): Due {
  const { at, key, notify, after } = step;
  return {
    at,
    mark: key,
    kind: 'escalated',
    detail: async () => {
      const people = await inLine(tx, notify, { duty, owner: watched.owner, now });
      return { step: step.step + 1, notify, after, to: people.map(({ id }) => id) };
    },
  };
}
