import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RollableStore, UNIT_MS } from '#shared/readings/rollups/port.ts';
import { Life, type Step, T } from './rollup-life.ts';

/** Makes empty stores; `again` looks at the same data once the one before was stopped. */
export interface RollableStores {
  make(): Promise<{ again(): RollableStore }>;
}

const HOUR = UNIT_MS.hour;
const MACHINES = ['press-1', 'press-2'];
const SENSORS = ['a', 'b', 'none'];

/** Whole eighths add up exactly in any order. */
const reading = fc.record({
  machine: fc.constantFrom(...MACHINES),
  sensor: fc.constantFrom('a', 'b'),
  ts: fc.oneof(
    fc.integer({ min: 0, max: 40 }).map((n) => T + n * HOUR + 1_800_000),
    fc.integer({ min: 0, max: 4_000 }).map((n) => T + n * 36_000),
    fc.integer({ min: T, max: T + 40 * HOUR }),
  ),
  value: fc.integer({ min: -800, max: 800 }).map((n) => n / 8),
});

const question = fc
  .record({
    machine: fc.constantFrom(...MACHINES),
    from: fc.oneof(
      fc.integer({ min: T - 10 * HOUR, max: T + 40 * HOUR }),
      fc.integer({ min: -3, max: 40 }).map((n) => T + n * HOUR),
      fc.integer({ min: 0, max: 40 }).map((n) => T + n * HOUR + 1_800_001),
    ),
    length: fc.oneof(
      fc.integer({ min: 1, max: 60 * HOUR }),
      fc.integer({ min: 1, max: 60 }).map((n) => n * HOUR),
    ),
    buckets: fc.constantFrom(1, 2, 3, 5, 10, 40, 600),
  })
  .map(({ machine, from, length, buckets }) => ({ machine, sensors: SENSORS, from, to: from + length, buckets }));

const during = fc.oneof(fc.constant([]), fc.array(reading, { minLength: 1, maxLength: 30 }));

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      readings: fc.array(reading, { minLength: 1, maxLength: 60 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('ask' as const), question }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('advance' as const, 'extend' as const),
      hours: fc.integer({ min: 1, max: 24 }),
      during,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('redo' as const), during }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('die' as const), calls: fc.integer({ min: 0, max: 5 }) }) },
);

