import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type NewChange, recordChanges } from '#shared/database/queries/changes.ts';
import type { Browser } from '#test/portal/browser.ts';
import { EventReader } from '#test/portal/event-reader.ts';
import { PASSWORD } from '#test/portal/plant.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';

let portal: TestPortal;
const open: EventReader[] = [];
beforeAll(async () => {
  portal = await startPortal();
});
afterAll(() => portal.stop());
afterEach(async () => {
  vi.useRealTimers();
  portal.now = START;
  for (const reader of open.splice(0)) await reader.close();
});

const change = (...changes: NewChange[]): Promise<void> =>
  portal.database.transaction((tx) => recordChanges(tx, changes));
const own = (ref: string, kind: NewChange['kind'] = 'case'): NewChange => ({ kind, ref, customer: 'muster-ag' });
const other = (ref: string, kind: NewChange['kind'] = 'case'): NewChange => ({ kind, ref, customer: 'beta-gmbh' });

async function listen(browser: Browser, query = '', headers: Record<string, string> = {}): Promise<EventReader> {
  const response = await browser.open('GET', `/stream${query}`, { headers });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
  const reader = new EventReader(response);
  open.push(reader);
  return reader;
}
const of = (reader: EventReader): string[] =>
  reader.events
    .filter(({ event }) => event !== 'heartbeat')
    .map(({ event, data }) => `${event} ${String(data['id'] ?? data['why'])}`);

test('what is committed is told at once and in order', async () => {
  const reader = await listen(await portal.as('technician'));
  await reader.until(({ event }) => event === 'heartbeat');
  await change(own('c1'), own('a1', 'alarm'), other('press', 'machine'));
  await change(own('c2'));
  await reader.until(({ data }) => data['id'] === 'c2');
  expect(of(reader)).toEqual(['case c1', 'alarm a1', 'machine press', 'case c2']);
  const ids = reader.events.filter(({ event }) => event !== 'heartbeat').map(({ id }) => Number(id));
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
});

test('who was away gets exactly what was missed, then what comes', async () => {
  const browser = await portal.as('lead');
  const first = await listen(browser);
  await change(own('before'));
  const { id } = await first.until(({ data }) => data['id'] === 'before');
  await first.close();
  await change(own('missed-1'), other('missed-2'));
  await change(own('missed-3', 'alarm'));
  const second = await listen(browser, '', { 'last-event-id': id ?? '' });
  await second.until(({ data }) => data['id'] === 'missed-3');
  await change(own('after'));
  await second.until(({ data }) => data['id'] === 'after');
  expect(of(second)).toEqual(['case missed-1', 'case missed-2', 'alarm missed-3', 'case after']);
});

test('a stream that broke before anything happened loses nothing either', async () => {
  const browser = await portal.as('lead');
  const first = await listen(browser);
  const { id } = await first.until(({ event }) => event === 'heartbeat');
  await first.close();
  await change(own('meanwhile'));
  const second = await listen(browser, '', { 'last-event-id': id ?? '' });
  expect((await second.until(({ event }) => event === 'case')).data['id']).toBe('meanwhile');
});

test('changes that come while others are replayed are told once', async () => {
  const browser = await portal.as('lead');
  const first = await listen(browser);
  const { id } = await first.until(({ event }) => event === 'heartbeat');
  await first.close();
  for (let i = 0; i < 20; i += 1) await change(own(`old-${i}`));
  const [second] = await Promise.all([
    listen(browser, '', { 'last-event-id': id ?? '' }),
    ...Array.from({ length: 20 }, (_, i) => change(own(`new-${i}`))),
  ]);
  await change(own('end'));
  await second.until(({ data }) => data['id'] === 'end');
  const told = of(second);
  expect(new Set(told).size).toBe(told.length);
  expect(told).toHaveLength(41);
});

test.each(['1', '999999', 'abc', '-4'])(
  'who was away too long, or was never here (%s), is told to read everything again',
  async (id) => {
    await change(own('x'));
    await portal.database.kysely.deleteFrom('change').where('id', '<', 12).execute();
    const reader = await listen(await portal.as('lead'), '', { 'last-event-id': id });
    const resync = await reader.until(({ event }) => event === 'resync');
    expect(Number(resync.id)).toBeGreaterThan(1);
    await change(own(`after-${id}`));
    await reader.until(({ data }) => data['id'] === `after-${id}`);
  },
);

test('a customer and a partner hear of their own alone, also in the replay, and customers of no alarms', async () => {
  for (const [login, mine] of [
    ['customer', ['case mine', 'machine press-1']],
    ['partner', ['case mine', 'alarm al', 'machine press-1']],
  ] as const) {
    const browser = await portal.as(login);
    const reader = await listen(browser);
    const { id } = await reader.until(({ event }) => event === 'heartbeat');
    await change(
      other('canary-case'),
      own('mine'),
      { kind: 'case', ref: 'canary-null', customer: null },
      own('al', 'alarm'),
      other('canary-machine', 'machine'),
      { kind: 'configuration', ref: '77', customer: null },
      own('press-1', 'machine'),
    );
    await reader.until(({ data }) => data['id'] === 'press-1');
    const replayed = await listen(browser, '', { 'last-event-id': id ?? '' });
    await replayed.until(({ data }) => data['id'] === 'press-1');
    expect(of(reader)).toEqual(mine);
    expect(of(replayed)).toEqual(mine);
    expect(reader.text + replayed.text).not.toContain('canary');
  }
});

