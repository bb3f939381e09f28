/**
 * `npm run bench:rules`: evaluations a second of processor time, of 200 rules over 1,000 machines with 20 sensors each, side by side
 * with json-rules-engine on the same readings and the same plain limits; then what a large fleet takes
 * of memory, and what windows and other rules cost.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Engine as JsonRules } from 'json-rules-engine';
import type { Plant } from '#shared/model/plant.ts';
import type { Condition, Rule } from '#shared/model/rule.ts';
import { compile } from '#rules/engine/compile.ts';
import { Engine } from '#rules/engine/engine.ts';
import type { Input } from '#rules/engine/types.ts';
import { grouped, print } from './print.ts';

const SENSORS = 20;
const START = Date.UTC(2026, 0, 1);

function plantOf(machines: number): Plant {
  const sensors = Array.from({ length: SENSORS }, (_, i) => ({ id: `s${i}`, tolerance: { low: 40, high: 80 } }));
  return {
    version: 1,
    customers: [{ id: 'acme', name: 'Acme', tier: 'standard' }],
    models: [{ id: 'mk1', name: 'Mark 1', components: [], sensors }],
    machines: Array.from({ length: machines }, (_, i) => ({ id: `m${i}`, model: 'mk1', customer: 'acme' })),
  };
}

/** `count` rules spread evenly over the sensors; limits differ, so that a few alarms come and go. */
function rulesOf(count: number, condition: (sensor: string, i: number) => Condition): readonly Rule[] {
  return Array.from({ length: count }, (_, i) => {
    return { id: `r${i}`, when: condition(`s${i % SENSORS}`, Math.floor(i / SENSORS)), severity: 'warning' as const };
  });
}

const limit = (sensor: string, i: number): Condition => ({ sensor, above: 78 + i * 0.2 });

/** Snapshots of all machines in turn, by default one a second; values swing slowly with some noise, the same at every run. */
function* snapshots(
  machines: number,
  seconds: number,
  sensors = SENSORS,
  stepMs = 1000,
): Generator<Input & { kind: 'snapshot' }> {
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const ids = Array.from({ length: machines }, (_, i) => `m${i}`);
  const names = Array.from({ length: sensors }, (_, i) => `s${i}`);
  for (let second = 0; second < seconds; second++) {
    const ts = START + second * stepMs;
    for (const [m, machine] of ids.entries()) {
      const readings = names.map((sensor, s) => ({
        sensor,
        value: 66 + 12 * Math.sin(second / 20 + m + s) + 2 * random(),
      }));
      yield { kind: 'snapshot', machine, ts, at: ts, readings };
    }
  }
}

interface Measured {
  readonly readings: number;
  readonly evaluations: number;
  readonly seconds: number;
  readonly alarms: number;
}

function measure(
  machines: number,
  seconds: number,
  rules: readonly Rule[],
  perReading: number,
  sensors = SENSORS,
): Measured {
  const engine = new Engine(compile(plantOf(machines), { version: 1, rules }));
  const inputs = [...snapshots(machines, seconds, sensors)];
  const warmUp = machines * Math.ceil(seconds / 5);
  let alarms = 0;
  const out = { transition: () => void alarms++ };
  for (const input of inputs.slice(0, warmUp)) engine.feed(input, out);
  const begin = process.cpuUsage();
  for (const input of inputs.slice(warmUp)) engine.feed(input, out);
  const took = secondsSince(begin);
  const readings = (inputs.length - warmUp) * sensors;
  return { readings, evaluations: readings * perReading, seconds: took, alarms };
}

/** Processor time of all threads, garbage collection included: other work on the machine hardly distorts it. */
function secondsSince(begin: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1e6;
}

/** json-rules-engine with the same limits: one engine, a run a snapshot, the values as facts. */
async function measureJsonRules(machines: number, seconds: number, rules: readonly Rule[]): Promise<Measured> {
  const engine = new JsonRules();
  for (const { id, when } of rules) {
    const { sensor, above } = when as { sensor: string; above: number };
    engine.addRule({
      conditions: { all: [{ fact: sensor, operator: 'greaterThan', value: above }] },
      event: { type: id },
    });
  }
  const inputs = [...snapshots(machines, seconds)];
  const warmUp = Math.ceil(inputs.length / 5);
  let alarms = 0;
  let begin = process.cpuUsage();
  for (const [i, { readings }] of inputs.entries()) {
    if (i === warmUp) begin = process.cpuUsage();
    const { events } = await engine.run(Object.fromEntries(readings.map(({ sensor, value }) => [sensor, value])));
    alarms += events.length;
  }
  const took = secondsSince(begin);
  const readings = (inputs.length - warmUp) * SENSORS;
  return { readings, evaluations: (inputs.length - warmUp) * rules.length, seconds: took, alarms };
}

