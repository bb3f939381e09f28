import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile } from '#rules/engine/compile.ts';
import { Engine } from '#rules/engine/engine.ts';
import type { Transition } from '#rules/engine/types.ts';
import { applyConfiguration, configuration, markEffective } from '#shared/database/queries/configuration.ts';
import type { RecomputeAnswer } from '#shared/model/api/rule.ts';
import type { Plant } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';
import { PLANT } from '#test/portal/plant.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addAlarm } from '#test/portal/seed.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
/** From the machine to the house. */
const LATENCY = 40;
const RULES: readonly Rule[] = [
  { id: 'out', when: { sensor: 'bearing-temp', outside: '20%' }, for: '1m', severity: 'danger' },
  { id: 'mean', when: { sensor: 'bearing-temp', mean: '10m', above: 75 }, severity: 'warning' },
  { id: 'quiet', when: { sensor: 'oil-pressure', silent: '5m' }, severity: 'notice' },
  { id: 'half', when: { sensor: 'half-pressure', below: 1 }, severity: 'notice' },
];

let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal();
});
afterAll(() => portal.stop());

function plantWith(high: number): Plant {
  const models = PLANT.models.map((model) => ({
    ...model,
    sensors: model.sensors.map((s) => (s.id === 'bearing-temp' ? { ...s, tolerance: { low: 40, high } } : s)),
  }));
  return { ...PLANT, models };
}

interface Lived {
  readonly id: string;
  readonly transition: Transition;
}

/** A house as it ran live: configurations and readings in order of time, readings stored, alarms written as they were raised. */
class Past {
  readonly alarms: Lived[] = [];
  readonly #machine: string;
  readonly #engine = new Engine(compile({ ...PLANT, machines: [] }, { version: 1, rules: [] }));
  #versions: ReadonlyMap<string, number> = new Map();
  #told: Transition[] = [];
  readonly #sink = { transition: (told: Transition) => void this.#told.push(told) };

  constructor(machine: string) {
    this.#machine = machine;
  }

  async change(plant: Plant, rules: readonly Rule[], at: number): Promise<void> {
    const rulebook = { version: 1 as const, rules };
    const { version } = await portal.database.transaction((tx) =>
      applyConfiguration(tx, { plant, rulebook, author: 'lead', reason: 'test' }),
    );
    await markEffective(portal.database.kysely, version, version, at);
    this.#versions = (await configuration(portal.database.kysely, version))?.ruleVersions ?? new Map();
    this.#engine.reconfigure(compile(plant, rulebook), at, this.#sink);
    await this.#write(at);
  }

  async read(sensor: string, value: number, ts: number, at = ts + LATENCY): Promise<void> {
    const machine = this.#machine;
    await portal.readings.write([{ machine, sensor, ts, value }], []);
    this.#engine.feed({ kind: 'snapshot', machine, ts, at, readings: [{ sensor, value }] }, this.#sink);
    await this.#write(at);
  }

  async tick(at: number): Promise<void> {
    this.#engine.feed({ kind: 'clock', at }, this.#sink);
    await this.#write(at);
  }

  async #write(at: number): Promise<void> {
    for (const transition of this.#told.splice(0)) {
      const { machine, rule, t, reason, severity } = transition;
      const standing = portal.database.kysely
        .updateTable('alarm')
        .where('machine', '=', machine)
        .where('rule', '=', rule);
      await standing
        .set({ cleared_at: new Date(t) })
        .where('cleared_at', 'is', null)
        .execute();
      if (transition.transition === 'cleared') continue;
      const id = await addAlarm(portal, { machine, rule, severity, raisedAt: t, reason });
      const noted = { noted_at: new Date(at), rule_version: this.#versions.get(rule) ?? 0 };
      await portal.database.kysely.updateTable('alarm').set(noted).where('id', '=', id).execute();
      this.alarms.push({ id, transition });
    }
  }
}

const asked = async (id: string): Promise<RecomputeAnswer> =>
  (await (await portal.as('technician')).get<RecomputeAnswer>(`/alarms/${id}/recompute`)).body;

