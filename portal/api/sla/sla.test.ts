import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseAnswer, CaseListItem } from '#shared/model/api/case.ts';
import type { Problem } from '#shared/model/api/common.ts';
import type { SlaAnswer } from '#shared/model/api/service.ts';
import type { z } from 'zod';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addCase } from '#test/portal/seed.ts';

type Sla = z.infer<typeof SlaAnswer>;
type Item = Pick<CaseListItem, 'id' | 'clocks'>;

/** START is Monday, 2 March 2026, 09:00 in Berlin. */
const MINUTE = 60_000;
let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal();
});
afterAll(() => portal.stop());

const clocks = async (login: string, id: string): Promise<Record<string, string>> => {
  const { body } = await (await portal.as(login)).get<CaseAnswer>(`/cases/${id}`);
  return Object.fromEntries(body.clocks.map(({ clock, state }) => [clock, state]));
};

test('a house without any configuration has promises, and each case says how they stand', async () => {
  const id = await addCase(portal, { machine: 'press-1', component: 'hydraulics', openedAt: START });
  portal.now = START + 10 * MINUTE;
  expect(await clocks('technician', id)).toEqual({ 'first-response': 'running', solution: 'running' });
  portal.now = START + 25 * MINUTE;
  expect(await clocks('technician', id)).toMatchObject({ 'first-response': 'warning' });
  const { body } = await (await portal.as('lead')).get<{ items: Item[] }>('/cases');
  const listed = body.items.find((item) => item.id === id);
  expect(listed?.clocks[0]).toMatchObject({
    clock: 'first-response',
    calendar: 'always',
    targetMs: 30 * MINUTE,
    dueAt: new Date(START + 30 * MINUTE).toISOString(),
    remainingMs: 5 * MINUTE,
    doneAt: null,
  });
  await (await portal.as('technician')).post(`/cases/${id}/acknowledge`);
  portal.now = START + 40 * MINUTE;
  expect(await clocks('technician', id)).toEqual({
    'first-response': 'met',
    'next-update': 'running',
    solution: 'running',
  });
  const seen = await (await portal.as('customer')).get<CaseAnswer>(`/cases/${id}`);
  expect(seen.body.clocks).toEqual([]);
});

test('a case keeps the promises it was opened under', async () => {
  portal.now = START;
  const old = await addCase(portal, { machine: 'press-2', component: 'hydraulics', openedAt: START });
  await portal.database.kysely
    .insertInto('case_watch')
    .values({ case_id: old, policy_version: 0, look_at: null })
    .execute();
  const lead = await portal.as('lead');
  const { body, headers } = await lead.get<Sla>('/sla');
  expect([body.version, body.author]).toEqual([0, null]);
  const stricter = {
    ...body.policy,
    targets: [{ calendar: 'always', firstResponse: '5m', nextUpdate: null, solution: null }],
  };
  const changed = await lead.put<Sla>('/sla', stricter, { 'if-match': headers.get('etag') ?? '' });
  expect(changed).toMatchObject({ status: 200, body: { version: 1, author: { name: 'Lena Leitung' } } });
  const fresh = await addCase(portal, { machine: 'press-3', component: 'hydraulics', openedAt: START });
  portal.now = START + 6 * MINUTE;
  expect(await clocks('lead', fresh)).toEqual({ 'first-response': 'breached' });
  expect(await clocks('lead', old)).toMatchObject({ 'first-response': 'running' });
});

test('of two who change the promises the second is told', async () => {
  const lead = await portal.as('lead');
  const { body } = await lead.get<Sla>('/sla');
  expect((await lead.put('/sla', body.policy, { 'if-match': '"1"' })).status).toBe(200);
  const late = await lead.put<Problem>('/sla', body.policy, { 'if-match': '"1"' });
  expect(late).toMatchObject({ status: 409, body: { version: 2 } });
});

test('promises that cannot be kept are refused with every place', async () => {
  const lead = await portal.as('lead');
  const target = { calendar: 'nights', firstResponse: 'soon', nextUpdate: null, solution: '8h' };
  const answer = await lead.put<Problem>('/sla', { pauses: [], warnAtPercent: 80, targets: [target], escalation: [] });
  expect(answer.status).toBe(422);
  expect(answer.body.errors?.map(({ path }) => path)).toEqual([
    'body.targets[0].calendar',
    'body.targets[0].firstResponse',
  ]);
  expect((await (await portal.as('technician')).put('/sla', {})).status).toBe(403);
});

test('a calendar is made, counted by, and cannot go while promises count by it', async () => {
  const lead = await portal.as('lead');
  const calendar = {
    name: 'Werk Bielefeld',
    timezone: 'Europe/Berlin',
    land: 'DE-NW',
    hours: { mon: ['06:00-22:00'] },
  };
  expect((await lead.put('/calendars/bielefeld', calendar)).body).toMatchObject({ id: 'bielefeld', daysOff: [] });
  const { body } = await lead.get<Sla>('/sla');
  const targets = [{ calendar: 'bielefeld', firstResponse: '1h', nextUpdate: null, solution: null }];
  expect((await lead.put('/sla', { ...body.policy, targets })).status).toBe(200);
  expect((await lead.delete('/calendars/bielefeld')).status).toBe(409);
  expect((await lead.put('/sla', { ...body.policy, targets: [] })).status).toBe(200);
  expect((await lead.delete('/calendars/bielefeld')).status).toBe(204);
  expect((await lead.delete('/calendars/bielefeld')).status).toBe(404);
  const wrong = await lead.put<Problem>('/calendars/bielefeld', {
    ...calendar,
    hours: { mon: ['22:00-06:00'] },
    daysOff: ['32.1.'],
  });
  expect(wrong.body.errors?.map(({ path }) => path)).toEqual(['body.hours.mon[0]', 'body.daysOff[0]']);
});
