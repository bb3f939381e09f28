/** A house of one plant, for tests of cases: alarms come and go, time passes, people take steps. */
import { decide } from '#rules/cases/decide.ts';
import { casesDue } from '#rules/cases/due.ts';
import type { CaseLimits } from '#rules/cases/limits.ts';
import type { Surroundings } from '#rules/cases/told.ts';
import type { Database } from '#shared/database/database.ts';
import { json } from '#shared/database/json.ts';
import type { StepResult, StepTaken } from '#shared/database/queries/case-step.ts';
import { takeStep } from '#shared/database/queries/case-steps.ts';
import { type NewChange, recordChanges } from '#shared/database/queries/changes.ts';
import type { Rule, Rulebook, Severity } from '#shared/model/rule.ts';
import type { Text } from '#shared/model/text.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const LIMITS: CaseLimits = { reopenWithinMs: 24 * HOUR, absorbForMs: 24 * HOUR };
const AROUND: Surroundings = {
  limits: LIMITS,
  knowledge: { customerOf: () => 'muster', sentence: () => '', excess: () => undefined },
};

export interface Coming {
  readonly machine: string;
  readonly rule?: string;
  readonly severity?: Severity;
  readonly component?: string | null;
}

export class CaseHouse {
  readonly database: Database;
  /** Epoch ms; move it by `later`. */
  now = Date.parse('2026-04-01T12:00:00Z');

  constructor(database: Database) {
    this.database = database;
  }

  /** Opens the database; ada and bob work here, and version 1 of the rule "hot" has a checklist. */
  async start(): Promise<void> {
    await this.database.start();
    const { kysely } = this.database;
    await kysely
      .insertInto('account')
      .values(
        ['ada', 'bob'].map((id) => ({ id, login: id, name: id, role: 'technician' as const, password_hash: '-' })),
      )
      .execute();
    await this.database.transaction(async (tx) => {
      const { version } = await tx
        .insertInto('rulebook_version')
        .values({ author: null, reason: null, content: json<Rulebook>({ version: 1, rules: [] }) })
        .returning('version')
        .executeTakeFirstOrThrow();
      const checklist: Text[] = [{ de: 'Fett prüfen', en: 'Check grease' }, 'Spiel messen'];
      const hot: Rule = { id: 'hot', when: { state: 'x' }, severity: 'warning', checklist };
      await tx
        .insertInto('rule_version')
        .values({ rule: 'hot', version: 1, rulebook_version: version, author: null, reason: null, content: json(hot) })
        .execute();
    });
  }

  raise(coming: Coming): Promise<void> {
    return this.#tell('raised', coming);
  }

  clear(coming: Coming): Promise<void> {
    return this.#tell('cleared', coming);
  }

  /** Time passes, and the journal's next tick brings about what is due. */
  async later(ms: number): Promise<void> {
    this.now += ms;
    const tick = this.now;
    await this.#decided((tx) => decide(tx, { told: [], tick }, AROUND));
    await this.#decided((tx) => casesDue(tx, tick, LIMITS));
  }

  step(id: string, taken: StepTaken, by: { who?: string; ifMatch?: number | undefined } = {}): Promise<StepResult> {
    const { who = 'ada', ifMatch } = by;
    const at = new Date(this.now);
    return this.database.transaction((tx) => takeStep(tx, { ...taken, case: id, who, ifMatch, at }));
  }

  /** Takes a step that must succeed; answers the case after it. */
  async must(id: string, taken: StepTaken, who = 'ada') {
    const result = await this.step(id, taken, { who });
    if (!result.done) throw new Error(`${taken.step}: ${JSON.stringify(result)}`);
    return result.case;
  }

  until(ms: number): string {
    return new Date(this.now + ms).toISOString();
  }

  /** In the order of their numbers. */
  cases(machine: string) {
    return this.database.kysely
      .selectFrom('service_case')
      .selectAll()
      .where('machine', '=', machine)
      .orderBy('number')
      .execute();
  }

  /** Ids, in the order in which they were raised. */
  async alarms(caseId: string): Promise<string[]> {
    const rows = await this.database.kysely
      .selectFrom('alarm')
      .select('id')
      .where('case_id', '=', caseId)
      .orderBy('noted_at')
      .orderBy('rule')
      .execute();
    return rows.map(({ id }) => id);
  }

  /** Kinds with what matters of their detail. */
  async timeline(caseId: string) {
    const rows = await this.database.kysely
      .selectFrom('case_event')
      .select(['kind', 'actor', 'detail'])
      .where('case_id', '=', caseId)
      .orderBy('id')
      .execute();
    return rows.map(({ kind, actor, detail }) => ({ kind, actor, ...detail }));
  }

  #tell(transition: 'raised' | 'cleared', coming: Coming): Promise<void> {
    const { machine, rule = 'hot', severity = 'warning', component = 'bearing' } = coming;
    const at = this.now;
    const reason = { since: at, delayMs: 0, fact: { test: 'state', state: 'x', verdict: true } } as const;
    const told = {
      transition: { t: at, machine, rule, mode: 'live', transition, severity, component, reason },
      at,
      ruleVersion: 1,
      customer: machine.startsWith('foreign') ? 'other' : 'muster',
      sentence: { de: `${rule} ist ${severity}`, en: `${rule} is ${severity}` },
    } as const;
    return this.#decided((tx) => decide(tx, { told: [told], tick: undefined }, AROUND));
  }

  async #decided(what: (tx: Parameters<typeof decide>[0]) => Promise<readonly NewChange[]>): Promise<void> {
    await this.database.transaction(async (tx) => recordChanges(tx, await what(tx)));
  }
}
