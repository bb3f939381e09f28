import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reading, ReadingStore, StoredEvent } from '#shared/readings/port.ts';

/** One reading store of the adapter under test, empty at first, and gone after `remove`. */
export interface ReadingStoreUnderTest {
  /** Not started yet. */
  readonly store: ReadingStore;
  /** A second look at the same data after the first store was stopped. */
  again(): ReadingStore;
  remove(): Promise<void>;
}

const T = Date.UTC(2026, 0, 31, 8);
/** Each test writes under a machine of its own, so that one server serves them all. */
let machines = 0;
const newMachine = (): string => `m-${++machines}`;

const series = (machine: string, sensor: string, values: readonly (readonly [number, number])[]): Reading[] =>
  values.map(([offset, value]) => ({ machine, sensor, ts: T + offset, value }));

/** What every reading store promises. */
export function readingStoreContract(name: string, make: () => Promise<ReadingStoreUnderTest>): void {
  describe(`reading store: ${name}`, () => {
    let under: ReadingStoreUnderTest;
    let store: ReadingStore;
    const raw = async (machine: string, sensor: string, from = T - 1e9, to = T + 1e9, limit = 1000) =>
      (await store.raw({ machine, sensor, from, to, limit })).map(([t, v]) => [t - T, v]);

    beforeAll(async () => {
      under = await make();
      store = under.store;
      await store.start();
    });
    afterAll(async () => {
      await store.stop();
      await under.remove();
    });

    test('gives back what was written, in order of time, whatever the order of writing', async () => {
      const m = newMachine();
      expect(
        await store.write(
          series(m, 'a', [
            [2000, 3.5],
            [0, -1],
            [1000, 0.1],
          ]),
          [],
        ),
      ).toEqual([]);
      await store.write(
        series(m, 'a', [
          [-5000, 7],
          [1500, 2],
        ]),
        [],
      );
      expect(await raw(m, 'a')).toEqual([
        [-5000, 7],
        [0, -1],
        [1000, 0.1],
        [1500, 2],
        [2000, 3.5],
      ]);
      expect(await raw(m, 'b')).toEqual([]);
      expect(await raw('nobody', 'a')).toEqual([]);
    });

    test('the same reading again overwrites: a batch can be tried again', async () => {
      const m = newMachine();
      const batch = [
        ...series(m, 'a', [
          [0, 1],
          [1, 2],
          [2, 3],
        ]),
        ...series(m, 'b', [[0, 4]]),
      ];
      for (let i = 0; i < 3; i++) await store.write(batch, []);
      expect(await store.count({ machine: m })).toBe(4);
      await store.write(series(m, 'a', [[1, 20]]), []);
      expect(await raw(m, 'a')).toEqual([
        [0, 1],
        [1, 20],
        [2, 3],
      ]);
    });

    /** One reading said several times in a batch, with other values; `to` is who writes it. */
    async function lastWins(to: Pick<ReadingStore, 'write'>): Promise<void> {
      const m = newMachine();
      await to.write(
        series(m, 'a', [
          [0, 1],
          [0, 2],
          [5, 3],
          [5, 4],
          [0, 9],
        ]),
        [],
      );
      expect(await raw(m, 'a')).toEqual([
        [0, 9],
        [5, 4],
      ]);
      await to.write(
        series(m, 'a', [
          [3, 1],
          [3, 2],
          [9, 1],
          [3, 7],
          [9, 8],
        ]),
        [],
      );
      expect(await raw(m, 'a')).toEqual([
        [0, 9],
        [3, 7],
        [5, 4],
        [9, 8],
      ]);
      expect(await store.latest([m])).toEqual([{ machine: m, sensor: 'a', ts: T + 9, value: 8 }]);
    }

    test('of one reading several times in a batch the last wins, late or not', async () => {
      await expect(lastWins(store)).resolves.toBeUndefined();
    });

    test('mutant: a store in which the first wins is found out', async () => {
      const mutant = { write: (batch: readonly Reading[]) => store.write(batch.toReversed(), []) };
      await expect(lastWins(mutant)).rejects.toThrow(/to deeply equal/);
    });

    test('keeps every finite number exactly', async () => {
      const m = newMachine();
      const values = [
        0,
        -1,
        0.1,
        1 / 3,
        1e-300,
        5e-324,
        1e21,
        -1.7976931348623157e308,
        9007199254740991,
        123456789.12345679,
      ];
      await store.write(
        series(
          m,
          'a',
          values.map((v, i) => [i, v]),
        ),
        [],
      );
      expect((await raw(m, 'a')).map(([, v]) => v)).toEqual(values);
    });

    test('refuses what no store can keep, by name, and stores the neighbours', async () => {
      const m = newMachine();
      const good = series(m, 'a', [
        [0, 1],
        [1, 2],
      ]);
      const bad = [
        { machine: m, sensor: 'a', ts: T + 2, value: Number.NaN },
        { machine: m, sensor: 'a', ts: T + 3, value: Number.POSITIVE_INFINITY },
        { machine: m, sensor: 'a', ts: T + 0.5, value: 1 },
        { machine: m, sensor: 'a', ts: 1e18, value: 1 },
        { machine: m, sensor: 'a\nreading,machine=evil,sensor=a value=1 1', ts: T, value: 1 },
        { machine: `${m},sensor=x`, sensor: 'a', ts: T, value: 1 },
      ];
      const events = ['', 'a\nb', 'a\\'].map((code): StoredEvent => ({ machine: m, ts: T, code, text: 'x' }));
      const refused = await store.write(
        [good[0], ...bad, good[1]].filter((r) => r !== undefined),
        events,
      );
      expect(refused.map((r) => r.reading)).toEqual([...bad, ...events]);
      for (const { detail } of refused) expect(detail).not.toBe('');
      expect(await raw(m, 'a')).toEqual([
        [0, 1],
        [1, 2],
      ]);
      expect(await store.count({ machine: 'evil' })).toBe(0);
    });

    test('keeps ids apart that could be mistaken', async () => {
      const ids = ['0', 'constructor', 'time', 'value', 'machine', 'a.b', 'a-b', 'a_b', '1e5', `${'x'.repeat(64)}`];
      const m = newMachine();
      const all = ids.flatMap((sensor, i) => series(m, sensor, [[0, i]]));
      await store.write(all, []);
      expect([...(await store.latest([m]))].toSorted((a, b) => a.value - b.value)).toEqual(all);
      const machinesOf = ids.map((id) => ({ machine: id, sensor: 'a', ts: T, value: 1 }));
      await store.write(machinesOf, []);
      for (const id of ids) expect(await store.count({ machine: id })).toBe(1);
    });

    test('buckets: equal widths from the start of the range, empty ones left out, its end outside', async () => {
      const m = newMachine();
      const values = [
        [-1, 99],
        [0, 1],
        [9, 3],
        [10, 5],
        [35, 7],
        [99, 2],
        [100, 99],
      ] as const;
      await store.write([...series(m, 'a', values), ...series(m, 'b', [[50, 1]])], []);
      const { sensors: found } = await store.buckets({
        machine: m,
        sensors: ['a', 'b', 'none'],
        from: T,
        to: T + 100,
        buckets: 10,
      });
      expect([...found.keys()]).toEqual(['a', 'b', 'none']);
      expect(found.get('a')).toEqual([
        { t: T, min: 1, max: 3, mean: 2, count: 2 },
        { t: T + 10, min: 5, max: 5, mean: 5, count: 1 },
        { t: T + 30, min: 7, max: 7, mean: 7, count: 1 },
        { t: T + 90, min: 2, max: 2, mean: 2, count: 1 },
      ]);
      expect(found.get('b')).toEqual([{ t: T + 50, min: 1, max: 1, mean: 1, count: 1 }]);
      expect(found.get('none')).toEqual([]);
    });

    test('buckets of ranges that begin anywhere and do not divide evenly lose nothing', async () => {
      const m = newMachine();
      const values = Array.from({ length: 1000 }, (_, i) => [i * 7, i] as const);
      await store.write(series(m, 'a', values), []);
      for (const [from, to, buckets] of [
        [13, 6993, 600],
        [13, 6994, 7],
        [0, 1, 600],
        [-86_400_000, 86_400_001, 600],
        [5, 5, 10],
        [9, 3, 10],
      ] as const) {
        const found =
          (await store.buckets({ machine: m, sensors: ['a'], from: T + from, to: T + to, buckets })).sensors.get('a') ??
          [];
        const inside = values.filter(([t]) => t >= from && t < to);
        expect(found.reduce((n, b) => n + b.count, 0)).toBe(inside.length);
        expect(found.length).toBeLessThanOrEqual(buckets);
        expect(Math.max(-1, ...found.map((b) => b.max))).toBe(inside.at(-1)?.[1] ?? -1);
        const width = Math.max(1, Math.ceil((to - from) / buckets));
        for (const b of found)
          expect([(b.t - T - from) % width, b.t >= T + from, b.t < T + to]).toEqual([0, true, true]);
      }
    });

    test('pages through raw values', async () => {
      const m = newMachine();
      await store.write(
        series(
          m,
          'a',
          Array.from({ length: 25 }, (_, i) => [i * 1000, i] as const),
        ),
        [],
      );
      const seen: number[] = [];
      for (let from = T; ; ) {
        const page = await store.raw({ machine: m, sensor: 'a', from, to: T + 24_000, limit: 10 });
        seen.push(...page.map(([, v]) => v));
        if (page.length < 10) break;
        from = (page.at(-1)?.[0] ?? 0) + 1;
      }
      expect(seen).toEqual(Array.from({ length: 24 }, (_, i) => i));
      expect(await raw(m, 'a', T, T + 1e6, 0)).toEqual([]);
    });

    test('scans many series in order of time, none twice, none lost, however unevenly they lie', async () => {
      const [m, n] = [newMachine(), newMachine()];
      const dense = Array.from({ length: 30_000 }, (_, i) => [i * 10, i] as const);
      const sparse = Array.from({ length: 50 }, (_, i) => [i * 86_400_000, -i] as const);
      const bursts = Array.from({ length: 20_000 }, (_, i) => [(i % 2) * 3e9 + i, i / 3] as const);
      await store.write([...series(m, 'a', dense), ...series(n, 'a', sparse), ...series(n, 'b', bursts)], []);
      await store.write(series(m, 'other', dense.slice(0, 100)), []);
      await store.write(series(m, 'a', [[15, 0.5]]), []);
      const asked = [
        { machine: n, sensor: 'b' },
        { machine: m, sensor: 'a' },
        { machine: 'nobody', sensor: 'a' },
        { machine: n, sensor: 'a' },
      ];
      const found = asked.map((): (readonly [number, number])[] => []);
      const [from, to] = [T + 10, T + 50 * 86_400_000 - 86_400_000];
      let last = -Infinity;
      let total = 0;
      for await (const batch of store.scan({ series: asked, from, to })) {
        for (const [i, ts] of batch.ts.entries()) {
          if (ts < last) throw new Error(`${ts} after ${last}`);
          last = ts;
          found[batch.series[i] as number]?.push([ts - T, batch.value[i] as number]);
        }
        total = batch.total;
      }
      const inside = (values: readonly (readonly [number, number])[]) =>
        values.filter(([t]) => t >= from - T && t < to - T).toSorted(([a], [b]) => a - b);
      expect(found).toEqual([inside(bursts), inside([...dense, [15, 0.5]]), [], inside(sparse)]);
      expect(total).toBe(found.flat().length);
    });

    test('a scan of nothing ends at once, and who has enough may stop', async () => {
      const m = newMachine();
      await store.write(
        series(
          m,
          'a',
          Array.from({ length: 100 }, (_, i) => [i, i] as const),
        ),
        [],
      );
      const scan = async (query: Parameters<ReadingStore['scan']>[0]) => {
        for await (const { ts } of store.scan(query)) return ts.length;
        return 0;
      };
      const asked = [{ machine: m, sensor: 'a' }];
      expect(await scan({ series: asked, from: T, to: T })).toBe(0);
      expect(await scan({ series: asked, from: T + 9, to: T })).toBe(0);
      expect(await scan({ series: [], from: T, to: T + 9 })).toBe(0);
      expect(await scan({ series: [{ machine: "' OR 1=1 --", sensor: '"' }], from: T, to: T + 9 })).toBe(0);
      expect(await scan({ series: asked, from: T, to: T + 1e9 })).toBe(100);
    });

    test('knows the oldest reading of every sensor in a range', async () => {
      const [m, n] = [newMachine(), newMachine()];
      const mine = [
        ...series(m, 'a', [
          [5, 2],
          [0, 1],
          [9, 3],
        ]),
        ...series(m, 'b', [[7, 4]]),
      ];
      await store.write([...mine, ...series(n, 'a', [[3, 9]])], []);
      const oldest = async (machines: readonly string[], from: number, to: number) =>
        (await store.oldest({ machines, from: T + from, to: T + to }))
          .map(({ machine, sensor, ts, value }) => [machine, sensor, ts - T, value])
          .toSorted((a, b) => String(a).localeCompare(String(b)));
      expect(await oldest([m, n, 'nobody'], 0, 100)).toEqual([
        [m, 'a', 0, 1],
        [m, 'b', 7, 4],
        [n, 'a', 3, 9],
      ]);
      expect(await oldest([m], 1, 7)).toEqual([[m, 'a', 5, 2]]);
      expect(await oldest([], 0, 100)).toEqual([]);
      expect(await oldest(["' OR 1=1 --"], 0, 100)).toEqual([]);
      expect(await oldest([m], 5, 5)).toEqual([]);
    });

    test('events by code, first or last of a range', async () => {
      const m = newMachine();
      const events = ['a', 'b', "c' OR 1=1", 'a', 'state', 'a'].map((code, i): StoredEvent => {
        return { machine: m, ts: T + i, code, text: `${i}` };
      });
      await store.write([], events);
      const texts = async (more: object) =>
        (await store.events({ machine: m, from: T, to: T + 9, limit: 2, ...more })).map(({ text }) => text);
      expect(await texts({})).toEqual(['0', '1']);
      expect(await texts({ newest: true })).toEqual(['4', '5']);
      expect(await texts({ codes: ['a'] })).toEqual(['0', '3']);
      expect(await texts({ codes: ['a'], newest: true })).toEqual(['3', '5']);
      expect(await texts({ codes: ["c' OR 1=1", 'state', 'none'] })).toEqual(['2', '4']);
      expect(await texts({ codes: [] })).toEqual([]);
      expect(await texts({ without: ['a', "c' OR 1=1"] })).toEqual(['1', '4']);
      expect(await texts({ without: [] })).toEqual(['0', '1']);
      expect(await texts({ codes: ['a', 'b', 'state'], without: ['a'], newest: true })).toEqual(['1', '4']);
      expect(await texts({ codes: ['state'], newest: true, limit: 1, to: T + 4 })).toEqual([]);
    });

    test('knows the newest value of every sensor, also after late readings and after a restart', async () => {
      const [m, n] = [newMachine(), newMachine()];
      await store.write(
        [
          ...series(m, 'a', [
            [0, 1],
            [10, 2],
          ]),
          ...series(m, 'b', [[5, 3]]),
          ...series(n, 'a', [[1, 4]]),
        ],
        [],
      );
      await store.write(series(m, 'a', [[3, 9]]), []);
      const newest = [...series(m, 'a', [[10, 2]]), ...series(m, 'b', [[5, 3]])];
      const sorted = (readings: readonly Reading[]) => readings.toSorted((x, y) => x.sensor.localeCompare(y.sensor));
      expect(sorted(await store.latest([m]))).toEqual(newest);
      expect(await store.latest([])).toEqual([]);
      expect((await store.latest()).filter((r) => r.machine === n)).toEqual(series(n, 'a', [[1, 4]]));
      await store.stop();
      store = under.again();
      await store.start();
      expect(sorted(await store.latest([m]))).toEqual(newest);
      await store.write(
        series(m, 'a', [
          [10, 5],
          [3, 8],
        ]),
        [],
      );
      expect(await raw(m, 'a')).toEqual([
        [0, 1],
        [3, 8],
        [10, 5],
      ]);
    });

    test('keeps events whatever is written in them', async () => {
      const m = newMachine();
      const texts = [
        '',
        'Öl "leer"',
        "it's",
        'back\\slash\\',
        'line\nbreak\r\n\ttab',
        'a,b=c d',
        "x' OR 1=1; DROP TABLE event --",
        '"\\"',
        '😀 \u202E',
        ',machine=x value=1',
      ];
      const events = texts.map((text, i): StoredEvent => ({ machine: m, ts: T + i, code: `E${i}`, text }));
      const codes = ['a b', 'a,b', 'a=b', '"q"', "'q'", 'a\\b', 'Über', '#x', '$1', '\\n', '\\,x'];
      const odd = codes.map((code, i): StoredEvent => ({ machine: m, ts: T + 100 + i, code, text: code }));
      expect(await store.write([], [...events, ...odd])).toEqual([]);
      await store.write([], [...events, ...odd]);
      const range = { machine: m, from: T, to: T + 1000 };
      expect(await store.events({ ...range, limit: 100 })).toEqual([...events, ...odd]);
      expect(await store.events({ ...range, limit: 3 })).toEqual(events.slice(0, 3));
      expect(await store.events({ ...range, to: T + 2, limit: 100 })).toEqual(events.slice(0, 2));
      expect(await store.count({ machine: m })).toBe(0);
    });

    test('one code twice at one time is one event, two codes are two', async () => {
      const m = newMachine();
      const event = (code: string, text: string): StoredEvent => ({ machine: m, ts: T, code, text });
      await store.write([], [event('E1', 'old'), event('E2', 'x'), event('E1', 'new')]);
      expect(await store.events({ machine: m, from: T, to: T + 1, limit: 9 })).toEqual([
        event('E1', 'new'),
        event('E2', 'x'),
      ]);
    });

    test('a hostile machine or sensor in a question finds nothing', async () => {
      for (const evil of ["' OR 1=1 --", 'a\\', '"', "a' or machine =~ /.*/ --", '/.*/', '']) {
        expect(await store.raw({ machine: evil, sensor: 'a', from: T - 1e9, to: T + 1e9, limit: 5 })).toEqual([]);
        expect(await store.raw({ machine: 'constructor', sensor: evil, from: T - 1e9, to: T + 1e9, limit: 5 })).toEqual(
          [],
        );
        expect(await store.count({ machine: evil })).toBe(0);
        expect(await store.latest([evil])).toEqual([]);
        expect(await store.events({ machine: evil, from: 0, to: T + 1e9, limit: 5 })).toEqual([]);
        expect(
          (
            await store.buckets({ machine: 'constructor', sensors: [evil], from: T - 1, to: T + 1, buckets: 2 })
          ).sensors.get(evil),
        ).toEqual([]);
      }
    });

    test('counts by machine and range', async () => {
      const m = newMachine();
      await store.write(
        [
          ...series(m, 'a', [
            [0, 1],
            [10, 2],
          ]),
          ...series(m, 'b', [[0, 3]]),
        ],
        [],
      );
      expect(await store.count({ machine: m })).toBe(3);
      expect(await store.count({ machine: m, from: T, to: T + 10 })).toBe(2);
      expect(await store.count({ machine: m, from: T + 1 })).toBe(1);
      expect(await store.count({ machine: m, to: T })).toBe(0);
      expect(await store.count()).toBeGreaterThan(3);
    });

    test('takes large batches and several writers and readers at once', async () => {
      const m = newMachine();
      const batch = (k: number) =>
        series(
          m,
          `s${k % 2}`,
          Array.from({ length: 12_000 }, (_, i) => [(k >> 1) * 6000 + i, k] as const),
        );
      const writes = Array.from({ length: 6 }, (_, k) => store.write(batch(k), []));
      for (let i = 0; i < 5; i++) await store.latest([m]);
      await Promise.all(writes);
      expect(await store.count({ machine: m })).toBe(2 * 24_000);
    });
  });
}
