/** What a change of the rulebook or plant does to alarms that stand, as people find it; and the past computed anew. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fold } from '#rules/reader/fold.ts';
import { Setups, setUp } from '#rules/reader/setup.ts';
import { StatusBoard } from '#rules/reader/status-board.ts';
import { Work } from '#rules/reader/work.ts';
import type { Machine, MachineModel, Plant, Sensor } from '#shared/model/plant.ts';
import type { Ended } from '#shared/model/reason.ts';
import type { Rule, Rulebook } from '#shared/model/rule.ts';
import { RulebookHouse } from './rulebook-house.ts';

/** Each story goes on where the one before has ended. */
let now = Date.parse('2026-05-04T06:00:00Z');
const SECOND = 1_000;
const TEMP: Sensor = {
  id: 'temp',
  component: 'bearing',
  name: 'Temperatur',
  unit: '°C',
  tolerance: { low: 40, high: 80 },
};
const HOT: Rule = { id: 'hot', when: { sensor: 'temp', outside: '20%' }, severity: 'warning' };

const modelOf = (id: string, sensors: readonly Sensor[]): MachineModel => ({
  id,
  name: id,
  components: [
    { id: 'bearing', name: 'Lager' },
    { id: 'shaft', name: 'Welle' },
  ],
  sensors,
});
const plantOf = (machines: readonly (Partial<Machine> & { readonly id: string })[]): Plant => ({
  version: 1,
  customers: [{ id: 'muster', name: 'Muster', tier: 'premium' }],
  models: [modelOf('press', [TEMP, { id: 'vib', component: 'shaft' }]), modelOf('bare', [{ id: 'vib' }])],
  machines: machines.map((machine) => ({ model: 'press', customer: 'muster', ...machine })),
});
const book = (...rules: readonly Rule[]): Rulebook => ({ version: 1, rules });

let house: RulebookHouse;
beforeAll(async () => {
  house = await RulebookHouse.open();
  await house.restartReader();
});
afterAll(() => house.close());

const alarms = (machines: readonly string[]) =>
  house.database.kysely
    .selectFrom('alarm')
    .selectAll()
    .where('machine', 'in', [...machines])
    .orderBy('noted_at')
    .orderBy('cleared_at')
    .execute();
const cases = (machine: string) =>
  house.database.kysely
    .selectFrom('service_case')
    .selectAll()
    .where('machine', '=', machine)
    .orderBy('number')
    .execute();
const timeline = (caseId: string) =>
  house.database.kysely
    .selectFrom('case_event')
    .select(['kind', 'detail'])
    .where('case_id', '=', caseId)
    .orderBy('id')
    .execute();

interface Outcome {
  readonly ended: Ended;
  /** The rule from then on; null: it is removed. */
  readonly rule?: Partial<Rule> | null;
  /** The machine from then on. */
  readonly machine?: Partial<Machine> | null;
  /** The sentence that people read in the timeline. */
  readonly said: string;
  /** The alarm that follows at once, where the condition still holds. */
  readonly anew?: { readonly mode?: 'pilot'; readonly severity?: string; readonly component?: string };
  /** Occurrences and severity of the cases afterwards, oldest first. */
  readonly cases: readonly (readonly [component: string, occurrences: number, severity: string])[];
}

const ONE = [['bearing', 1, 'warning']] as const;
const OUTCOMES: readonly Outcome[] = [
  { ended: 'rule-removed', rule: null, said: 'Die Regel wurde entfernt (Version 2, Lena Leitung: weil)', cases: ONE },
  {
    ended: 'rule-off',
    rule: { mode: 'off' },
    said: 'Die Regel wurde ausgeschaltet (Version 2, Lena Leitung: weil)',
    cases: ONE,
  },
  {
    ended: 'rule-pilot',
    rule: { mode: 'pilot' },
    said: 'Die Regel läuft jetzt im Pilotbetrieb (Version 2, Lena Leitung: weil)',
    anew: { mode: 'pilot' },
    cases: ONE,
  },
  {
    ended: 'rule-out-of-scope',
    rule: { applies: { model: 'bare' } },
    said: 'Die Regel gilt hier nicht mehr (Version 2, Lena Leitung: weil)',
    cases: ONE,
  },
  {
    ended: 'rule-changed',
    rule: { severity: 'danger' },
    said: 'Die Regel wurde geändert (Version 2, Lena Leitung: weil)',
    anew: { severity: 'danger' },
    cases: [['bearing', 2, 'danger']],
  },
  {
    ended: 'rule-changed',
    rule: { endangers: 'shaft' },
    said: 'Die Regel wurde geändert (Version 2, Lena Leitung: weil)',
    anew: { component: 'shaft' },
    cases: [...ONE, ['shaft', 1, 'warning']],
  },
  {
    ended: 'rule-changed',
    rule: { when: { sensor: 'temp', above: 120 } },
    said: 'Die Regel wurde geändert (Version 2, Lena Leitung: weil)',
    cases: ONE,
  },
  {
    ended: 'tolerance-changed',
    machine: { sensors: [{ id: 'temp', tolerance: { high: 120 } }] },
    said: 'Die Toleranz wurde geändert (Lena Leitung: weil)',
    cases: ONE,
  },
  {
    ended: 'sensor-changed',
    machine: { sensors: [{ id: 'temp', every: '1h' }] },
    said: 'Der Sensor wurde anders beschrieben (Lena Leitung: weil)',
    anew: {},
    cases: [['bearing', 2, 'warning']],
  },
  {
    ended: 'sensor-removed',
    machine: { model: 'bare' },
    said: 'Der Sensor wurde entfernt (Lena Leitung: weil)',
    cases: ONE,
  },
  {
    ended: 'machine-removed',
    machine: null,
    said: 'Die Maschine wurde entfernt (Lena Leitung: weil)',
    cases: ONE,
  },
];

