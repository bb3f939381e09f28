import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlarmList } from '#shared/model/api/alarm.ts';
import type { AlarmAnswer, CaseAnswer } from '#shared/model/api/case.ts';
import type { MachineAnswer } from '#shared/model/api/machine.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addAlarm, addCase, heard } from '#test/portal/seed.ts';

let portal: TestPortal;
let standing: string;
let cleared: string;
let foreign: string;
let caseId: string;
beforeAll(async () => {
  portal = await startPortal();
  caseId = await addCase(portal, { machine: 'press-1' });
  standing = await addAlarm(portal, {
    machine: 'press-1',
    rule: 'spindle-bearing-hot',
    raisedAt: START - 1_000,
    caseId,
  });
  cleared = await addAlarm(portal, {
    machine: 'press-1',
    rule: 'oil-low',
    raisedAt: START - 9_000,
    clearedAt: START - 5_000,
  });
  foreign = await addAlarm(portal, { machine: 'guss-1', rule: 'oil-low', raisedAt: START - 5_000 });
  await heard(portal, 'press-1', START);
});
afterAll(() => portal.stop());

const list = async (login: string, query = ''): Promise<string[]> =>
  (await (await portal.as(login)).get<AlarmList>(`/alarms?${query}`)).body.items.map(({ id }) => id);

test('alarms stand newest first, those of now alone where asked', async () => {
  expect(await list('lead')).toEqual([standing, foreign, cleared]);
  expect(await list('lead', 'active=true')).toEqual([standing, foreign]);
  expect(await list('lead', 'active=false')).toEqual([cleared]);
  expect(await list('lead', 'active=true&machine=press-1')).toEqual([standing]);
  expect(await list('lead', 'rule=oil-low')).toEqual([foreign, cleared]);
  expect(await list('partner')).toEqual([standing, cleared]);
  const first = await (await portal.as('lead')).get<AlarmList>('/alarms?limit=1');
  expect(first.body).toMatchObject({
    total: 3,
    items: [{ id: standing, reason: { fact: { excess: 82, allowed: 20 } } }],
  });
  expect(await list('lead', `limit=5&cursor=${first.body.next}`)).toEqual([foreign, cleared]);
  expect((await (await portal.as('customer')).get('/alarms')).status).toBe(403);
});

test('a shelved alarm does not count until its time, and its case knows', async () => {
  const browser = await portal.as('technician');
  const condition = async (): Promise<string> => (await browser.get<MachineAnswer>('/machines/press-1')).body.condition;
  expect(await condition()).toBe('F');
  const until = new Date(START + 60_000).toISOString();
  const answer = await browser.post<AlarmAnswer>(`/alarms/${standing}/shelve`, {
    until,
    reason: 'Ersatzteil bestellt',
  });
  expect(answer).toMatchObject({ status: 200, body: { id: standing, shelvedUntil: until } });
  expect(await condition()).toBe('OK');
  const { body } = await browser.get<CaseAnswer>(`/cases/${caseId}`);
  expect(body.timeline.at(-1)).toMatchObject({
    kind: 'shelved',
    visibility: 'internal',
    actor: { name: 'Tina Technik' },
    detail: { reason: 'Ersatzteil bestellt' },
  });
  portal.now = START + 60_000;
  expect(await condition()).toBe('F');
  portal.now = START;
  const changes = await portal.database.kysely
    .selectFrom('change')
    .select(['kind', 'customer'])
    .where('kind', '!=', 'configuration')
    .orderBy('id')
    .execute();
  expect(changes.map(({ kind, customer }) => `${kind} ${customer}`)).toEqual([
    'alarm muster-ag',
    'machine muster-ag',
    'case muster-ag',
  ]);
});

test('a suppressed alarm is listed and counted, and says what ends it', async () => {
  const browser = await portal.as('technician');
  expect(await list('technician', 'suppressed=true')).toEqual([standing]);
  expect(await list('technician', 'suppressed=false')).toEqual([foreign, cleared]);
  const { body } = await browser.get<AlarmList>('/alarms?active=true&suppressed=false');
  expect(body).toMatchObject({ total: 1, suppressed: { shelved: 1, maintenance: 0, flood: 0 } });
  expect((await browser.get<MachineAnswer>('/machines/press-1')).body).toMatchObject({
    suppressed: { shelved: 1, maintenance: 0, flood: 0 },
    maintenance: null,
    flood: null,
  });
  const variant = { reason: 'Lager läuft ein', raises: 3, within: '10m', growsBy: 15 };
  const again = await browser.post<AlarmAnswer>(`/alarms/${standing}/shelve`, variant);
  expect(again.body).toMatchObject({
    suppressed: { why: 'shelved', since: new Date(START).toISOString() },
    shelving: {
      until: new Date(START + 30 * 86_400_000).toISOString(),
      raises: 3,
      within: '600s',
      growsBy: 15,
      reason: 'Lager läuft ein',
      by: { name: 'Tina Technik' },
    },
  });
});

