/** The rules of cases, held against whatever alarms, time and several people do. */
import * as fc from 'fast-check';
import type { Selectable } from 'kysely';
import type { ServiceCase } from '#shared/database/queries/cases.ts';
import type { StepTaken } from '#shared/database/queries/case-step.ts';
import type { CaseEventTable } from '#shared/database/schema.ts';
import { OPEN_STATUSES } from '#shared/model/case.ts';
import { type CaseHouse, HOUR, MINUTE } from './case-house.ts';

const SEVERITIES = ['danger', 'warning', 'notice'] as const;
/** Two machines with two components and one rule that endangers none. */
const RULES = [
  { rule: 'hot', component: 'bearing' },
  { rule: 'loud', component: 'bearing' },
  { rule: 'leak', component: 'pump' },
  { rule: 'lost', component: null },
] as const;
const STEPS = [
  'acknowledge',
  'assign',
  'comment',
  'shelve',
  'wait',
  'resolve',
  'false',
  'close',
  'reopen',
  'merge',
  'split',
  'checklist',
] as const;

const anAlarm = { machine: fc.nat(1), rule: fc.nat(RULES.length - 1) };
const aHappening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('raise'), ...anAlarm, severity: fc.constantFrom(...SEVERITIES) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('clear'), ...anAlarm }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('later'), ms: fc.constantFrom(MINUTE, HOUR, 23 * HOUR, 25 * HOUR) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('step'),
      step: fc.constantFrom(...STEPS),
      who: fc.constantFrom('ada', 'bob'),
      case: fc.nat(5),
      other: fc.nat(5),
      /** Whether the person has seen an older revision alone. */
      late: fc.nat(7).map((n) => n === 0),
    }),
  },
);
type Happening = typeof aHappening extends fc.Arbitrary<infer T> ? T : never;

let worlds = 0;

/** One after the other. Answers what was broken and how to come there again; undefined where every rule held. */
export function brokenInTurn(house: CaseHouse): Promise<string | undefined> {
  const happenings = fc.array(aHappening, { minLength: 10, maxLength: 30, size: 'max' });
  return broken(
    fc.asyncProperty(happenings, async (all) => {
      const world = await World.begin(house);
      for (const happening of all) {
        await world.let(happening);
        await world.check();
      }
    }),
  );
}

/** People at once, beside one another and beside the alarms. */
export function brokenAtOnce(house: CaseHouse): Promise<string | undefined> {
  const round = fc.array(aHappening, { minLength: 4, maxLength: 10, size: 'max' });
  return broken(
    fc.asyncProperty(fc.array(round, { minLength: 2, maxLength: 4 }), async (rounds) => {
      const world = await World.begin(house);
      for (const happenings of rounds) {
        // The rules are one: alarms come one after the other, whatever people do beside them.
        const ofTheHouse = happenings.filter(({ kind }) => kind !== 'step');
        const ofPeople = happenings.filter(({ kind }) => kind === 'step');
        const alarms = (async () => {
          for (const each of ofTheHouse) await world.let(each);
        })();
        await Promise.all([alarms, ...ofPeople.map((each) => world.let(each))]);
        await world.check();
      }
    }),
  );
}

async function broken(property: fc.IAsyncProperty<unknown>): Promise<string | undefined> {
  const details = await fc.check(property, { numRuns: 6, interruptAfterTimeLimit: 3_000 });
  return details.failed ? fc.defaultReportMessage(details) : undefined;
}

interface Seen {
  readonly number: number;
  readonly status: string;
  readonly revision: number;
  readonly timeline: string;
}

class World {
  readonly #house: CaseHouse;
  readonly #name: string;
  /** Cases as they stood at the last look, by id. */
  #seen = new Map<string, Seen>();

  constructor(house: CaseHouse, name: string) {
    this.#house = house;
    this.#name = name;
  }

  /** Some alarms stand already. */
  static async begin(house: CaseHouse): Promise<World> {
    const world = new World(house, `world-${(worlds += 1)}`);
    for (const machine of [0, 1])
      for (const rule of [0, 1, 2]) await world.let({ kind: 'raise', machine, rule, severity: 'warning' });
    return world;
  }

  async let(happening: Happening): Promise<void> {
    const house = this.#house;
    switch (happening.kind) {
      case 'raise':
      case 'clear': {
        const { machine, rule } = happening as { machine: number; rule: number };
        const coming = { machine: `${this.#name}-${machine}`, ...(RULES[rule] ?? RULES[0]) };
        if (happening.kind === 'clear') await house.clear(coming);
        else await house.raise({ ...coming, severity: (happening as { severity: 'danger' }).severity });
        break;
      }
      case 'later':
        await house.later((happening as { ms: number }).ms);
        break;
      default:
        await this.#step(happening as Extract<Happening, { step: string }>);
    }
  }

