import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Influx, startInflux } from '#test/servers/influx.ts';
import { freePort, quickest } from '#test/servers/tools.ts';
import { InfluxReadings } from './influx.ts';
import { type Reading, StoreUnavailable } from './port.ts';

const NOW = Date.now();
const readings = (machine: string, times: readonly number[]): Reading[] =>
  times.map((ts, i) => ({ machine, sensor: 'a', ts, value: i }));

/** Everything of an error that a log could show. */
const shown = (error: unknown): string => inspect(error, { depth: 20, showHidden: true });

describe('influxd', () => {
  let influx: Influx;
  beforeAll(async () => {
    influx = await startInflux();
  });
  afterAll(() => influx.stop());

  test('a wrong password is told without being shown, by writes and by questions', async () => {
    const store = new InfluxReadings(influx.url('auth').replace(influx.password, 'wrong%2Fsecret'));
    await store.start();
    const attempts = await Promise.allSettled([store.write(readings('m', [NOW]), []), store.check(), store.latest()]);
    for (const attempt of attempts) {
      const error: unknown = attempt.status === 'rejected' ? attempt.reason : undefined;
      expect(error).toBeInstanceOf(StoreUnavailable);
      expect((error as Error).message).toContain('refuses the log-in of user "admin". Check user and password');
      expect(shown(error)).not.toMatch(/wrong.{1,3}secret|Basic|YWRtaW46/);
    }
    expect(shown(store)).not.toContain('secret');
  });

  test('a user without rights is told which grant is missing, and no reading is given up', async () => {
    await influx.query(`CREATE USER "low" WITH PASSWORD 'low'`);
    const store = new InfluxReadings(`http://low:low@127.0.0.1:${influx.port}/granted`);
    await store.start();
    await expect(store.write(readings('m', [NOW]), [])).rejects.toThrow('Run: CREATE DATABASE "granted"');
    await influx.query('CREATE DATABASE "granted"');
    await expect(store.write(readings('m', [NOW]), [])).rejects.toThrow('Run: GRANT ALL ON "granted" TO "low"');
    await influx.query('GRANT ALL ON "granted" TO "low"');
    expect(await store.write(readings('m', [NOW]), [])).toEqual([]);
    expect(await store.count()).toBe(1);
  });

  /** Writes as it is done without a second thought: whatever the server answers, it has been said. */
  const heedless = (database: string): Pick<InfluxReadings, 'write'> => ({
    async write(batch) {
      const lines = batch.map(
        ({ machine, sensor, ts, value }) => `reading,machine=${machine},sensor=${sensor} value=${value} ${ts}`,
      );
      await send(database, lines.join('\n'));
      return [];
    },
  });
  const send = (database: string, body: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${influx.port}/write?db=${encodeURIComponent(database)}&precision=ms`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${influx.username}:${influx.password}`).toString('base64')}` },
      body,
    });

  /** A11: the database is dropped between two writes of `to`. */
  async function dropped(database: string, to: Pick<InfluxReadings, 'write'>): Promise<void> {
    const store = new InfluxReadings(influx.url(encodeURIComponent(database)));
    await store.start();
    await to.write(readings('m', [NOW]), []);
    await influx.query(`DROP DATABASE "${database.replaceAll('"', '\\"')}"`);
    await to.write(readings('m', [NOW + 1, NOW + 2]), []);
    await store.check();
    expect(await store.count()).toBe(2);
  }

  test('a database that was dropped under way is there again, and so is what comes after', async () => {
    const store = new InfluxReadings(influx.url(encodeURIComponent('drop "me"')));
    await expect(dropped('drop "me"', store)).resolves.toBeUndefined();
  });

  test('mutant: who writes without a second thought is found out by a dropped database', async () => {
    await expect(dropped('dropped', heedless('dropped'))).rejects.toThrow('expected +0 to be 2');
  });

  /** C14: of 503 readings the server takes 500. */
  async function refused(database: string, to: Pick<InfluxReadings, 'write'>): Promise<void> {
    const store = new InfluxReadings(influx.url(database));
    await store.start();
    await send(database, 'reading,machine=x,sensor=a value="text" 1000');
    const old = readings('m', [5000, 6000, 7000]);
    const good = readings(
      'm',
      Array.from({ length: 500 }, (_, i) => NOW + i),
    );
    const named = await to.write([...good.slice(0, 200), ...old, ...good.slice(200)], []);
    expect(named.map(({ reading }) => reading)).toEqual(old);
    expect(named[0]?.detail).toContain('field type conflict');
    expect(await store.count({ machine: 'm' })).toBe(500);
  }

  test('what the server refuses for good is named, its neighbours are stored', async () => {
    await expect(refused('conflict', new InfluxReadings(influx.url('conflict')))).resolves.toBeUndefined();
  });

  test('mutants: who writes without a second thought, and who tries until all is taken, are found out', async () => {
    await expect(refused('heedless', heedless('heedless'))).rejects.toThrow('to deeply equal');
    const stubborn: Pick<InfluxReadings, 'write'> = {
      async write(batch, events) {
        const again = await new InfluxReadings(influx.url('stubborn')).write(batch, events);
        if (again.length > 0) throw new StoreUnavailable(`${again.length} readings are not taken yet`);
        return again;
      },
    };
    await expect(refused('stubborn', stubborn)).rejects.toThrow('3 readings are not taken yet');
  });

  test('a whole batch beyond the retention policy is refused by few requests', async () => {
    const store = new InfluxReadings(influx.url('retention'));
    await store.start();
    await influx.query('CREATE RETENTION POLICY "short" ON "retention" DURATION 1h REPLICATION 1 DEFAULT');
    const old = readings(
      'm',
      Array.from({ length: 5000 }, (_, i) => i),
    );
    const tookMs = await quickest(3000, async () => {
      const began = performance.now();
      expect(await store.write(old, [])).toHaveLength(5000);
      expect(await store.write([...old.slice(0, 20), ...readings('m', [NOW])], [])).toHaveLength(20);
      return performance.now() - began;
    });
    expect(tookMs).toBeLessThan(3000);
    expect(await store.count()).toBe(1);
  });

  test('sums larger than any number cost neither the chart nor its neighbours', async () => {
    const store = new InfluxReadings(influx.url('large'));
    await store.start();
    const values = [1.5e308, 1.6e308];
    await store.write(
      values.map((value, i) => ({ machine: 'm', sensor: 'a', ts: NOW + i, value })),
      [],
    );
    const { sensors: found } = await store.buckets({
      machine: 'm',
      sensors: ['a'],
      from: NOW,
      to: NOW + 2,
      buckets: 1,
    });
    expect(found.get('a')).toEqual([{ t: NOW, min: 1.5e308, max: 1.6e308, mean: 1.55e308, count: 2 }]);
  });

  test('a frozen server is told within 6 s, and what it then took twice is there once', async () => {
    const store = new InfluxReadings(influx.url('frozen'));
    await store.start();
    influx.pause();
    const tookMs = await quickest(6000, async () => {
      const began = performance.now();
      await expect(store.write(readings('m', [NOW]), [])).rejects.toThrow('no answer in time');
      return performance.now() - began;
    });
    influx.resume();
    expect(tookMs).toBeLessThan(6000);
    expect(await store.write(readings('m', [NOW]), [])).toEqual([]);
    expect(await store.count()).toBe(1);
  });
});

describe('answers no InfluxDB should give', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  /** A server that answers writes as `answer` says, and what it was sent. */
  const serve = async (
    answer: (lines: string[]) => [number, string],
  ): Promise<{ store: InfluxReadings; sent: number[] }> => {
    const sent: number[] = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const lines = body.split('\n');
        if (request.url?.startsWith('/write')) sent.push(lines.length);
        const [status, said] = answer(lines);
        response.writeHead(status).end(said);
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return { store: new InfluxReadings(`http://u:p@127.0.0.1:${port}/db`), sent };
  };
  const batch = readings(
    'm',
    Array.from({ length: 100 }, (_, i) => NOW + i),
  );

  test.each([
    [500, '{"error":"engine: cache-max-memory-size exceeded"}'],
    [503, ''],
    [429, 'slow down'],
    [404, 'no such page'],
    [400, '<html>a proxy does not like the request</html>'],
    [400, '{"error":"database is required"}'],
    [400, '{"error":"partial write: max-values-per-tag limit exceeded (100000/100000) dropped=100"}'],
    [301, ''],
    [200 + 400, ''],
  ])('%i %s refuses no reading', async (status, said) => {
    const { store, sent } = await serve(() => [status, said]);
    await expect(store.write(batch, [])).rejects.toBeInstanceOf(StoreUnavailable);
    expect(sent.length).toBeLessThanOrEqual(2);
  });

  test('413 halves until it fits', async () => {
    const { store, sent } = await serve((lines) => (lines.length > 30 ? [413, 'too large'] : [204, '']));
    expect(await store.write(batch, [])).toEqual([]);
    expect(sent.filter((n) => n <= 30).reduce((a, b) => a + b, 0)).toBe(100);
  });

  test('400 about single lines finds just these, however many, and ends', async () => {
    const bad = new Set([0, 17, 18, 99]);
    const isBad = (line: string) => bad.has(Number(line.split(' ')[1]?.slice('value='.length)));
    const { store, sent } = await serve((lines) =>
      lines.some(isBad) ? [400, '{"error":"partial write: field type conflict dropped=0"}'] : [204, ''],
    );
    expect((await store.write(batch, [])).map(({ reading }) => 'value' in reading && reading.value)).toEqual([...bad]);
    expect(sent.length).toBeLessThan(60);
    for (let i = 0; i < 100; i++) bad.add(i);
    expect(await store.write(batch, [])).toHaveLength(100);
  });
});

describe('INFLUX_URL', () => {
  test.each([
    '',
    'nonsense',
    'http://u:secret@host:8086/',
    'ftp://u:secret@host/db',
    'http://u:%E0%A4%A@host/db',
    'http://u:secret@host/a/b',
  ])('refuses %j without repeating it', (url) => {
    expect(() => new InfluxReadings(url)).toThrow(
      /^INFLUX_URL is not of the form http:\/\/user:password@host:8086\/database\.$/,
    );
  });

  test('nobody there is told with the address, never with the password', async () => {
    const port = await freePort();
    const store = new InfluxReadings(`http://u:secret@127.0.0.1:${port}/db`);
    const error = await store.check().catch((e: unknown) => e);
    expect((error as Error).message).toBe(
      `InfluxDB at http://127.0.0.1:${port}/db does not answer (ECONNREFUSED). Check that it runs and that INFLUX_URL is right.`,
    );
    expect(shown(error)).not.toContain('secret');
  });
});
