import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '#shared/model/api/common.ts';
import type { QualityAnswer, ReadingsAnswer, RejectAnswer } from '#shared/model/api/machine.ts';
import { applyConfiguration } from '#shared/database/queries/configuration.ts';
import { addQuality, insertRejects } from '#shared/database/queries/rejects.ts';
import { FIRST } from '#shared/readings/rollups/port.ts';
import { PLANT } from '#test/portal/plant.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { heard } from '#test/portal/seed.ts';

let portal: TestPortal;
/** Real, because tolerance versions are dated by the database. */
const NOW = Date.now();
const iso = (ms: number): string => new Date(ms).toISOString();
const MINUTE = 60_000;

beforeAll(async () => {
  portal = await startPortal();
  const course = Array.from({ length: 60 }, (_, i) => ({
    machine: 'press-1',
    sensor: 'bearing-temp',
    ts: START + i * MINUTE,
    value: 60 + i,
  }));
  const pressure = Array.from({ length: 5 }, (_, i) => ({
    machine: 'press-1',
    sensor: 'oil-pressure',
    ts: START + i * MINUTE,
    value: 4 + i / 10,
  }));
  await portal.readings.write(
    [...course, ...pressure, { machine: 'guss-1', sensor: 'oil-pressure', ts: START, value: 12_345 }],
    [
      { machine: 'press-1', ts: START + MINUTE, code: 'E42', text: 'Schmierung unterbrochen' },
      { machine: 'press-1', ts: START + MINUTE, code: 'state', text: 'running' },
      { machine: 'press-1', ts: START + 2 * MINUTE, code: 'E43', text: '' },
      { machine: 'guss-1', ts: START, code: 'SECRET', text: 'canary' },
    ],
  );
});
afterAll(() => portal.stop());

const ask = async (login: string, query: string, machine = 'press-1') =>
  (await portal.as(login)).get<ReadingsAnswer & Problem>(`/machines/${machine}/readings?${query}`);
const HOUR = `from=${iso(START)}&to=${iso(START + 60 * MINUTE)}`;

test('a course comes as envelope of equal buckets, empty ones left out', async () => {
  const { body } = await ask('technician', `sensors=bearing-temp,oil-pressure&${HOUR}&buckets=6`);
  expect(body.bucketMs).toBe(10 * MINUTE);
  expect(body.sensors['bearing-temp']).toMatchObject({ unit: '°C' });
  expect(body.sensors['bearing-temp']?.buckets).toHaveLength(6);
  expect(body.sensors['bearing-temp']?.buckets?.[1]).toEqual({
    t: iso(START + 10 * MINUTE),
    min: 70,
    max: 79,
    mean: 74.5,
    count: 10,
  });
  expect(body.sensors['oil-pressure']?.buckets).toHaveLength(1);
});

test('the band is the one that held then, not that of today', async () => {
  const machines = PLANT.machines.map((machine) =>
    machine.id === 'press-1' ? { ...machine, sensors: [{ id: 'bearing-temp', tolerance: { high: 70 } }] } : machine,
  );
  await portal.database.transaction((tx) =>
    applyConfiguration(tx, { plant: { ...PLANT, machines }, author: null, reason: null }),
  );
  const { body } = await ask(
    'technician',
    `sensors=bearing-temp&from=${iso(NOW - 3_600_000)}&to=${iso(NOW + 3_600_000)}&buckets=10`,
  );
  const bands = body.sensors['bearing-temp']?.tolerance.map(({ low, high, nominal }) => ({ low, high, nominal }));
  expect(bands).toEqual([
    { low: 40, high: 80, nominal: 60 },
    { low: 40, high: 70, nominal: 60 },
  ]);
  const customer = await ask('customer', `sensors=bearing-temp&${HOUR}&buckets=6`);
  expect(customer.body.sensors['bearing-temp']).toMatchObject({ tolerance: [] });
  expect(customer.body.sensors['bearing-temp']?.buckets).toHaveLength(6);
});

test('raw values come in pages over all sensors, none twice, none lost', async () => {
  const got: Record<string, number[]> = {};
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null; pages += 1) {
    expect(pages).toBeLessThan(20);
    const { body }: { body: ReadingsAnswer } = await ask(
      'lead',
      `sensors=bearing-temp,oil-pressure,half-pressure&${HOUR}&buckets=0&limit=7${cursor && `&cursor=${cursor}`}`,
    );
    const values = Object.entries(body.sensors);
    expect(values.reduce((sum, [, sensor]) => sum + (sensor.values?.length ?? 0), 0)).toBeLessThanOrEqual(7);
    for (const [id, sensor] of values)
      got[id] = [...(got[id] ?? []), ...(sensor.values ?? []).map(([, value]) => value)];
    cursor = body.next;
  }
  expect(got['bearing-temp']).toEqual(Array.from({ length: 60 }, (_, i) => 60 + i));
  expect(got['oil-pressure']).toHaveLength(5);
  expect(got['half-pressure']).toEqual([]);
});

test('an answer says since when readings are kept one by one', async () => {
  const { body: all } = await ask('technician', `sensors=bearing-temp&${HOUR}&buckets=0`);
  expect(all.rawFrom).toBeNull();
  await portal.readings.rollups.save({ from: FIRST, to: START, rawFrom: START, minutesFrom: FIRST });
  for (const buckets of [0, 6]) {
    const { body } = await ask('technician', `sensors=bearing-temp&${HOUR}&buckets=${buckets}`);
    expect(body.rawFrom).toBe(iso(START));
  }
});