test('after a new configuration the house reads everything again', async () => {
  const reader = await listen(await portal.as('technician'));
  await reader.until(({ event }) => event === 'heartbeat');
  await change({ kind: 'configuration', ref: '3', customer: null });
  expect((await reader.until(({ event }) => event === 'resync')).data).toEqual({
    why: 'the configuration has changed',
  });
});

test('readings of the sensors asked for come at most twice a second, the newest of each', async () => {
  const reader = await listen(await portal.as('customer'), '?sensors=press-1/bearing-temp,press-1/oil-pressure');
  await reader.until(({ event }) => event === 'heartbeat');
  for (let i = 0; i < 100; i += 1) portal.live.tell('press-1', 'bearing-temp', START + i, i);
  portal.live.tell('press-1', 'oil-pressure', START, 4);
  portal.live.tell('press-2', 'oil-pressure', START, 666);
  await reader.until(({ data }) => data['sensor'] === 'oil-pressure');
  const readings = reader.events.filter(({ event }) => event === 'reading');
  expect(readings.map(({ data, id }) => ({ ...data, id }))).toEqual([
    { machine: 'press-1', sensor: 'bearing-temp', t: new Date(START + 99).toISOString(), value: 99, id: undefined },
    { machine: 'press-1', sensor: 'oil-pressure', t: new Date(START).toISOString(), value: 4, id: undefined },
  ]);
  await reader.close();
  await vi.waitFor(() => expect(portal.live.listening).toBe(0), 20_000);
});

test('who was connected before is told the last known readings, which may have come meanwhile', async () => {
  portal.live.tell('press-1', 'bearing-temp', START + 500, 71);
  const reader = await listen(await portal.as('customer'), '?sensors=press-1/bearing-temp', { 'last-event-id': '0' });
  const { data } = await reader.until(({ event }) => event === 'reading');
  expect(data).toEqual({
    machine: 'press-1',
    sensor: 'bearing-temp',
    t: new Date(START + 500).toISOString(),
    value: 71,
  });
});

test('sensors that are not there, or not theirs, are refused', async () => {
  const customer = await portal.as('customer');
  for (const sensors of [
    'guss-1/bearing-temp',
    'press-1/none',
    'press-1',
    'none/none',
    'press-1/bearing-temp,guss-1/oil-pressure',
  ]) {
    expect((await customer.get(`/stream?sensors=${sensors}`)).status).toBe(404);
  }
  expect(
    (await customer.get(`/stream?sensors=${Array.from({ length: 301 }, (_, i) => `press-1/s${i}`).join(',')}`)).status,
  ).toBe(422);
  expect((await portal.anonymous().get('/stream')).status).toBe(401);
  expect(portal.live.listening).toBe(0);
});

test('a log-out ends the stream at once', async () => {
  const browser = portal.anonymous();
  await browser.logIn('technician', PASSWORD);
  const reader = await listen(browser);
  await reader.until(({ event }) => event === 'heartbeat');
  await browser.delete('/session');
  await expect(reader.ended).resolves.toBeUndefined();
  expect((await browser.get('/stream')).status).toBe(401);
});

test('a heartbeat comes every 15 s, and ends the stream of who was logged out elsewhere', async () => {
  const browser = portal.anonymous();
  await browser.logIn('integrator', PASSWORD);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const reader = await listen(browser);
  await reader.until(({ event }) => event === 'heartbeat');
  portal.now = START + 15_000;
  await vi.advanceTimersByTimeAsync(15_000);
  await reader.until(
    ({ event, data }) => event === 'heartbeat' && data['at'] === new Date(START + 15_000).toISOString(),
  );
  await portal.database.kysely
    .updateTable('account')
    .set({ disabled_at: new Date() })
    .where('login', '=', 'integrator')
    .execute();
  await vi.advanceTimersByTimeAsync(15_000);
  await expect(reader.ended).resolves.toBeUndefined();
});

test('rights that changed end the stream, so that it is opened with the new ones', async () => {
  const browser = portal.anonymous();
  await browser.logIn('partner-b', PASSWORD);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const reader = await listen(browser);
  await reader.until(({ event }) => event === 'heartbeat');
  await portal.database.kysely.deleteFrom('assignment').where('account', '=', 'id-partner-b').execute();
  await vi.advanceTimersByTimeAsync(15_000);
  await expect(reader.ended).resolves.toBeUndefined();
  expect((await browser.get('/stream?sensors=guss-1/oil-pressure')).status).toBe(404);
});

test('one person has a dozen streams and no more', async () => {
  const browser = portal.anonymous();
  await browser.logIn('account-manager', PASSWORD);
  for (let i = 0; i < 12; i += 1) await listen(browser);
  expect((await browser.get('/stream')).status).toBe(429);
  await open[0]?.close();
  await vi.waitFor(async () => expect((await browser.open('GET', '/stream')).status).toBe(200), 20_000);
});

test('a reader that never reads is cut, and nobody else waits for it', async () => {
  const slow = await (await portal.as('admin')).open('GET', '/stream');
  const quick = await listen(await portal.as('technician'));
  await quick.until(({ event }) => event === 'heartbeat');
  // Beyond what both ends of a connection take in before anybody reads.
  const long = 'x'.repeat(100_000);
  for (let i = 0; i < 120; i += 1) {
    await change(own(`${i}-${long}`));
    await quick.until(({ data }) => String(data['id']).startsWith(`${i}-`));
  }
  await vi.waitFor(
    async () => expect((await portal.anonymous().get('//metrics')).text).toMatch(/^leitwarte_portal_streams_open 1$/m),
    30_000,
  );
  await slow.body?.cancel().catch(() => undefined);
});