/** All there is so far; each story has a machine and a rule of its own. */
const park = new Map<string, Partial<Machine> & { readonly id: string }>();
const watch = new Map<string, Rule>();
let made = 0;

async function change(why: string): Promise<number> {
  const at = (now += SECOND);
  await house.change({ plant: plantOf([...park.values()]), rulebook: book(...watch.values()) }, why, at);
  return at;
}

interface Standing {
  readonly machine: string;
  readonly rule: Rule;
}

/** A new machine, on which a new rule is raised. */
async function standing(given: Partial<Rule> = {}): Promise<Standing> {
  const machine = `m-${++made}`;
  const rule: Rule = { ...HOT, applies: { machines: [machine] }, id: `hot-${made}`, ...given };
  park.set(machine, { id: machine });
  watch.set(rule.id, rule);
  await change('neu');
  await house.measure(machine, { temp: 95 }, (now += SECOND));
  return { machine, rule };
}

/** What is given changes of the rule or the machine, and holds when answered. */
function alter({ machine, rule }: Standing, to: Pick<Outcome, 'rule' | 'machine'>, why: string): Promise<number> {
  if (to.machine !== undefined) park.set(machine, { ...to.machine, id: machine });
  if (to.machine === null) park.delete(machine);
  if (to.rule !== undefined) watch.set(rule.id, { ...rule, ...to.rule });
  if (to.rule === null) watch.delete(rule.id);
  return change(why);
}

describe('an alarm stands, and the configuration changes', () => {
  const changed = new Map<Outcome, { readonly machine: string; readonly rule: Rule; readonly at: number }>();
  beforeAll(async () => {
    for (const outcome of OUTCOMES) {
      const known = await standing();
      changed.set(outcome, { ...known, at: await alter(known, outcome, 'weil') });
    }
    await house.caughtUp();
  });

  test.each(OUTCOMES)('$ended: $said', async (outcome) => {
    const { ended, said, anew, cases: after } = outcome;
    const { machine = '', rule, at = 0 } = changed.get(outcome) ?? {};
    const [old, ...others] = await alarms([machine]);
    const by = { configuration: expect.any(Number) as number, author: 'Lena Leitung', why: 'weil' };
    expect(old).toMatchObject({
      rule_version: 1,
      mode: 'live',
      cleared_at: new Date(at),
      clear_reason: { ended, change: by },
    });
    expect(others).toMatchObject(anew ? [{ ...anew, cleared_at: null, rule_version: outcome.rule ? 2 : 1 }] : []);
    const found = await cases(machine);
    expect(found.map(({ component, occurrences, severity }) => [component, occurrences, severity])).toEqual(after);
    expect(found.every(({ status }) => status === 'new')).toBe(true);
    const told = await timeline(found[0]?.id ?? '');
    expect(told.slice(0, 3).map(({ kind }) => kind)).toEqual(['opened', 'raised', 'cleared']);
    expect(told[2]?.detail).toMatchObject({ alarm: old?.id, rule: rule?.id, ruleVersion: 1, summary: { de: said } });
  });

  test('what stands in a pilot rule becomes a case when it goes live', async () => {
    const pilot = await standing({ mode: 'pilot' });
    await alter(pilot, { rule: { mode: 'live' } }, 'bewährt');
    await house.caughtUp();
    const by = { why: 'bewährt', ruleVersion: 2 };
    expect(await alarms([pilot.machine])).toMatchObject([
      { mode: 'pilot', rule_version: 1, case_id: null, clear_reason: { ended: 'rule-live', change: by } },
      { mode: 'live', rule_version: 2, cleared_at: null, case_id: expect.any(String) },
    ]);
    expect(await cases(pilot.machine)).toMatchObject([{ occurrences: 1, status: 'new' }]);
  });

  test('words, and what the rule does not ask for, leave the alarm standing', async () => {
    const known = await standing();
    await alter(known, { rule: { title: 'Heiß', advice: 'Schmieren' } }, 'Worte');
    await alter(known, { machine: { sensors: [{ id: 'vib', tolerance: { high: 3 } }] } }, 'anderer Sensor');
    await house.caughtUp();
    expect(await alarms([known.machine])).toMatchObject([{ rule_version: 1, cleared_at: null }]);
  });
});