function row(name: string, { readings, evaluations, seconds }: Measured): readonly string[] {
  const rate = (n: number) => grouped(n / seconds);
  const perReading = `${((seconds / readings) * 1e9).toFixed(0)} ns`;
  return [name, rate(readings), rate(evaluations), perReading];
}

const plain = rulesOf(200, limit);
const turns: { readonly ours: Measured; readonly theirs: Measured }[] = [];
for (let turn = 0; turn < 3; turn++)
  turns.push({ ours: measure(1000, 40, plain, 10), theirs: await measureJsonRules(1000, 1, plain) });
const fastest = (all: readonly Measured[]): Measured => all.reduce((a, b) => (b.seconds < a.seconds ? b : a));
const [ours, theirs] = [fastest(turns.map((turn) => turn.ours)), fastest(turns.map((turn) => turn.theirs))];
const HEAD = ['', 'readings/s', 'evaluations/s', 'a reading'];
print('200 plain limits over 1,000 machines × 20 sensors, per second of processor time, best of three turns', HEAD, [
  row('Leitwarte', ours),
  row('json-rules-engine', theirs),
]);
const ratio = ours.evaluations / ours.seconds / (theirs.evaluations / theirs.seconds);
console.log(
  `ratio ${ratio.toFixed(0)} (an evaluation is one rule judged on one reading; ${ours.alarms} transitions here)`,
);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What the process holds, bytes, once all rubbish is gone. */
function held(): number {
  for (let round = 0; round < 3; round++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** A fleet that reports every 10 s, for so long that every window is full. */
function fleet(name: string, machines: number, rules: readonly Rule[]): readonly string[] {
  const before = held();
  const program = compile(plantOf(machines), { version: 1, rules });
  const engine = new Engine(program);
  let readings = 0;
  let alarms = 0;
  const begin = process.cpuUsage();
  for (const input of snapshots(machines, 36, SENSORS, 10_000)) {
    engine.feed(input, { transition: () => void alarms++ });
    readings += input.readings.length;
  }
  const took = secondsSince(begin);
  const bytes = held() - before;
  engine.feed({ kind: 'clock', at: START + 400_000 }, { transition: () => void alarms++ });
  const sensor = bytes / machines / SENSORS;
  return [name, grouped(bytes / 1e6), grouped(sensor), grouped(readings / took), grouped(alarms)];
}

const held5m = (sensor: string, i: number): Condition =>
  i % 2 === 0 ? { sensor, outside: '20%' } : { sensor, mean: '5m', above: 79 };
print(
  '10,000 machines × 20 sensors × 40 rules in one process, a reading every 10 s',
  ['', 'memory, MB', 'bytes a sensor', 'readings/s, making them included', 'transitions'],
  [
    fleet('40 plain limits', 10_000, rulesOf(40, limit)),
    fleet('20 limits, 20 means over 5 min (30 readings)', 10_000, rulesOf(40, held5m)),
  ],
);

const KINDS: readonly (readonly [string, (sensor: string, i: number) => Condition])[] = [
  ['outside, deadband', (sensor, i) => ({ sensor, outside: `${i}%` })],
  ['mean over 10 s', (sensor, i) => ({ sensor, mean: '10s', above: 70 + i })],
  ['stddev over 10 s', (sensor, i) => ({ sensor, stddev: '10s', above: 6 + i * 0.1 })],
  ['changes within 10 s', (sensor, i) => ({ sensor, changes: { by: 15 + i * 0.3, within: '10s' } })],
  ['trend over 10 s', (sensor, i) => ({ sensor, trend: { over: '10s', reaches: 'high', within: `${i + 1}s` } })],
];
print(
  '200 rules of other kinds over 100 machines × 20 sensors',
  HEAD,
  KINDS.map(([name, condition]) => row(name, measure(100, 60, rulesOf(200, condition), 10))),
);
print(
  'Mean of one sensor (50 machines) by the number of readings in its window',
  HEAD,
  [10, 100, 1000].map((width) => {
    const rules = rulesOf(1, (sensor) => ({ sensor, mean: `${width}s`, above: 70 }));
    return row(`${width}`, measure(50, 3000, rules, 1, 1));
  }),
);
print(
  'One limit on one sensor (100 machines) by the number of rules on other sensors',
  HEAD,
  [10, 100, 1000, 10_000].map((others) => {
    const [own] = rulesOf(1, limit);
    const rest = rulesOf(others, (_, i) => ({ sensor: `s${1 + (i % (SENSORS - 1))}`, above: 70 + i * 0.001 }));
    return row(`${others}`, measure(100, 1000, [own as Rule, ...rest.map((r) => ({ ...r, id: `o${r.id}` }))], 1, 1));
  }),
);