test('who names no range gets the 24 hours before its end, or before now', async () => {
  const day = await ask('technician', `sensors=bearing-temp&to=${iso(START + 30 * MINUTE)}&buckets=24`);
  expect(day.body.bucketMs).toBe(60 * MINUTE);
  expect(day.body.sensors['bearing-temp']?.buckets?.map(({ count }) => count)).toEqual([30]);
  const bare = await ask('technician', 'sensors=bearing-temp');
  expect([bare.status, bare.body.bucketMs]).toEqual([200, (24 * 60 * MINUTE) / 600]);
});

test.each([
  [`sensors=bearing-temp,oops&${HOUR}`, 422, 'query.sensors'],
  [`sensors=&${HOUR}`, 422, 'query.sensors'],
  [`sensors=${encodeURIComponent("a' or 1=1 --")}&${HOUR}`, 422, 'query.sensors'],
  [`sensors=bearing-temp&from=${iso(START)}&to=${iso(START)}`, 422, 'query.to'],
  [`sensors=bearing-temp&from=yesterday&to=${iso(START)}`, 422, 'query.from'],
  [`sensors=bearing-temp&${HOUR}&buckets=2001`, 422, 'query.buckets'],
  [`sensors=bearing-temp&${HOUR}&buckets=0&cursor=abc`, 422, 'query.cursor'],
])('a question that makes no sense is refused with its place: %s', async (query, status, path) => {
  const answer = await ask('technician', query);
  expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([status, path]);
});

test('readings and events of another customer do not exist', async () => {
  for (const login of ['customer', 'partner']) {
    const readings = await ask(login, `sensors=oil-pressure&${HOUR}`, 'guss-1');
    expect(readings.status).toBe(404);
    expect(readings.text).not.toContain('12345');
    expect((await (await portal.as(login)).get(`/machines/guss-1/events?${HOUR}`)).status).toBe(404);
  }
  expect(
    (await ask('customer-b', `sensors=oil-pressure&${HOUR}&buckets=1`, 'guss-1')).body.sensors['oil-pressure']?.buckets,
  ).toHaveLength(1);
});

test('events of a range stand in the order of time, without the states the machine reported', async () => {
  const browser = await portal.as('customer');
  const { body } = await browser.get<{ items: unknown[]; next: string; total: number }>(
    `/machines/press-1/events?${HOUR}&limit=1`,
  );
  expect(body).toMatchObject({
    items: [{ t: iso(START + MINUTE), code: 'E42', text: 'Schmierung unterbrochen' }],
    total: 2,
  });
  const rest = await browser.get<{ items: { code: string }[] }>(
    `/machines/press-1/events?${HOUR}&limit=1&cursor=${body.next}`,
  );
  expect(rest.body).toMatchObject({ items: [{ code: 'E43' }], next: null });
});

test('a store that is away is told as such, with when to try again', async () => {
  await portal.readings.stop();
  const answer = await ask('technician', `sensors=bearing-temp&${HOUR}`);
  expect(answer).toMatchObject({ status: 503, body: { type: '/api/docs#unavailable' } });
  expect(answer.headers.get('retry-after')).toBe('5');
  await portal.readings.start();
  expect((await ask('technician', `sensors=bearing-temp&${HOUR}`)).status).toBe(200);
});

test('what was set aside and how good the data is can be asked for', async () => {
  await heard(portal, 'press-1', START - 1_000);
  await portal.database.transaction(async (tx) => {
    const reject = {
      position: 5,
      ordinal: 0,
      at: START,
      machine: 'press-1',
      sensor: 'bearing-temp',
      reason: 'not-a-number',
      detail: '"warm" is no number',
      topic: 'machines/press-1/telemetry',
      payload: '{"bearing-temp":"warm"}',
    };
    await insertRejects(tx, [
      reject,
      { ...reject, ordinal: 1, at: START + 1 },
      { ...reject, ordinal: 2, machine: 'nobody', sensor: null, reason: 'unknown-machine' },
    ]);
    await addQuality(tx, [
      { machine: 'press-1', at: START - 3_600_000, what: 'late', count: 7 },
      { machine: 'press-1', at: START - 90_000_000, what: 'late', count: 100 },
      { machine: 'guss-1', at: START, what: 'not-a-number', count: 9 },
    ]);
  });
  const browser = await portal.as('integrator');
  const rejects = await browser.get<{ items: RejectAnswer[]; total: number; next: string }>('/quality/rejects?limit=2');
  expect(rejects.body.total).toBe(3);
  expect(rejects.body.items.map(({ machine, reason }) => `${machine} ${reason}`)).toEqual([
    'press-1 not-a-number',
    'press-1 not-a-number',
  ]);
  const rest = await browser.get<{ items: RejectAnswer[] }>(`/quality/rejects?limit=2&cursor=${rejects.body.next}`);
  expect(rest.body.items).toMatchObject([{ machine: 'nobody', sensor: null, payload: '{"bearing-temp":"warm"}' }]);
  expect((await browser.get('/quality/rejects?machine=press-1&reason=not-a-number')).body).toMatchObject({ total: 2 });
  const quality = await browser.get<{ items: QualityAnswer[]; total: number }>('/quality');
  expect(quality.body.items.map(({ machine, counts }) => [machine, counts])).toEqual([
    ['guss-1', { 'not-a-number': 9 }],
    ['press-1', { late: 7 }],
    ['press-2', {}],
    ['press-3', {}],
  ]);
  expect(quality.body.items[1]).toMatchObject({ readingAt: iso(START - 1_000), online: true });
  expect((await (await portal.as('customer')).get('/quality')).status).toBe(403);
});