/** A small generator of the same numbers at every run. */
function lots(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('the alarms in the database are those of the journal, folded anew with each configuration at its place', async () => {
  const draw = lots(7);
  const machines = ['a-1', 'a-2', 'a-3'];
  const rules: readonly Rule[] = [
    { ...HOT, for: '3s', clear: { for: '2s' } },
    { id: 'mean', when: { sensor: 'temp', mean: '8s', above: 78 }, severity: 'notice' },
    { id: 'jump', when: { sensor: 'vib', changes: { by: 6, within: '5s' } }, severity: 'danger', mode: 'pilot' },
    { id: 'quiet', when: { sensor: 'vib', silent: '6s' }, severity: 'notice' },
  ];
  const changes: readonly { readonly plant?: Plant; readonly rulebook?: Rulebook }[] = [
    { plant: plantOf(machines.map((id) => ({ id }))), rulebook: book(...rules) },
    { plant: plantOf(machines.map((id) => ({ id, sensors: [{ id: 'temp', tolerance: { high: 76 } }] }))) },
    { rulebook: book(...rules.slice(1), { ...HOT, when: { sensor: 'temp', outside: '40%' } }) },
    { plant: plantOf([{ id: 'a-1' }, { id: 'a-3', model: 'bare' }]) },
    { rulebook: book(...rules.map((rule) => ({ ...rule, mode: 'live' as const }))) },
    { rulebook: book(...rules.slice(0, 3)), plant: plantOf(machines.map((id) => ({ id }))) },
  ];
  for (const [n, change] of changes.entries()) {
    await house.change(change, `change ${n}`, now);
    for (let i = 0; i < 120; i++) {
      now += Math.floor(draw() * 900);
      const machine = machines[Math.floor(draw() * 3)] as string;
      const late = draw() < 0.1 ? Math.floor(draw() * 4_000) : 0;
      const temp = 60 + 30 * Math.sin(now / 9_000) + 12 * draw();
      const values = draw() < 0.5 ? { temp } : { temp, vib: 10 * draw() };
      if (draw() < 0.2) await house.tick(now);
      else await house.measure(machine, values, now, now - late);
      if (draw() < 0.02) await house.restartReader();
    }
  }
  await house.caughtUp();

  const journal = house.journal();
  const setups = new Setups(house.database.kysely, house.log);
  const fold = new Fold(setUp(undefined), { prefix: 'machines' });
  const work = new Work(0);
  const board = new StatusBoard([]);
  for (let place = await journal.begin(); ; ) {
    const { records, next } = await journal.read(place);
    if (next === place) break;
    await setups.load(records);
    for (const record of records) fold.take(record, setups.of(record), { work, board });
    place = next;
  }
  await journal.stop();
  const standing = new Map<string, Record<string, unknown>>();
  const folded: Record<string, unknown>[] = [];
  for (const { transition, at: noted, ruleVersion } of work.told) {
    const { machine, rule, mode, severity, component, t, reason } = transition;
    if (!machines.includes(machine)) continue;
    if (transition.transition === 'cleared') {
      Object.assign(standing.get(`${machine} ${rule}`) ?? {}, { cleared_at: new Date(t), clear_reason: reason });
      continue;
    }
    const alarm = { machine, rule, rule_version: ruleVersion, mode, severity, component: component ?? '' };
    const whole = {
      ...alarm,
      raised_at: new Date(t),
      noted_at: new Date(noted),
      reason,
      cleared_at: null,
      clear_reason: null,
    };
    standing.set(`${machine} ${rule}`, whole);
    folded.push(whole);
  }
  const key = (row: Record<string, unknown>): string =>
    JSON.stringify([row['noted_at'], row['machine'], row['rule'], row['raised_at']]);
  const sorted = (rows: readonly Record<string, unknown>[]) => rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  const kept = (await alarms(machines)).map((row) =>
    Object.fromEntries(Object.keys(folded[0] ?? {}).map((k) => [k, row[k as keyof typeof row]])),
  );
  expect(folded.length).toBeGreaterThan(40);
  expect(new Set(folded.map((row) => row['rule_version'])).size).toBeGreaterThan(2);
  expect(sorted(kept)).toEqual(sorted(JSON.parse(JSON.stringify(folded), revive) as typeof folded));
});

/** As the database gives back what was written: times as Date, everything else as JSON carries it. */
function revive(key: string, value: unknown): unknown {
  return key.endsWith('_at') && typeof value === 'string' ? new Date(value) : value;
}
