/** What is simulated: a small plant in several configurations, and messages of which is known what must become of them. */
import type { Configuration } from '#shared/database/queries/configuration.ts';
import type { Plant } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';
import type { Published } from './broker.ts';
import type { Random } from './random.ts';

/** The last one comes and goes with the configurations. */
const MACHINES = ['m-0', 'm-1', 'm-2'] as const;
export const LEAVING = 'm-2';
const RANGE = { low: -50, high: 250 };

function plantOf(high: number, machines: readonly string[]): Plant {
  return {
    version: 1,
    customers: [{ id: 'muster', name: 'Muster', tier: 'premium' }],
    models: [
      {
        id: 'press',
        name: 'Presse',
        components: [
          { id: 'spindle', name: 'Spindel' },
          { id: 'pump', name: 'Pumpe' },
        ],
        sensors: [
          { id: 'temp', component: 'spindle', tolerance: { low: 40, high }, range: RANGE },
          { id: 'pressure', component: 'pump', tolerance: { low: 2, high: 8 }, range: RANGE, every: '2s' },
          { id: 'load', component: 'spindle', formula: 'a * b', inputs: { a: 'temp', b: 'pressure' } },
        ],
      },
    ],
    machines: machines.map((id) => ({ id, model: 'press', customer: 'muster' })),
  };
}

const RULES: readonly Rule[] = [
  { id: 'hot', when: { sensor: 'temp', outside: '20%' }, severity: 'danger', for: '1s', clear: { for: '2s' } },
  { id: 'warm', when: { sensor: 'temp', mean: '4s', above: 70 }, severity: 'notice' },
  { id: 'low', when: { all: [{ sensor: 'pressure', below: 3 }, { state: 'running' }] }, severity: 'warning' },
  { id: 'silent', when: { sensor: 'pressure', silent: '5s' }, severity: 'notice', endangers: 'pump' },
  { id: 'code', when: { event: 'E42', count: 2, within: '20s' }, severity: 'warning', endangers: 'pump' },
  { id: 'tried', mode: 'pilot', when: { sensor: 'load', above: 400 }, severity: 'warning' },
];

/** What a version may consist of. */
export const CONFIGURATIONS: readonly Omit<Configuration, 'version'>[] = [
  [plantOf(80, MACHINES), RULES] as const,
  [plantOf(72, MACHINES), RULES] as const,
  [plantOf(80, MACHINES.slice(0, 2)), RULES] as const,
  [plantOf(80, MACHINES), RULES.slice(1)] as const,
].map(([plant, rules], i) => ({
  plantVersion: i + 1,
  rulebookVersion: i + 1,
  plant,
  rulebook: { version: 1 as const, rules },
  ruleVersions: new Map(rules.map(({ id }) => [id, i + 1])),
  removals: new Map(),
  author: null,
  reason: null,
}));

/** A reading that a message carries, and whether it must be stored or set aside. */
export interface Promised {
  readonly machine: string;
  readonly sensor: string;
  readonly ts: number;
  readonly value: number;
  readonly isGood: boolean;
}

export interface Generated extends Published {
  readonly readings: readonly Promised[];
  /** Nothing of it can be read: it must be set aside as a whole. */
  readonly isBroken: boolean;
}

/** Machines that send, by chance: mostly sound, at times broken, late, of strangers, or twice. */
export class Fleet {
  readonly sent: Generated[] = [];
  readonly #random: Random;
  readonly #temps = new Map<string, number>();
  /** No two readings of a sensor have one time. */
  readonly #times = new Set<string>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next message, at `now` (epoch ms). */
  next(now: number): Generated {
    const random = this.#random;
    if (this.sent.length > 0 && random.chance(0.05)) return random.pick(this.sent);
    const message = this.#message(random.pick(MACHINES), now);
    this.sent.push(message);
    return message;
  }

  #message(machine: string, now: number): Generated {
    const random = this.#random;
    const dice = random.next();
    const ts = dice > 0.95 ? now - random.int(1_000, 60_000) : now;
    const say = (leaf: string, payload: unknown, readings: readonly Promised[] = [], isBroken = false): Generated => ({
      n: this.sent.length,
      topic: `machines/${machine}/${leaf}`,
      payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
      qos: random.chance(0.95) ? 1 : 0,
      readings,
      isBroken,
    });
    if (dice < 0.03) return say('telemetry', `{"values": {"temp": ${random.int(0, 99)}`, [], true);
    if (dice < 0.05) return { ...say('telemetry', { temp: 1 }, [], true), topic: 'machines/nobody/telemetry' };
    if (dice < 0.1) return say('state', random.chance(0.7) ? 'running' : 'idle');
    if (dice < 0.15) return say('events', { ts, code: 'E42', text: 'Öldruck' });
    if (dice < 0.18) return say('connection', random.chance(0.5) ? 'online' : 'offline');
    if (dice < 0.5) {
      const reading = this.#reading(machine, 'temp', ts);
      return say('sensors/temp', { ts: reading.ts, value: reading.value }, [reading]);
    }
    const rows = random.chance(0.2) ? random.int(2, 5) : 1;
    const readings: Promised[] = [];
    const said = Array.from({ length: rows }, () => {
      const temp = this.#reading(machine, 'temp', ts);
      const value = Math.round(random.between(0, 90)) / 10;
      const pressure = { ...temp, sensor: 'pressure', value, isGood: true };
      const unknown = { machine, sensor: 'unknown', ts: temp.ts, value: 1, isGood: false };
      const row = random.chance(0.1) ? [temp, pressure, unknown] : [temp, pressure];
      readings.push(...row);
      return { ts: temp.ts, values: Object.fromEntries(row.map(({ sensor, value }) => [sensor, value])) };
    });
    return say('telemetry', said.length === 1 ? said[0] : said, readings);
  }

  #reading(machine: string, sensor: string, around: number): Promised {
    const random = this.#random;
    let ts = around;
    while (this.#times.has(`${machine} ${sensor} ${ts}`)) ts--;
    this.#times.add(`${machine} ${sensor} ${ts}`);
    const before = this.#temps.get(machine) ?? 60;
    const value = Math.round(Math.min(115, Math.max(30, before + random.between(-25, 25))) * 10) / 10;
    this.#temps.set(machine, value);
    const isGood = !random.chance(0.03);
    return { machine, sensor, ts, value: isGood ? value : 999, isGood };
  }
}
