import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlarmAnswer, CaseAnswer } from '#shared/model/api/case.ts';
import type { MachineAnswer } from '#shared/model/api/machine.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addAlarm, addCase, heard } from '#test/portal/seed.ts';

interface List {
  readonly items: AlarmAnswer[];
  readonly next: string | null;
  readonly total: number;
}

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
  (await (await portal.as(login)).get<List>(`/alarms?${query}`)).body.items.map(({ id }) => id);

test('alarms stand newest first, those of now alone where asked', async () => {
  expect(await list('lead')).toEqual([standing, foreign, cleared]);
  expect(await list('lead', 'active=true')).toEqual([standing, foreign]);
  expect(await list('lead', 'active=false')).toEqual([cleared]);
  expect(await list('lead', 'active=true&machine=press-1')).toEqual([standing]);
  expect(await list('lead', 'rule=oil-low')).toEqual([foreign, cleared]);
  expect(await list('partner')).toEqual([standing, cleared]);
  const first = await (await portal.as('lead')).get<List>('/alarms?limit=1');
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
  expect((await browser.post('/alarms/none/shelve', { until: until(1), reason: 'x' })).status).toBe(404);
  expect(
    (await (await portal.as('partner')).post(`/alarms/${standing}/shelve`, { until: until(1), reason: 'x' })).status,
  ).toBe(403);
});