  async #step(happening: Extract<Happening, { step: string }>): Promise<void> {
    const cases = await this.#cases();
    // Mostly with what is open, so that steps succeed.
    const open = cases.filter(({ status }) => OPEN_STATUSES.includes(status));
    const among = happening.case % 4 > 0 && open.length > 0 && happening.step !== 'reopen' ? open : cases;
    const target = among[happening.case % Math.max(1, among.length)];
    if (!target) return;
    const other = among[happening.other % among.length] ?? target;
    const alarms = await this.#house.alarms(target.id);
    const taken = this.#taken(happening.step, other.id, alarms.slice(0, 1 + (happening.other % 2)));
    const ifMatch = happening.late ? target.revision - 1 : target.revision;
    await this.#house.step(target.id, taken, { who: happening.who, ifMatch });
  }

  #taken(step: (typeof STEPS)[number], into: string, alarms: readonly string[]): StepTaken {
    const until = this.#house.until(2 * HOUR);
    const reason = 'darum';
    const valid = { cause: 'a', remedy: 'b', verdict: 'valid' } as const;
    switch (step) {
      case 'acknowledge':
      case 'assign':
        return { step, body: {} };
      case 'comment':
        return { step, body: { text: 'x', visibility: 'internal' } };
      case 'shelve':
        return { step, body: { until, reason } };
      case 'wait':
        return { step, body: { reason: 'part', until } };
      case 'resolve':
      case 'close':
        return { step, body: valid };
      case 'false':
        return { step: 'resolve', body: { verdict: 'false-alarm', why: 'x' } };
      case 'reopen':
        return { step, body: { reason } };
      case 'merge':
        return { step, body: { into, reason } };
      case 'split':
        return { step, body: { alarms: alarms.length > 0 ? [...alarms] : ['none'], reason } };
      case 'checklist':
        return { step, body: { item: 1, done: true } };
    }
  }

  #cases() {
    return this.#house.database.kysely
      .selectFrom('service_case')
      .selectAll()
      .where('machine', 'like', `${this.#name}-%`)
      .orderBy('number')
      .execute();
  }

  /** Every rule, against what the database holds now. */
  async check(): Promise<void> {
    const { kysely } = this.#house.database;
    const cases = await this.#cases();
    const byId = new Map(cases.map((each) => [each.id, each]));
    const alarms = await kysely.selectFrom('alarm').selectAll().where('machine', 'like', `${this.#name}-%`).execute();
    const events = await kysely
      .selectFrom('case_event')
      .selectAll()
      .where('case_id', 'in', ['', ...byId.keys()])
      .orderBy('id')
      .execute();

    const absorbing = cases.filter((each) => each.absorbing && OPEN_STATUSES.includes(each.status));
    const places = absorbing.map(({ machine, component }) => `${machine} ${component}`);
    must(new Set(places).size === places.length, 'one open case a machine and component takes alarms');
    for (const { case_id, suppressed } of alarms) {
      must(case_id !== null || suppressed !== null, 'an alarm that is not suppressed has a case');
      must(case_id === null || byId.get(case_id)?.status !== 'merged', 'no alarm is left with a case that was merged');
    }
    for (const each of cases) {
      const { status } = each;
      must((each.waiting_until !== null) === (status === 'waiting'), `until when it waits, of one that is ${status}`);
      must((each.shelved_until !== null) === (status === 'shelved'), `until when it rests, of one that is ${status}`);
      must((each.merged_into !== null) === (status === 'merged'), `a pointer, of one that is ${status}`);
      must((each.verdict !== null) === (status === 'resolved' || status === 'closed'), `a verdict: ${status}`);
      must(byId.get(each.merged_into ?? '')?.status !== 'merged', 'the pointer leads to where work goes on');
    }
    this.#compare(cases, (id) => JSON.stringify(events.filter(({ case_id }) => case_id === id).map(plain)));
  }

  /** With what was there at the last look. */
  #compare(cases: readonly ServiceCase[], timelineOf: (id: string) => string): void {
    const now = new Map<string, Seen>();
    const highest = Math.max(0, ...[...this.#seen.values()].map(({ number }) => number));
    for (const { id, number, status, revision } of cases) {
      const seen = this.#seen.get(id);
      const timeline = timelineOf(id);
      now.set(id, { number, status, revision, timeline });
      if (!seen) {
        must(number > highest, 'no number is given twice');
        continue;
      }
      must(number === seen.number, 'a case keeps its number');
      must(revision >= seen.revision, 'the revision only grows');
      must(timeline.startsWith(seen.timeline.slice(0, -1)), 'the timeline only grows');
      must(seen.status !== 'merged' || timeline === seen.timeline, 'nothing reaches what was merged');
      must(status === seen.status || timeline !== seen.timeline, 'the timeline tells each change');
    }
    for (const id of this.#seen.keys()) must(now.has(id), 'no case is lost');
    this.#seen = now;
  }
}

function must(holds: boolean, rule: string): void {
  if (!holds) throw new Error(`broken: ${rule}`);
}

function plain({ id, at, actor, kind, detail }: Selectable<CaseEventTable>) {
  return { id, at, actor, kind, detail };
}