test('what was shelved is taken back once: it counts at once, and the rules release it', async () => {
  const browser = await portal.as('technician');
  expect((await browser.post<AlarmAnswer>(`/alarms/${standing}/unshelve`)).body).toMatchObject({
    shelvedUntil: new Date(START).toISOString(),
  });
  expect((await browser.get<MachineAnswer>('/machines/press-1')).body.condition).toBe('F');
  expect((await browser.post(`/alarms/${standing}/unshelve`)).status).toBe(409);
  expect((await browser.post(`/alarms/${foreign}/unshelve`)).status).toBe(409);
});

test('acknowledging an alarm does not clear it, clearing does not acknowledge it', async () => {
  const browser = await portal.as('technician');
  const seen = new Date(START).toISOString();
  expect((await browser.post(`/alarms/${standing}/acknowledge`)).body).toMatchObject({
    acknowledgedAt: seen,
    clearedAt: null,
  });
  portal.now = START + 1_000;
  expect((await browser.post(`/alarms/${standing}/acknowledge`)).body).toMatchObject({ acknowledgedAt: seen });
  portal.now = START;
  expect((await browser.get(`/alarms/${cleared}`)).body).toMatchObject({
    acknowledgedAt: null,
    clearedAt: new Date(START - 5_000).toISOString(),
  });
  const { body } = await browser.get<CaseAnswer>(`/cases/${caseId}`);
  expect(body.timeline.at(-1)).toMatchObject({ kind: 'acknowledged', detail: { alarm: standing } });
  expect((await (await portal.as('account-manager')).post(`/alarms/${standing}/acknowledge`)).status).toBe(403);
});

test('an alarm that chatters, that stands for long or cannot be judged says so', async () => {
  const minutes = (from: number, to?: number) => ({
    machine: 'press-2',
    rule: 'oil-low',
    raisedAt: START - 3_600_000 + from * 1_000,
    ...(to === undefined ? {} : { clearedAt: START - 3_600_000 + to * 1_000 }),
  });
  await addAlarm(portal, minutes(0, 20));
  await addAlarm(portal, minutes(40, 62));
  await addAlarm(portal, minutes(130));
  const { body } = await (await portal.as('lead')).get<AlarmList>('/alarms?machine=press-2');
  expect(body.items.map(({ chattering, stale }) => [chattering, stale])).toEqual([
    [false, false],
    [true, false],
    [false, false],
  ]);
  const old = await addAlarm(portal, { machine: 'press-2', rule: 'old', raisedAt: START - 24 * 3_600_000 - 1 });
  const silent = START - 600_000;
  await portal.database.kysely
    .updateTable('alarm')
    .set({ no_data_since: new Date(silent) })
    .where('id', '=', old)
    .execute();
  expect((await (await portal.as('lead')).get<AlarmAnswer>(`/alarms/${old}`)).body).toMatchObject({
    chattering: false,
    stale: true,
    noData: new Date(silent).toISOString(),
  });
});

test('what cannot be shelved says so', async () => {
  const browser = await portal.as('technician');
  const until = (days: number): string => new Date(START + days * 86_400_000).toISOString();
  expect((await browser.post(`/alarms/${standing}/shelve`, { until: until(-1), reason: 'x' })).status).toBe(422);
  expect((await browser.post(`/alarms/${standing}/shelve`, { until: until(31), reason: 'x' })).status).toBe(422);
  expect((await browser.post(`/alarms/${standing}/shelve`, { until: until(1), reason: '' })).status).toBe(422);
  expect((await browser.post(`/alarms/${cleared}/shelve`, { until: until(1), reason: 'x' })).body).toMatchObject({
    status: 409,
    current: { id: cleared },
  });
  const path = async (body: unknown) =>
    (await browser.post<{ errors: { path: string }[] }>(`/alarms/${standing}/shelve`, body)).body.errors[0]?.path;
  expect(await path({ reason: 'x' })).toBe('body.until');
  expect(await path({ reason: 'x', until: until(1), within: '5m' })).toBe('body.within');
  expect(await path({ reason: 'x', raises: 0 })).toBe('body.raises');
  const pilot = await addAlarm(portal, { machine: 'press-1', rule: 'oil-trial', mode: 'pilot', raisedAt: START });
  expect((await browser.post(`/alarms/${pilot}/shelve`, { raises: 1, reason: 'x' })).status).toBe(409);
  expect((await browser.post('/alarms/none/shelve', { until: until(1), reason: 'x' })).status).toBe(404);
  expect(
    (await (await portal.as('partner')).post(`/alarms/${standing}/shelve`, { until: until(1), reason: 'x' })).status,
  ).toBe(403);
});
