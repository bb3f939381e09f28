import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Influx, startInflux } from '#test/servers/influx.ts';
import { waitFor } from '#test/servers/tools.ts';
import { InfluxReadings } from './influx.ts';
import type { ScanQuery, SeriesName } from './port.ts';

const DAY = 86_400_000;
/** A Monday: shards of InfluxDB are weeks. */
const START = Date.UTC(2026, 0, 5);
const REMOTE = '/api/v1/prom/read';

/** What stands between us and InfluxDB does to a remote read. */
type Way = 'through' | 'not found' | 'forbidden' | 'broken' | 'cut' | 'empty' | 'slow';

let influx: Influx;
let way: Way = 'through';
let asked: string[] = [];
let broken = 0;
const front = createServer((request, response) => void pass(request, response));
const url = (database: string): string =>
  influx.url(database).replace(`:${influx.port}/`, `:${(front.address() as AddressInfo).port}/`);

beforeAll(async () => {
  influx = await startInflux();
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  front.close();
  await influx.stop();
});
beforeEach(() => {
  way = 'through';
  asked = [];
  broken = 0;
});

async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  const path = request.url ?? '/';
  const isRemote = path.startsWith(REMOTE);
  asked.push(isRemote ? 'remote read' : (new URLSearchParams(body.toString()).get('q') ?? path));
  response.once('close', () => response.writableFinished || broken++);
  if (isRemote && way === 'not found') return void response.writeHead(404).end('no such page');
  if (isRemote && way === 'forbidden') return void response.writeHead(403).end('not for you');
  if (isRemote && way === 'broken') return void response.writeHead(200).end('<html>');
  if (isRemote && way === 'cut') return void response.destroy();
  if (isRemote && way === 'empty') return void response.writeHead(200).end(Buffer.from([0]));
  if (way === 'slow') return;
  const headers = { ...request.headers } as Record<string, string>;
  for (const name of ['host', 'connection', 'content-length', 'transfer-encoding']) delete headers[name];
  const answer = await fetch(`http://127.0.0.1:${influx.port}${path}`, {
    method: request.method ?? 'GET',
    headers,
    ...(body.length > 0 && { body }),
  });
  const type = answer.headers.get('content-type') ?? '';
  response.writeHead(answer.status, { 'content-type': type }).end(Buffer.from(await answer.arrayBuffer()));
}

const series = (machine: string, ...sensors: string[]): SeriesName[] => sensors.map((sensor) => ({ machine, sensor }));

/** Readings of each series asked for, in the order in which they came. */
async function scanned(store: InfluxReadings, query: ScanQuery): Promise<(readonly [number, number])[][]> {
  const found = query.series.map((): (readonly [number, number])[] => []);
  let last = -Infinity;
  for await (const { series: places, ts, value } of store.scan(query)) {
    for (const [row, t] of ts.entries()) {
      expect(t).toBeGreaterThanOrEqual(last);
      last = t;
      found[places[row] as number]?.push([t, value[row] as number]);
    }
  }
  return found;
}

/** The same one by one, in InfluxQL. */
function plainly(store: InfluxReadings, { series: asking, from, to }: ScanQuery) {
  return Promise.all(asking.map((one) => store.raw({ ...one, from, to, limit: 100_000 })));
}

