/** One rule, three ways: live over the journal, by the command over CSV files, by the API over the reading store. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Batch, Translator } from '#ingest/writer/translator.ts';
import { backtestCommand } from '#rules/backtest-cli.ts';
import { Fold } from '#rules/reader/fold.ts';
import { setUp } from '#rules/reader/setup.ts';
import { StatusBoard } from '#rules/reader/status-board.ts';
import { Work } from '#rules/reader/work.ts';
import { rulebookToYaml, toYaml } from '#shared/files/write.ts';
import type { JournalRecord } from '#shared/journal/port.ts';
import type { BacktestAnswer } from '#shared/model/api/rule.ts';
import type { Aggregate, Condition, LimitCondition, Rule } from '#shared/model/rule.ts';
import { createLog } from '#shared/process/log.ts';
import { PLANT } from '#test/portal/plant.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';

const STEP = 10_000;
const MOMENTS = 2_000;
const FROM = START - MOMENTS * STEP;

const RULES: readonly Rule[] = [
  { id: 'hot', when: { sensor: 'bearing-temp', outside: '20%' }, for: '1m', clear: { for: '2m' }, severity: 'danger' },
  { id: 'mean-hot', when: { sensor: 'bearing-temp', mean: '5m', above: 75, deadband: 5 }, severity: 'warning' },
  { id: 'half-low', when: { sensor: 'half-pressure', below: 1.4 }, for: '30s', severity: 'warning' },
  {
    id: 'half-drops',
    when: { sensor: 'half-pressure', changes: { by: 0.6, within: '2m', direction: 'down' } },
    severity: 'notice',
  },
  { id: 'silent', when: { sensor: 'bearing-temp', silent: '2m' }, severity: 'notice', endangers: 'spindle' },
  {
    id: 'working-hot',
    when: { all: [{ state: 'running' }, { sensor: 'bearing-temp', above: 85 }] },
    severity: 'warning',
  },
  { id: 'log', when: { event: 'E7', count: 2, within: '10m' }, severity: 'notice' },
  {
    id: 'first-oil-then-heat',
    when: {
      sequence: [
        { sensor: 'half-pressure', below: 1.6 },
        { sensor: 'bearing-temp', above: 80 },
      ],
      within: '15m',
    },
    severity: 'danger',
  },
];

interface Said {
  readonly ts: number;
  readonly machine: string;
  readonly topic: 'telemetry' | 'events' | 'state';
  readonly what: Readonly<Record<string, number | string>>;
}

/** Two machines whose values wander, with gaps, states and events; no two things at one time but values. */
function* course(): Generator<Said> {
  let seed = 7;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const at = new Map(['press-1', 'press-2'].map((machine) => [machine, { temp: 65, oil: 4, gap: 0 }]));
  for (let n = 0; n < MOMENTS; n++) {
    const ts = FROM + n * STEP;
    for (const [machine, now] of at) {
      now.temp += (random() - 0.5) * 6 + (62 - now.temp) * 0.01;
      now.oil += (random() - 0.5) * 0.6 + (4 - now.oil) * 0.02;
      if (random() < 0.01) yield { ts: ts + 1_000, machine, topic: 'events', what: { code: 'E7', text: 'Öl' } };
      if (random() < 0.02)
        yield { ts: ts + 2_000, machine, topic: 'state', what: { state: random() < 0.6 ? 'running' : 'idle' } };
      if (now.gap > 0) now.gap--;
      else if (random() < 0.006) now.gap = 20;
      const [temp, oil] = [Math.round(now.temp * 10) / 10, Math.round(now.oil * 100) / 100];
      if (now.gap > 0) yield { ts: ts + 3_000, machine, topic: 'telemetry', what: { 'oil-pressure': oil } };
      else yield { ts: ts + 3_000, machine, topic: 'telemetry', what: { 'bearing-temp': temp, 'oil-pressure': oil } };
    }
  }
}

const ALL = [...course()].toSorted((a, b) => a.ts - b.ts);
const TO = ALL.at(-1)?.ts ?? 0;

