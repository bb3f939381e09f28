import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MachineAnswer } from '#shared/model/api/machine.ts';
import type { MaintenanceAnswer } from '#shared/model/api/maintenance.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addAlarm, heard } from '#test/portal/seed.ts';

interface List {
  readonly items: MaintenanceAnswer[];
  readonly total: number;
}

let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal();
  await heard(portal, 'press-1', START);
  await addAlarm(portal, { machine: 'press-1', rule: 'oil-low', severity: 'danger', raisedAt: START - 60_000 });
});
afterAll(() => portal.stop());

/** On the wall clock of Berlin, where START is an hour later than in UTC. */
const wall = (ms: number): string => new Date(START + 3_600_000 + ms).toISOString().slice(0, 16);
const condition = async (machine: string, login = 'technician') =>
  (await (await portal.as(login)).get<MachineAnswer>(`/machines/${machine}`)).body;

test('while a window holds its machines are C for everybody, and a customer hears until when', async () => {
  const browser = await portal.as('technician');
  const body = {
    customer: 'muster-ag',
    site: 'Werk Bielefeld',
    title: 'Ölwechsel',
    start: wall(-600_000),
    duration: '1h',
  };
  const made = await browser.post<MaintenanceAnswer>('/maintenance', body);
  const until = new Date(START + 50 * 60_000).toISOString();
  expect(made).toMatchObject({
    status: 201,
    body: { status: 'holds', timezone: 'Europe/Berlin', holds: { until }, next: [], may: ['change', 'end'] },
  });
  expect(await condition('press-1')).toMatchObject({
    condition: 'C',
    since: new Date(START - 600_000).toISOString(),
    maintenance: { title: 'Ölwechsel', until },
  });
  expect(await condition('press-1', 'customer')).toMatchObject({
    condition: 'C',
    maintenance: { title: null, until },
    suppressed: null,
  });
  expect((await condition('guss-1', 'lead')).condition).not.toBe('C');
  const { body: fleet } = await browser.get<{ C: number }>('/fleet');
  expect(fleet.C).toBeGreaterThan(0);
  portal.now = START + 50 * 60_000;
  expect((await condition('press-1')).condition).toBe('F');
  portal.now = START;
  const ended = await browser.post<MaintenanceAnswer>(`/maintenance/${made.body.id}/end`);
  expect(ended.body).toMatchObject({ status: 'over', endedAt: new Date(START).toISOString(), may: [] });
  expect((await condition('press-1')).condition).toBe('F');
  expect((await browser.put(`/maintenance/${made.body.id}`, body)).status).toBe(409);
});

test('a window recurs by RFC 5545 on the wall clock of its zone, is listed, and is changed by one person at a time', async () => {
  const browser = await portal.as('lead');
  const body = {
    machine: 'press-1',
    title: 'Nachtwartung',
    start: '2026-03-27T02:30',
    duration: '90m',
    rrule: 'FREQ=DAILY;COUNT=4',
  };
  const { body: made } = await browser.post<MaintenanceAnswer>('/maintenance', body);
  expect(made.next.map(({ from }) => from)).toEqual([
    '2026-03-27T01:30:00.000Z',
    '2026-03-28T01:30:00.000Z',
    '2026-03-29T01:30:00.000Z',
    '2026-03-30T00:30:00.000Z',
  ]);
  const list = async (query: string) =>
    (await browser.get<List>(`/maintenance?${query}`)).body.items.map(({ id }) => id);
  expect(await list('active=true&machine=press-1')).toEqual([made.id]);
  expect(await list('active=true&customer=beta-gmbh')).toEqual([]);
  expect(await list('active=false')).toHaveLength(1);
  const change = { ...body, title: 'Nachtwartung kurz', duration: '30m' };
  const changed = await browser.put<MaintenanceAnswer>(`/maintenance/${made.id}`, change, { 'if-match': '"1"' });
  expect(changed.body).toMatchObject({ title: 'Nachtwartung kurz', duration: '30m', revision: 2 });
  expect(await browser.put(`/maintenance/${made.id}`, body, { 'if-match': '"1"' })).toMatchObject({
    status: 409,
    body: { current: { title: 'Nachtwartung kurz' } },
  });
});

test('a window that is years away is planned, not over', async () => {
  const browser = await portal.as('lead');
  const start = `${new Date(START).getUTCFullYear() + 5}-05-04T08:00`;
  const body = { machine: 'press-1', title: 'Hauptuntersuchung', start, duration: '8h' };
  const { body: made } = await browser.post<MaintenanceAnswer>('/maintenance', body);
  expect(made).toMatchObject({ status: 'planned', holds: null });
  expect(made.next).toHaveLength(1);
});

test('everything wrong with a window is told at once, and nobody plans who may not', async () => {
  const browser = await portal.as('lead');
  const plan = async (body: unknown) => {
    const answer = await browser.post<{ errors?: { path: string }[] }>('/maintenance', body);
    return [answer.status, answer.body.errors?.map(({ path }) => path)];
  };
  const good = { machine: 'press-1', title: 'x', start: '2030-01-01T08:00', duration: '1h' };
  expect(
    await plan({
      ...good,
      machine: 'nothing',
      start: 'soon',
      duration: '1',
      rrule: 'FREQ=SOMETIMES',
      timezone: 'MEZ+1',
    }),
  ).toEqual([422, ['body.machine', 'body.start', 'body.duration', 'body.timezone', 'body.rrule']]);
  expect(await plan({ ...good, machine: undefined })).toEqual([422, ['body.machine']]);
  expect(await plan({ ...good, machine: undefined, customer: 'muster-ag', site: 'Nirgends' })).toEqual([
    422,
    ['body.site'],
  ]);
  expect(await plan({ ...good, customer: 'beta-gmbh' })).toEqual([422, ['body.customer']]);
  expect(await plan({ ...good, start: '2020-01-01T08:00' })).toEqual([422, ['body.start']]);
  expect((await (await portal.as('partner')).post('/maintenance', good)).status).toBe(403);
  expect((await (await portal.as('customer')).get('/maintenance')).status).toBe(403);
});