async function foreign(database: string, lines: readonly string[]): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${influx.port}/write?db=${database}&precision=ns`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${influx.username}:${influx.password}`).toString('base64')}` },
    body: lines.join('\n'),
  });
  expect(response.status).toBe(204);
}

const values = (asking: readonly string[]): number => asking.filter((one) => one.startsWith('SELECT value')).length;

describe('a scan', () => {
  test('gives what InfluxQL gives, whatever was written late, again, or deleted', async () => {
    const store = new InfluxReadings(url('random'));
    await store.start();
    const machine = fc.constantFrom('m-1', 'm.2', 'm-12');
    const time = fc
      .nat(40)
      .chain((step) => fc.constantFrom(START + step * DAY, START + step, START + 7 * DAY - 20 + step));
    const write = fc.record({
      readings: fc.array(
        fc.record({
          machine,
          sensor: fc.constantFrom('a', 'b.c'),
          ts: time,
          value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        }),
        { minLength: 1, maxLength: 30 },
      ),
    });
    const remove = fc.record({ machine, from: time, to: time });
    const asking = fc.subarray(
      [...series('m-1', 'a', 'b.c'), ...series('m.2', 'a', 'b.c'), ...series('m-12', 'b.c'), ...series('nobody', 'a')],
      { minLength: 1 },
    );
    const question = fc.record({ series: asking, from: time, to: time });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(write, write, remove), { maxLength: 4 }), question, async (steps, query) => {
        for (const step of steps) {
          if ('readings' in step) await store.write(step.readings, []);
          else {
            const range = `time >= ${step.from}ms AND time < ${step.to}ms`;
            await influx.query(`DELETE FROM reading WHERE machine = '${step.machine}' AND ${range}`, 'random');
          }
        }
        const whole = { ...query, from: START - DAY, to: START + 60 * DAY };
        expect(await scanned(store, whole)).toEqual(await plainly(store, whole));
        expect(await scanned(store, query)).toEqual(await plainly(store, query));
      }),
      { numRuns: 40 },
    );
    expect(asked).toContain('remote read');
    expect(values(asked.filter((one) => one.includes('GROUP BY')))).toBe(0);
  });

  test('has whole numbers and other tags too, which others wrote', async () => {
    const store = new InfluxReadings(url('foreign'));
    await store.start();
    const at = (ms: number): string => `${START + ms}000000`;
    await foreign('foreign', [
      `reading,machine=m-1,sensor=a value=7i ${at(0)}`,
      `reading,machine=m-1,sensor=a value=8i ${at(2_000)}`,
      `reading,machine=m-1,sensor=b,hall=3 value=-2.5 ${at(14 * DAY + 1_000)}`,
      `reading,machine=m-1,sensor=b,hall=4 value=3.5 ${at(14 * DAY)}`,
      `reading,machine=m-1,sensor=b value=4.5 ${START + 14 * DAY + 1_500}999999`,
      `reading,machine=m-2,sensor=a value=1 ${at(14 * DAY)}`,
    ]);
    const query = { series: [...series('m-1', 'b', 'a'), ...series('m-2', 'a')], from: START, to: START + 20 * DAY };
    const found = await scanned(store, query);
    expect(found.map((rows) => rows.map(([ts, value]) => [ts - START, value]))).toEqual([
      [
        [14 * DAY, 3.5],
        [14 * DAY + 1_000, -2.5],
        [14 * DAY + 1_500, 4.5],
      ],
      [
        [0, 7],
        [2_000, 8],
      ],
      [[14 * DAY, 1]],
    ]);
    expect(found).toEqual(await plainly(store, query));
    const end = { ...query, to: START + 14 * DAY + 1_500 };
    expect(await scanned(store, end)).toEqual(await plainly(store, end));
  });

  test.each<Way>(['not found', 'forbidden', 'broken', 'cut', 'empty'])(
    'is the same where remote read is %s',
    async (wrong) => {
      const store = new InfluxReadings(url('ways'));
      await store.start();
      const readings = Array.from({ length: 500 }, (_, i) => {
        return { machine: `m-${i % 3}`, sensor: 'a', ts: START + i * 1_000, value: i / 3 };
      });
      await store.write(readings, []);
      const query = { series: [0, 1, 2].flatMap((m) => series(`m-${m}`, 'a')), from: START, to: START + DAY };
      way = wrong;
      expect(await scanned(store, query)).toEqual(await plainly(store, query));
      expect(asked).toContain('remote read');
    },
  );

  test('that nobody waits for any more ends at once, and so does its question', async () => {
    const store = new InfluxReadings(url('ways'));
    await store.start();
    way = 'slow';
    asked = [];
    const leaving = new AbortController();
    const query = { series: series('m-1', 'a'), from: START, to: START + DAY, signal: leaving.signal };
    const ended = scanned(store, query).catch((error: unknown) => error);
    await waitFor('the question is under way', () => Promise.resolve(asked.length > 0));
    leaving.abort(new Error('nobody waits'));
    expect(await ended).toMatchObject({ message: 'nobody waits' });
    await waitFor('its connection is closed', () => Promise.resolve(broken > 0));
    expect(values(asked)).toBe(0);
  });
});