let portal: TestPortal;
let dir: string;
beforeAll(async () => {
  dir = await tempDir('backtest');
  portal = await startPortal();
  const records = ALL.map(recordOf);
  const translator = await Translator.open(
    {
      prefix: 'machines',
      log: createLog('error'),
      configurations: {
        byVersion: () => Promise.resolve(undefined),
        at: () => Promise.resolve({ version: 1, plant: PLANT }),
      },
    },
    0,
  );
  const batch = new Batch();
  for (const record of records) translator.translate(record, batch);
  await portal.readings.write(batch.readings, batch.events);
});
afterAll(async () => {
  await portal.stop();
  await removeDir(dir);
});

function recordOf({ ts, machine, topic, what }: Said, n: number): JournalRecord {
  const payload = Buffer.from(JSON.stringify(topic === 'telemetry' ? { ts, values: what } : { ts, ...what }));
  return { kind: 'message', at: ts, position: n, next: n + 1, topic: `machines/${machine}/${topic}`, payload };
}

type Alarm = readonly [
  machine: string,
  raisedAt: string,
  clearedAt: string | null,
  component: string | null,
  reason: string,
];

const sorted = (alarms: readonly Alarm[]): Alarm[] =>
  alarms.toSorted((a, b) => `${a[0]} ${a[1]}`.localeCompare(`${b[0]} ${b[1]}`));

/** What told of raising and clearing, as alarms. */
function alarmsOf(
  told: readonly { t: number; machine: string; transition: string; component: string | null; reason: unknown }[],
): Alarm[] {
  const alarms: [string, string, string | null, string | null, string][] = [];
  for (const { t, machine, transition, component, reason } of told) {
    const time = new Date(t).toISOString();
    if (transition === 'raised') alarms.push([machine, time, null, component, JSON.stringify(reason)]);
    else (alarms.findLast((alarm) => alarm[0] === machine) ?? [])[2] = time;
  }
  return sorted(alarms);
}

function live(rule: Rule): Alarm[] {
  const rulebook = { version: 1 as const, rules: [rule] };
  const fold = new Fold(
    setUp({
      version: 1,
      plantVersion: 1,
      rulebookVersion: 1,
      plant: PLANT,
      rulebook,
      ruleVersions: new Map(),
      removals: new Map(),
      author: null,
      reason: null,
    }),
    { prefix: 'machines' },
  );
  const gathering = { work: new Work(0), board: new StatusBoard([]) };
  for (const [n, said] of ALL.entries()) fold.take(recordOf(said, n), undefined, gathering);
  const tick = { kind: 'tick' as const, at: TO, position: ALL.length, next: ALL.length + 1, topic: '' };
  fold.take({ ...tick, payload: new Uint8Array() }, undefined, gathering);
  return alarmsOf(gathering.work.told.map(({ transition }) => transition));
}

async function byCommand(rule: Rule): Promise<Alarm[]> {
  const iso = (ts: number) => new Date(ts).toISOString();
  const rows = ALL.flatMap(({ ts, machine, topic, what }) =>
    topic === 'telemetry'
      ? Object.entries(what).map(([sensor, value]) => `${iso(ts)},${machine},${sensor},${value}`)
      : [],
  );
  const events = ALL.flatMap(({ ts, machine, topic, what }) => {
    if (topic === 'telemetry') return [];
    return [
      `${iso(ts)},${machine},${topic === 'state' ? `state,${what['state']}` : `${what['code']},${what['text']}`}`,
    ];
  });
  const files = {
    'plant.yaml': toYaml(PLANT),
    'rules.yaml': rulebookToYaml({ version: 1, rules: [rule] }),
    'readings.csv': ['time,machine,sensor,value', ...rows].join('\n'),
    'events.csv': ['time,machine,code,text', ...events].join('\n'),
  };
  const at = (name: string) => path.join(dir, name);
  for (const [name, text] of Object.entries(files)) await writeFile(at(name), text);
  const args = [
    '--plant',
    at('plant.yaml'),
    '--rules',
    at('rules.yaml'),
    '--events',
    at('events.csv'),
    at('readings.csv'),
  ];
  const lines: string[] = [];
  expect(await backtestCommand(args, { out: (line) => lines.push(line), err: () => undefined })).toBe(0);
  return alarmsOf(
    lines.map((line) => {
      const told = JSON.parse(line) as Parameters<typeof alarmsOf>[0][number] & { t: string };
      return { ...told, t: Date.parse(told.t) };
    }),
  );
}