/** What every reading store promises of its rollups. */
export function rollupContract(name: string, stores: RollableStores, runs: number): void {
  describe(`rollups: ${name}`, () => {
    test(
      'whatever is late, overwritten or cut off: a chart shows what the raw readings say',
      { timeout: 120_000 },
      () =>
        expect(
          fc.assert(
            fc.asyncProperty(
              fc.array(step, { minLength: 6, maxLength: 30 }),
              fc.array(question, { minLength: 12, maxLength: 12 }),
              async (steps, last) => {
                const life = new Life((await stores.make()).again);
                await life.begin();
                try {
                  for (const one of steps) await life.take(one);
                  life.live();
                  for (const asked of last) await life.compare(asked);
                  await life.settle();
                  for (const asked of last) await life.compare(asked);
                } finally {
                  await life.end();
                }
              },
            ),
            { numRuns: runs },
          ),
        ).resolves.toBeUndefined(),
    );

    test('a chart that begins within an hour with late readings shows them at once', async () => {
      const life = new Life((await stores.make()).again);
      await life.begin();
      try {
        const reading = (minutes: number) => ({
          machine: 'press-1',
          sensor: 'a',
          ts: T + minutes * 60_000,
          value: minutes,
        });
        await life.write([reading(0), reading(525)]);
        await life.settle();
        await life.write([reading(530)]);
        const question = { machine: 'press-1', sensors: ['a'], from: T + 510 * 60_000, to: T + 24 * HOUR, buckets: 10 };
        await life.compare(question);
        expect((await life.ask(question)).sensors.get('a')).toMatchObject([{ count: 2, max: 530 }]);
      } finally {
        await life.end();
      }
    });

    test('what others wrote beside the house is shown where the house knows nothing', async () => {
      const { again } = await stores.make();
      const house = new Life(again);
      await house.begin();
      await house.write([{ machine: 'press-1', sensor: 'b', ts: T, value: 1 }]);
      await house.settle();
      await house.end();
      const other = again();
      await other.start();
      await other.write([{ machine: 'press-1', sensor: 'a', ts: T + 5 * HOUR, value: 7 }], []);
      await other.stop();
      const later = new Life(again);
      await later.begin();
      try {
        const question = { machine: 'press-1', sensors: ['a', 'b'], from: T, to: T + 24 * HOUR, buckets: 2 };
        const found = (await later.ask(question)).sensors;
        expect([found.get('a'), found.get('b')]).toMatchObject([[{ count: 1, max: 7 }], [{ count: 1, max: 1 }]]);
      } finally {
        await later.end();
      }
    });

    test('sums larger than any number stay with the raw readings', async () => {
      const life = new Life((await stores.make()).again);
      await life.begin();
      try {
        const values = [1.5e308, 1.5e308, 3, 4];
        await life.write(values.map((value, i) => ({ machine: 'press-1', sensor: 'a', ts: T + i * 400_000, value })));
        await life.write([
          { machine: 'press-1', sensor: 'b', ts: T, value: 1.2e308 },
          { machine: 'press-1', sensor: 'b', ts: T + 1, value: 1.2e308 },
          { machine: 'press-1', sensor: 'b', ts: T + HOUR, value: 8 },
        ]);
        await life.settle();
        const found = await life.ask({
          machine: 'press-1',
          sensors: ['a', 'b'],
          from: T,
          to: T + 24 * HOUR,
          buckets: 2,
        });
        expect(found.sensors.get('a')).toEqual([{ t: T, min: 3, max: 1.5e308, mean: 0.75e308 + 1.5, count: 4 }]);
        expect(found.sensors.get('b')).toEqual([{ t: T, min: 8, max: 1.2e308, mean: 0.6e308 + 4, count: 3 }]);
      } finally {
        await life.end();
      }
    });

    test('rollups outlive the raw readings they were made of; what would come too late is refused by name', async () => {
      const life = new Life((await stores.make()).again);
      await life.begin();
      try {
        const hours = Array.from({ length: 48 }, (_, i) => i);
        const reading = (i: number, value: number, offset = 0) => ({
          machine: 'press-1',
          sensor: 'a',
          ts: T + i * HOUR + offset,
          value,
        });
        await life.write(hours.flatMap((i) => [reading(i, i, 60_000), reading(i, i + 1, 600_500)]));
        await life.store.write(
          [],
          [
            { machine: 'press-1', ts: T, code: 'E1', text: 'old' },
            { machine: 'press-1', ts: T + 30 * HOUR, code: 'E2', text: 'new' },
          ],
        );
        await life.settle();
        await life.write([reading(3, 99, 5)]);
        let state = await life.store.upkeep.state(T);
        state = await life.store.upkeep.remove(state, {
          readings: T + 24 * HOUR + 5,
          minutes: T + 12 * HOUR,
          hours: T + 2 * HOUR,
          events: T + HOUR,
        });
        expect(await life.store.rawFrom()).toBe(T + 24 * HOUR);
        expect(await life.store.count({ machine: 'press-1', to: T + 24 * HOUR })).toBe(0);
        expect(await life.store.count({ machine: 'press-1' })).toBe(48);
        expect(
          (await life.store.events({ machine: 'press-1', from: T, to: T + 99 * HOUR, limit: 9 })).map(
            ({ code }) => code,
          ),
        ).toEqual(['E2']);
        const late = [reading(23, 5, 7), reading(24, 5, 7)];
        expect((await life.store.write(late, [])).map((refused) => refused.reading)).toEqual([late[0]]);
        await life.store.upkeep.redo(state);
        const buckets = async (from: number, to: number, n: number) => {
          const { width, sensors } = await life.ask({ machine: 'press-1', sensors: ['a'], from, to, buckets: n });
          return { width, buckets: sensors.get('a') ?? [] };
        };
        const whole = await buckets(T, T + 48 * HOUR, 8);
        expect(whole.width).toBe(6 * HOUR);
        expect(whole.buckets.map(({ count }) => count)).toEqual([9, 12, 12, 12, 13, 12, 12, 12]);
        expect(whole.buckets[0]).toEqual({
          t: T,
          min: 2,
          max: 99,
          mean: (2 + 3 + 3 + 4 + 4 + 5 + 5 + 6 + 99) / 9,
          count: 9,
        });
        // nearer than a minute there is nothing any more, and nearer than an hour before that
        expect(await buckets(T + 20 * HOUR + 1, T + 20 * HOUR + 61_001, 600)).toEqual({
          width: 60_000,
          buckets: [{ t: T + 20 * HOUR + 60_000, min: 20, max: 20, mean: 20, count: 1 }],
        });
        expect((await buckets(T + 5 * HOUR + 1, T + 5 * HOUR + 2, 600)).buckets).toEqual([
          { t: T + 5 * HOUR, min: 5, max: 6, mean: 5.5, count: 2 },
        ]);
      } finally {
        await life.end();
      }
    });
  });
}
