import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Plant, PlantIndex } from '#shared/model/plant.ts';
import { decode } from './decode.ts';
import { interpret } from './interpret.ts';
import type { Telemetry } from './types.ts';

const AT = Date.UTC(2026, 0, 31, 8);
const PLANT: Plant = {
  version: 1,
  customers: [{ id: 'acme', name: 'Acme', tier: 'premium' }],
  models: [
    {
      id: 'mk1',
      name: 'Mark 1',
      components: [],
      sensors: [
        { id: 'temp', unit: '°C', range: { low: -40, high: 250 } },
        { id: 'speed' },
        { id: 'power', formula: 'a * 2', inputs: { a: 'speed' } },
      ],
    },
  ],
  machines: [
    { id: 'm1', model: 'mk1', customer: 'acme' },
    { id: 'lost', model: 'gone', customer: 'acme' },
  ],
};
const plant = new PlantIndex(PLANT);
const say = (topic: string, payload: string | Uint8Array, kind: 'message' | 'tick' = 'message'): Telemetry =>
  interpret(
    { kind, at: AT, topic, payload: typeof payload === 'string' ? Buffer.from(payload) : payload },
    plant,
    'machines',
  );
const kept = (t: Telemetry): number => t.snapshots.reduce((n, s) => n + s.readings.length, 0);

describe('what a plant admits', () => {
  it('sets aside one reading for each reason and keeps its neighbours', () => {
    const t = say('machines/m1/telemetry', '{"temp":251,"speed":7,"power":1,"torque":2,"__proto__":3}');
    expect(t.snapshots).toEqual([{ machine: 'm1', ts: AT, readings: [{ sensor: 'speed', value: 7 }] }]);
    expect(t.rejects.map((r) => [r.reason, r.sensor])).toEqual([
      ['out-of-range', 'temp'],
      ['derived-sensor', 'power'],
      ['unknown-sensor', 'torque'],
      ['unknown-sensor', undefined],
    ]);
    expect(t.rejects[0]?.detail).toBe(
      'temp reports 251 °C, above 250 °C, the most it can measure; check sensor, unit and range',
    );
  });

  it('counts the limits of a range as inside', () => {
    expect(say('machines/m1/telemetry', '[{"temp":-40},{"temp":250}]').rejects).toEqual([]);
    expect(say('machines/m1/sensors/temp', '-40.001').rejects[0]?.reason).toBe('out-of-range');
  });

  it('knows neither a machine outside the plant nor one without its model', () => {
    for (const id of ['m2', 'lost', 'constructor']) {
      const t = say(`machines/${id}/telemetry`, '{"temp":1,"speed":2}');
      expect(t.rejects.map((r) => [r.reason, r.machine, r.sensor])).toEqual([
        ['unknown-machine', id, 'temp'],
        ['unknown-machine', id, 'speed'],
      ]);
    }
    expect(say('machines/m2/connection', 'online')).toMatchObject({
      connections: [],
      rejects: [{ reason: 'unknown-machine' }],
    });
  });

  it('judges the times of readings, events and states alike', () => {
    const ahead = AT + 300_001;
    for (const [leaf, payload] of [
      ['telemetry', { ts: ahead, temp: 1 }],
      ['events', { ts: ahead, code: 'E1' }],
      ['state', { ts: ahead, state: 'x' }],
    ]) {
      const t = say(`machines/m1/${leaf as string}`, JSON.stringify(payload));
      expect(t).toMatchObject({
        snapshots: [],
        events: [],
        states: [],
        rejects: [{ reason: 'future', machine: 'm1' }],
      });
    }
  });

  it('says nothing for ticks', () => expect(say('', '', 'tick')).toMatchObject({ snapshots: [], rejects: [] }));
});