/** How many alarms there are, where all three ways tell of the same ones. */
async function agreed(rule: Rule): Promise<number> {
  const browser = await portal.as('technician');
  const { status, body } = await browser.post<BacktestAnswer>('/rules/backtest', {
    rule,
    from: new Date(FROM).toISOString(),
    to: new Date(TO).toISOString(),
  });
  expect({ status, rule }).toEqual({ status: 200, rule });
  const byApi = sorted(
    body.alarms.map(({ machine, raisedAt, clearedAt, component, reason }): Alarm => {
      return [machine, raisedAt, clearedAt, component, JSON.stringify(reason)];
    }),
  );
  expect(byApi.length).toBe(body.total);
  expect(byApi).toEqual(await byCommand(rule));
  expect(byApi).toEqual(live(rule));
  return byApi.length;
}

test.each(RULES.map((rule) => [rule.id, rule] as const))('%s', async (_, rule) => {
  expect(await agreed(rule)).toBeGreaterThan(1);
});

/** Limits that the course passes now and then, windows of some minutes, joined and negated. */
function randomRules(seed: number, count: number): readonly Rule[] {
  const minutes = (min: number, max: number) => fc.integer({ min, max }).map((n) => `${n}m`);
  const sensor = fc.constantFrom(
    { id: 'bearing-temp', low: 50, high: 85, by: 12 },
    { id: 'oil-pressure', low: 3, high: 5, by: 1 },
    { id: 'half-pressure', low: 1.5, high: 2.5, by: 0.5 },
  );
  const leaf = sensor.chain(({ id, low, high, by }): fc.Arbitrary<Condition> => {
    const past = fc.constantFrom({ above: high }, { below: low });
    const window = fc.constantFrom<Aggregate>('mean', 'min', 'max');
    const direction = fc.constantFrom('up' as const, 'down' as const, 'either' as const);
    return fc.oneof(
      past.map((limit) => ({ sensor: id, ...limit })),
      fc
        .tuple(past, window, minutes(1, 10))
        .map(([limit, kind, width]) => ({ sensor: id, [kind]: width, ...limit }) as LimitCondition),
      fc.record({
        sensor: fc.constant(id),
        changes: fc.record({ by: fc.constant(by), within: minutes(1, 5), direction }),
      }),
      fc.record({ sensor: fc.constant(id), silent: minutes(1, 3) }),
    );
  });
  const other = fc.oneof(
    fc.constantFrom<Condition>({ state: 'running' }, { state: 'idle' }),
    minutes(5, 30).map((within): Condition => ({ event: 'E7', within })),
  );
  const when = fc.oneof(
    leaf,
    fc.tuple(leaf, fc.oneof(leaf, other)).map((all): Condition => ({ all })),
    fc.tuple(leaf, leaf).map((any): Condition => ({ any })),
    fc.tuple(leaf, leaf).map(([one, not]): Condition => ({ all: [one, { not }] })),
    fc.record({ sequence: fc.tuple(leaf, leaf), within: minutes(5, 30) }),
  );
  const delay = fc.constantFrom('0s', '20s', '90s');
  const rule = fc.record({ when, for: delay, off: delay });
  return fc.sample(rule, { seed, numRuns: count }).map(({ when: condition, for: on, off }, i): Rule => {
    return {
      id: `random-${i}`,
      when: condition,
      for: on,
      clear: { for: off },
      severity: 'warning',
      endangers: 'spindle',
    };
  });
}

test('rules nobody thought of', async () => {
  const counts: number[] = [];
  for (const rule of randomRules(7, 16)) counts.push(await agreed(rule));
  expect(counts.filter((count) => count > 1).length).toBeGreaterThan(counts.length / 2);
});
