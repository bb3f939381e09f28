/** What backtests cannot show: two clocks, changes of the configuration, what is told beside alarms. */
import { describe, expect, it } from 'vitest';
import type { Plant, Sensor } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';
import { compile } from './compile.ts';
import { Engine } from './engine.ts';
import type { DerivedReading, Input, Transition, Unjudged } from './types.ts';

const SENSORS: readonly Sensor[] = [
  { id: 'temp', component: 'bearing', tolerance: { low: 40, high: 80 } },
  { id: 'vib' },
];
const TEMP = SENSORS[0] as Sensor;
const HOT: Rule = { id: 'hot', when: { sensor: 'temp', above: 80 }, severity: 'warning' };
const OUT: Rule = { id: 'out', when: { sensor: 'temp', outside: '20%' }, severity: 'warning' };

function plantOf(sensors: readonly Sensor[] = SENSORS, machines: readonly string[] = ['m1']): Plant {
  return {
    version: 1,
    customers: [],
    models: [{ id: 'mk1', name: 'Mark 1', components: [{ id: 'bearing', name: 'Bearing' }], sensors }],
    machines: machines.map((id) => ({ id, model: 'mk1', customer: 'acme' })),
  };
}

const programOf = (rules: readonly Rule[], plant = plantOf()) => compile(plant, { version: 1, rules });