const scalar = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => (Object.is(v, -0) ? '-0' : String(v))),
  },
  { weight: 2, arbitrary: fc.constantFrom('1e400', '-1e999', '1e308', '1e-400', '9007199254740993', '0', '61.2') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '"61.2"',
      'null',
      'true',
      '{}',
      '[1,[2]]',
      '{"value":1}',
      'NaN',
      '-Infinity',
      '"\\u0000"',
    ),
  },
);
const sensorName = fc.oneof(
  fc.constantFrom('temp', 'speed', 'power', '__proto__', 'toString', 'value', ''),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const time = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom(
    String(AT),
    String(AT - 1000),
    '"2026-01-31T07:00:00Z"',
    '"soon"',
    '0',
    '1e300',
    'null',
    '1769846400',
    '1.5',
  ),
);
const row = fc
  .tuple(time, fc.uniqueArray(fc.tuple(sensorName, scalar), { selector: ([n]) => n, maxLength: 12 }), fc.boolean())
  .map(([ts, all, nested]) => {
    const values = all.filter(([n]) => nested || (n !== 'ts' && n !== 'values'));
    const body = values.map(([n, v]) => `${JSON.stringify(n)}:${v}`).join(',');
    const text = nested
      ? `{${ts === undefined ? '' : `"ts":${ts},`}"values":{${body}}}`
      : `{${[ts === undefined ? '' : `"ts":${ts}`, body].filter(Boolean).join(',')}}`;
    return { text, count: values.length };
  });

describe('conservation', () => {
  const conserves = (read: typeof say, parameters: { numRuns: number; endOnFailure?: boolean }): void =>
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), fc.constantFrom('m1', 'm2'), (rows, machine) => {
        const payload = rows.length === 1 ? (rows[0]?.text ?? '') : `[${rows.map((r) => r.text).join(',')}]`;
        const t = read(`machines/${machine}/telemetry`, payload);
        expect(kept(t) + t.rejects.length).toBe(rows.reduce((n, r) => n + r.count, 0));
        for (const { readings, ts } of t.snapshots) {
          expect(readings.length).toBeGreaterThan(0);
          expect(ts).toBeLessThanOrEqual(AT + 300_000);
          for (const { sensor, value } of readings) {
            expect(['temp', 'speed']).toContain(sensor);
            expect(Number.isFinite(value)).toBe(true);
          }
        }
      }),
      parameters,
    );

  it('every reading of a message ends in exactly one of readings and rejects', () => {
    expect(() => conserves(say, { numRuns: 1000 })).not.toThrow();
  });

  it.each<readonly [name: string, mutant: typeof say]>([
    ['asks no plant', (topic, payload) => decode('machines', topic, Buffer.from(payload as string), AT)],
    [
      'gives up a message for one bad value',
      (...said) => (say(...said).rejects.length > 0 ? { ...say(...said), snapshots: [] } : say(...said)),
    ],
    ['gives no reasons', (...said) => ({ ...say(...said), rejects: [] })],
  ])('mutant: a reader that %s is found out', (_, mutant) => {
    expect(() => conserves(mutant, { numRuns: 200, endOnFailure: true })).toThrow(/Property failed/);
  });

  it('100,000 mutated payloads neither throw nor leave anything that is not a finite number of a known sensor', () => {
    const seeds = [
      `{"ts":${AT},"values":{"temp":61.2,"speed":3}}`,
      '[{"ts":"2026-01-31T07:00:00Z","temp":1},{"speed":2e3}]',
      `{"ts":${AT},"code":"E42","text":"Öl \\"leer\\"","severity":"warning"}`,
      'running',
    ].map((s) => Buffer.from(s));
    const leaves = ['telemetry', 'sensors/temp', 'events', 'state', 'connection'];
    let state = 42;
    const random = (n: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % n;
    };
    const alphabet = Buffer.from('{}[]",:0123456789.eE+-\\tfnNul\0 \uFEFFäts');
    const wrong: string[] = [];
    for (let i = 0; i < 100_000; i++) {
      const bytes = Buffer.from(seeds[(i >> 2) % seeds.length] ?? []);
      for (let k = random(4); k >= 0; k--)
        bytes[random(bytes.length)] = random(3) === 0 ? random(256) : (alphabet[random(alphabet.length)] ?? 0);
      const t = say(`machines/m1/${leaves[random(leaves.length)]}`, bytes.subarray(0, 1 + random(bytes.length)));
      const sound = t.snapshots.every(
        (s) => Number.isInteger(s.ts) && s.readings.every((r) => Number.isFinite(r.value)),
      );
      if (!sound) wrong.push(bytes.toString());
    }
    expect(wrong).toEqual([]);
  });
});
