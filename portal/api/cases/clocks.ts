/** The clocks of cases as they stand now: what was promised, what is left, what was met or missed. */
import { watchedCases } from '#shared/database/queries/case-watch.ts';
import { latestVersion, PolicyBook } from '#shared/database/queries/service-versions.ts';
import { may, type Who } from '#shared/model/access.ts';
import type { ClockAnswer } from '#shared/model/api/service.ts';
import { type Clock, clocksOf } from '#shared/model/service/clocks.ts';
import type { PortalParts } from '../parts.ts';

export class CaseClocks {
  readonly #parts: Pick<PortalParts, 'database' | 'clock'>;
  readonly #policies = new PolicyBook();

  constructor(parts: Pick<PortalParts, 'database' | 'clock'>) {
    this.#parts = parts;
  }

  /** By id; for whoever may not see internal things, none. */
  async of(who: Who, ids: readonly string[]): Promise<ReadonlyMap<string, ClockAnswer[]>> {
    if (ids.length === 0 || !may(who.role, 'case.internal')) return new Map();
    const db = this.#parts.database.kysely;
    const now = this.#parts.clock();
    const newest = await latestVersion(db, 'service_policy');
    const answers = new Map<string, ClockAnswer[]>();
    for (const watched of await watchedCases(db, ids)) {
      const promises = await this.#policies.promises(db, watched.policyVersion ?? newest.version);
      answers.set(watched.id, clocksOf(promises, watched.facts, watched.tier, now).map(present));
    }
    return answers;
  }
}

function present({
  clock,
  state,
  targetMs,
  calendar,
  startedAt,
  warnAt,
  dueAt,
  remainingMs,
  doneAt,
}: Clock): ClockAnswer {
  return {
    clock,
    state,
    targetMs,
    calendar,
    startedAt: time(startedAt),
    warnAt: warnAt === null ? null : time(warnAt),
    dueAt: dueAt === null ? null : time(dueAt),
    remainingMs,
    doneAt: doneAt === null ? null : time(doneAt),
  };
}

const time = (ms: number): string => new Date(ms).toISOString();