test('every alarm of a day with changes in the middle is judged as it was then', async () => {
  const past = new Past('press-1');
  const begin = START - 24 * 60 * MINUTE;
  await past.change(plantWith(80), RULES, begin - 60 * MINUTE);
  for (let i = 0; i < 300; i++) {
    const ts = begin + i * 10 * SECOND;
    await past.read('bearing-temp', 66 + 20 * Math.sin(i / 30), ts);
    if (i < 60 || i > 150) await past.read('oil-pressure', i % 40 === 0 ? 1.5 : 4.2, ts + SECOND);
    await past.tick(ts + 5 * SECOND);
    if (i === 90) await past.change(plantWith(70), RULES, ts + 6 * SECOND);
    if (i === 110) await past.change(plantWith(70), [...RULES.slice(0, 1), ...RULES.slice(2)], ts + 6 * SECOND);
    if (i === 200) await past.change(plantWith(90), RULES, ts + 6 * SECOND);
  }
  expect(new Set(past.alarms.map(({ transition }) => transition.rule))).toEqual(
    new Set(['out', 'mean', 'quiet', 'half']),
  );
  const answers = await Promise.all(past.alarms.map(({ id }) => asked(id)));
  expect(answers.map(({ verdict, missing, differences }) => [verdict, missing, differences])).toEqual(
    answers.map(() => ['equal', null, []]),
  );
  const bands = answers.flatMap(({ tolerances }) => tolerances.filter(({ sensor }) => sensor === 'bearing-temp'));
  expect(new Set(bands.map(({ high }) => high)).size).toBeGreaterThan(1);
});

test('an alarm that a change raised at once, and one of a recording played years later', async () => {
  const [press, recording] = [new Past('press-2'), new Past('guss-1')];
  const at = START - 10 * 60 * MINUTE;
  const out: Rule = { id: 'out', when: { sensor: 'bearing-temp', outside: '20%' }, severity: 'danger' };
  for (const past of [press, recording]) await past.change(plantWith(80), [{ ...out, mode: 'off' }], at - MINUTE);
  await press.read('bearing-temp', 90, at);
  for (const past of [press, recording]) await past.change(plantWith(80), [out], at + 10 * SECOND);
  const then = Date.parse('2019-01-01T00:00:00Z');
  await recording.read('bearing-temp', 60, then, at + 2 * MINUTE);
  await recording.read('bearing-temp', 96, then + 10 * SECOND, at + 2 * MINUTE + 1);
  const answers = await Promise.all([...press.alarms, ...recording.alarms].map(({ id }) => asked(id)));
  expect(answers.map(({ verdict, differences }) => [verdict, differences])).toEqual([
    ['equal', []],
    ['equal', []],
  ]);
});

test('a reading that is stored otherwise, or not any more, is told', async () => {
  const past = new Past('press-3');
  const at = START - 3 * 60 * MINUTE;
  await past.change(plantWith(80), [{ ...(RULES[0] as Rule), for: '0s' }], at - 60 * MINUTE);
  await past.read('bearing-temp', 60, at);
  await past.read('bearing-temp', 96.5, at + MINUTE);
  const [alarm] = past.alarms;
  const id = alarm?.id ?? '';
  expect((await asked(id)).verdict).toBe('equal');
  await portal.readings.write([{ machine: 'press-3', sensor: 'bearing-temp', ts: at + MINUTE, value: 99 }], []);
  const differs = await asked(id);
  expect(differs).toMatchObject({ verdict: 'differs', recomputed: { raisedAt: new Date(at + MINUTE).toISOString() } });
  expect(differs.differences).toContainEqual({ path: 'reason.fact.value', stored: 96.5, recomputed: 99 });
  await portal.readings.write([{ machine: 'press-3', sensor: 'bearing-temp', ts: at + MINUTE, value: 61 }], []);
  expect(await asked(id)).toMatchObject({ verdict: 'differs', recomputed: null });
  const gone = await addAlarm(portal, { machine: 'guss-1', rule: 'mean', raisedAt: START });
  expect(await asked(gone)).toMatchObject({ verdict: 'unknown' });
});