class Bench {
  readonly told: Transition[] = [];
  readonly unjudged: Unjudged[] = [];
  readonly derived: DerivedReading[] = [];
  readonly engine: Engine;
  readonly #sink = {
    transition: (transition: Transition) => void this.told.push(transition),
    unjudged: (unjudged: Unjudged) => void this.unjudged.push(unjudged),
    derived: (reading: DerivedReading) => void this.derived.push(reading),
  };

  constructor(rules: readonly Rule[], plant = plantOf()) {
    this.engine = new Engine(programOf(rules, plant));
  }

  feed(input: Input): void {
    this.engine.feed(input, this.#sink);
  }

  read(ts: number, at: number, values: Record<string, number>, machine = 'm1'): void {
    const readings = Object.entries(values).map(([sensor, value]) => ({ sensor, value }));
    this.feed({ kind: 'snapshot', machine, ts, at, readings });
  }

  change(rules: readonly Rule[], at: number, plant = plantOf()): void {
    this.engine.reconfigure(programOf(rules, plant), at, this.#sink);
  }

  get lines(): readonly string[] {
    return this.told.map(({ t, machine, rule, transition }) => `${t} ${machine} ${rule} ${transition}`);
  }
}

describe('a delay', () => {
  const rule: Rule = { ...HOT, for: '10s' };

  it('passes by the server clock when the machine falls silent, and carries the time of the machine', () => {
    const bench = new Bench([rule]);
    bench.read(1000, 501_000, { temp: 85 });
    bench.feed({ kind: 'clock', at: 510_999 });
    expect(bench.lines).toEqual([]);
    bench.feed({ kind: 'clock', at: 511_000 });
    expect(bench.lines).toEqual(['11000 m1 hot raised']);
  });

  it('passes by the time of the machine when a recording is played fast', () => {
    const bench = new Bench([rule]);
    bench.read(1000, 500_000, { temp: 85 });
    bench.read(11_000, 500_001, { temp: 70 });
    expect(bench.lines).toEqual(['11000 m1 hot raised', '11000 m1 hot cleared']);
  });

  it('of one machine does not pass by the time of another', () => {
    const bench = new Bench([rule], plantOf(SENSORS, ['m1', 'm2']));
    bench.read(1000, 500_000, { temp: 85 });
    bench.read(20_000, 500_001, { temp: 60 }, 'm2');
    expect(bench.lines).toEqual([]);
  });
});

describe('silence and staleness', () => {
  it('count from receipt: a reading that was long under way is fresh when it comes', () => {
    const quiet: Rule = { id: 'quiet', when: { sensor: 'temp', silent: '10s' }, severity: 'notice' };
    const bench = new Bench([quiet]);
    bench.read(1000, 500_000, { temp: 60 });
    bench.read(400_000, 505_000, { temp: 60 });
    expect(bench.lines).toEqual([]);
    bench.feed({ kind: 'clock', at: 515_000 });
    expect(bench.lines).toEqual(['410000 m1 quiet raised']);
  });
});

describe('what is not evaluated', () => {
  it('is told with its reason', () => {
    const bench = new Bench(
      [HOT],
      plantOf([
        { id: 'temp', range: { low: 0, high: 200 } },
        { id: 'twice', formula: '2 * t', inputs: { t: 'temp' } },
      ]),
    );
    bench.read(1000, 1000, { temp: 60 });
    bench.read(1000, 1000, { temp: 85 });
    bench.read(2000, 2000, { temp: 201, twice: 1, vib: 1 });
    bench.read(3000, 3000, { temp: NaN });
    bench.read(3000, 3000, { temp: 85 }, 'm9');
    expect(bench.unjudged.map(({ why }) => why)).toEqual([
      'late',
      'out-of-range',
      'derived-sensor',
      'unknown-sensor',
      'not-finite',
      'unknown-machine',
    ]);
    expect(bench.lines).toEqual([]);
    expect(bench.derived).toEqual([{ machine: 'm1', sensor: 'twice', ts: 1000, value: 120 }]);
  });
});

describe('a new configuration', () => {
  it('keeps the alarms and delays of rules that decide as before', () => {
    const slow: Rule = { ...HOT, id: 'slow', for: '10s' };
    const bench = new Bench([HOT, slow]);
    bench.read(1000, 1000, { temp: 85 });
    bench.change([slow, { ...HOT, title: 'Hot', advice: 'Grease it' }], 5000);
    bench.feed({ kind: 'clock', at: 11_000 });
    expect(bench.lines).toEqual(['1000 m1 hot raised', '11000 m1 slow raised']);
  });

  it.each([
    ['rule-removed', [], plantOf()],
    ['rule-off', [{ ...OUT, mode: 'off' }], plantOf()],
    ['rule-out-of-scope', [{ ...OUT, applies: { machines: ['m2'] } }], plantOf(SENSORS, ['m1', 'm2'])],
    ['sensor-removed', [OUT], plantOf([{ id: 'vib' }])],
    ['machine-removed', [OUT], plantOf(SENSORS, [])],
  ] as const)('ends a standing alarm for good: %s', (ended, rules, plant) => {
    const bench = new Bench([OUT]);
    bench.read(1000, 1000, { temp: 95 });
    bench.change(rules, 5000, plant);
    expect(bench.told.slice(1)).toMatchObject([
      { t: 5000, transition: 'cleared', severity: 'warning', reason: { ended } },
    ]);
  });

  it.each([
    ['rule-pilot', [{ ...OUT, mode: 'pilot' }], plantOf(), { mode: 'pilot' }],
    ['rule-changed', [{ ...OUT, severity: 'danger' }], plantOf(), { severity: 'danger' }],
    ['rule-changed', [{ ...OUT, endangers: 'shaft' }], plantOf(), { component: 'shaft' }],
    ['rule-changed', [{ ...OUT, when: { sensor: 'temp', outside: '10%' } }], plantOf(), {}],
    ['tolerance-changed', [OUT], plantOf([{ ...TEMP, tolerance: { low: 40, high: 82 } }]), {}],
    ['sensor-changed', [OUT], plantOf([{ ...TEMP, unit: 'K' }]), {}],
    ['sensor-changed', [OUT], plantOf([{ ...TEMP, component: 'shaft' }]), { component: 'shaft' }],
  ] as const)(
    'ends a standing alarm, and raises it anew where it would still stand: %s',
    (ended, rules, plant, now) => {
      const bench = new Bench([OUT]);
      bench.read(1000, 1000, { temp: 95 });
      bench.change(rules, 5000, plant);
      expect(bench.told.slice(1)).toMatchObject([
        { t: 5000, transition: 'cleared', severity: 'warning', component: 'bearing', reason: { ended } },
        { t: 5000, transition: 'raised', ...now },
      ]);
    },
  );

  it('tells that a pilot rule is live now, and begins its delays anew', () => {
    const slow: Rule = { ...OUT, for: '10s' };
    const bench = new Bench([{ ...slow, mode: 'pilot' }]);
    bench.read(1000, 1000, { temp: 95 });
    bench.feed({ kind: 'clock', at: 11_000 });
    bench.change([slow], 20_000);
    bench.feed({ kind: 'clock', at: 30_000 });
    expect(bench.told.map(({ t, transition, mode, reason }) => [t, transition, mode, reason.ended])).toEqual([
      [11_000, 'raised', 'pilot', undefined],
      [20_000, 'cleared', 'pilot', 'rule-live'],
      [30_000, 'raised', 'live', undefined],
    ]);
  });

  it.each([
    [{ ...OUT, title: 'Out', advice: 'Grease it' }, plantOf()],
    [OUT, plantOf([{ ...TEMP, range: { low: 0, high: 200 }, name: 'Temperature' }, { id: 'new' }])],
    [{ ...OUT, applies: { model: 'mk1' } }, plantOf()],
    [HOT, plantOf([{ ...TEMP, tolerance: { high: 90 } }])],
  ] as const)('keeps an alarm whose rule decides as before', (rule, plant) => {
    const bench = new Bench([rule.id === 'hot' ? HOT : OUT]);
    bench.read(1000, 1000, { temp: 95 });
    bench.change([rule], 5000, plant);
    expect(bench.told).toHaveLength(1);
  });

  it('judges at once, with what is known, what is new', () => {
    const bench = new Bench([HOT]);
    bench.read(1000, 1000, { temp: 85 });
    bench.change([{ ...HOT, severity: 'danger' }], 5000);
    expect(bench.lines).toEqual(['1000 m1 hot raised', '5000 m1 hot cleared', '5000 m1 hot raised']);
    expect(bench.told[2]?.severity).toBe('danger');
  });

  it('keeps what windows remember, and begins new ones with the next reading', () => {
    const mean = (id: string, width: string): Rule => ({
      id,
      when: { sensor: 'temp', mean: width, above: 80 },
      severity: 'warning',
    });
    const bench = new Bench([mean('long', '10s')]);
    for (let t = 0; t <= 9000; t += 1000) bench.read(t, t, { temp: 85 });
    bench.change([mean('long', '10s'), mean('short', '2s')], 9500);
    for (let t = 10_000; t <= 12_000; t += 1000) bench.read(t, t, { temp: 85 });
    expect(bench.lines).toEqual(['10000 m1 long raised', '12000 m1 short raised']);
  });

  it('forgets a derived sensor that is computed otherwise', () => {
    const twice = (formula: string) => plantOf([{ id: 'temp' }, { id: 'twice', formula, inputs: { t: 'temp' } }]);
    const rule: Rule = { id: 'much', when: { sensor: 'twice', above: 100 }, severity: 'notice' };
    const bench = new Bench([rule], twice('2 * t'));
    bench.read(1000, 1000, { temp: 60 });
    bench.change([rule], 2000, twice('3 * t'));
    expect(bench.lines).toEqual(['1000 m1 much raised', '2000 m1 much cleared']);
    bench.read(3000, 3000, { temp: 60 });
    expect(bench.lines[2]).toBe('3000 m1 much raised');
  });
});

describe('a reason', () => {
  it('holds the numbers that decided', () => {
    const bench = new Bench(
      [{ ...HOT, when: { sensor: 'temp', outside: '20%' } }],
      plantOf([{ ...SENSORS[0], id: 'temp', unit: '°C' }]),
    );
    bench.read(1000, 1000, { temp: 86 });
    expect(bench.told[0]).toMatchObject({
      component: 'bearing',
      reason: {
        since: 1000,
        delayMs: 0,
        fact: {
          test: 'outside',
          sensor: 'temp',
          value: 86,
          at: 1000,
          unit: '°C',
          excess: 30,
          allowed: 20,
          side: 'high',
          limit: 80,
          width: 20,
          verdict: true,
        },
      },
    });
  });
});
