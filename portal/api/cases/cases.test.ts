import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CaseAnswer, CaseListItem } from '#shared/model/api/case.ts';
import type { Problem } from '#shared/model/api/common.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addAlarm, addCase, HOT } from '#test/portal/seed.ts';

interface List {
  readonly items: CaseListItem[];
  readonly next: string | null;
  readonly total: number;
}
type Conflict = Problem & { readonly current: CaseAnswer };

let portal: TestPortal;
let hot: string;
let oil: string;
let foreign: string;
beforeAll(async () => {
  portal = await startPortal();
  hot = await addCase(portal, { machine: 'press-1', component: 'spindle-bearing', nextStep: 'Monteur schicken' });
  oil = await addCase(portal, {
    machine: 'press-2',
    severity: 'warning',
    owner: 'technician',
    openedAt: START - 60_000,
  });
  foreign = await addCase(portal, { machine: 'guss-1', severity: 'notice', status: 'waiting' });
  await addCase(portal, { machine: 'press-3', status: 'closed', title: 'Alt' });
  await addAlarm(portal, {
    machine: 'press-1',
    rule: 'spindle-bearing-hot',
    raisedAt: START - 300_000,
    component: 'spindle-bearing',
    caseId: hot,
  });
  await addAlarm(portal, {
    machine: 'press-1',
    rule: 'oil-low',
    severity: 'warning',
    raisedAt: START - 900_000,
    clearedAt: START - 800_000,
    caseId: hot,
  });
});
afterAll(() => portal.stop());

const ids = async (login: string, query: string): Promise<string[]> =>
  (await (await portal.as(login)).get<List>(`/cases?${query}`)).body.items.map(({ id }) => id);

test('the inbox shows what is open, the most urgent first', async () => {
  const { body } = await (await portal.as('technician')).get<List>('/cases');
  expect(body.items.map(({ id }) => id)).toEqual([hot, oil, foreign]);
  expect(body).toMatchObject({ total: 3, next: null });
  expect(body.items[0]).toEqual({
    id: hot,
    number: 1,
    status: 'new',
    severity: 'danger',
    highestSeverity: 'danger',
    machine: 'press-1',
    machineName: 'Presse Eins',
    component: 'spindle-bearing',
    componentName: { de: 'Spindellager', en: 'Spindle bearing' },
    customer: 'muster-ag',
    customerName: 'Muster Präzision AG',
    tier: 'premium',
    title: { de: 'Lagertemperatur außerhalb der Toleranz', en: 'Bearing temperature outside tolerance' },
    openedAt: new Date(START - 300_000).toISOString(),
    lastAt: new Date(START - 300_000).toISOString(),
    occurrences: 1,
    standing: 1,
    owner: null,
    nextStep: 'Monteur schicken',
    dueAt: null,
    clocks: [expect.objectContaining({ clock: 'first-response' }), expect.objectContaining({ clock: 'solution' })],
    waitingFor: null,
    waitingUntil: null,
    shelvedUntil: null,
    absorbing: true,
    simulated: false,
    revision: 1,
    may: ['acknowledge', 'assign', 'comment', 'shelve', 'wait', 'resolve', 'close', 'merge', 'split', 'checklist'],
  });
});

test('the inbox is filtered by status, owner, customer, machine and text, and paged without loss', async () => {
  expect(await ids('technician', 'owner=me')).toEqual([oil]);
  expect(await ids('technician', 'owner=none')).toEqual([hot, foreign]);
  expect(await ids('lead', 'owner=id-technician')).toEqual([oil]);
  expect(await ids('lead', 'status=waiting')).toEqual([foreign]);
  expect(await ids('lead', 'status=closed')).toHaveLength(1);
  expect(await ids('lead', 'status=done')).toEqual(await ids('lead', 'status=closed'));
  expect(await ids('lead', 'status=all')).toHaveLength(4);
  expect(await ids('lead', 'customer=beta-gmbh')).toEqual([foreign]);
  expect(await ids('lead', 'machine=press-2')).toEqual([oil]);
  expect(await ids('lead', 'severity=danger')).toEqual([hot]);
  expect(await ids('lead', 'q=presse%20eins')).toEqual([hot]);
  expect(await ids('lead', 'q=%232')).toEqual([oil]);
  // A title tells limits: who may not read it does not find by it either.
  expect(await ids('lead', 'status=all&q=alt&machine=press-3')).toHaveLength(1);
  expect(await ids('customer', 'status=all&q=alt&machine=press-3')).toEqual([]);
  expect(await ids('customer', 'q=presse%20eins')).toEqual([hot]);
  for (const sort of ['urgency', 'last', 'opened', 'number']) {
    const whole = await ids('lead', `status=all&sort=${sort}`);
    const first = await (await portal.as('lead')).get<List>(`/cases?status=all&sort=${sort}&limit=2`);
    const second = await (await portal.as('lead')).get<List>(
      `/cases?status=all&sort=${sort}&limit=2&cursor=${first.body.next}`,
    );
    expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(whole);
    expect(second.body.next).toBeNull();
  }
});

test('a case says why: alarms with their numbers, the rule of that version, and the timeline', async () => {
  const { body, headers } = await (await portal.as('lead')).get<CaseAnswer>(`/cases/${hot}`);
  expect(headers.get('etag')).toBe('"1"');
  expect(body.alarms).toHaveLength(2);
  expect(body.alarms[1]).toMatchObject({
    rule: 'spindle-bearing-hot',
    version: 1,
    ruleTitle: { de: 'Lagertemperatur außerhalb der Toleranz', en: 'Bearing temperature outside tolerance' },
    advice: 'Schmierung prüfen.',
    reason: HOT,
    clearedAt: null,
    case: hot,
  });
  expect(body.timeline.map(({ kind, actor }) => [kind, actor])).toEqual([['opened', null]]);
});

test('a case goes its way: acknowledged, assigned, commented, resolved, closed, reopened', async () => {
  const id = await addCase(portal, { machine: 'press-3', component: 'hydraulics', severity: 'warning' });
  const alarm = await addAlarm(portal, { machine: 'press-3', rule: 'oil-low', raisedAt: START - 1_000, caseId: id });
  const browser = await portal.as('technician');
  const step = (name: string, body: unknown = {}) => browser.post<CaseAnswer>(`/cases/${id}/${name}`, body);

  const acknowledged = await browser.post<CaseAnswer>(`/cases/${id}/acknowledge`);
  expect(acknowledged).toMatchObject({ status: 200, body: { status: 'acknowledged', revision: 2 } });
  expect(acknowledged.headers.get('etag')).toBe('"2"');
  expect(acknowledged.body.alarms.find((a) => a.id === alarm)?.acknowledgedAt).toBe(new Date(START).toISOString());
  expect((await step('assign', { nextStep: 'Öl nachfüllen' })).body).toMatchObject({
    status: 'in-progress',
    owner: { id: 'id-technician', name: 'Tina Technik' },
    nextStep: 'Öl nachfüllen',
  });
  expect((await step('assign', { owner: 'id-lead' })).body.owner?.name).toBe('Lena Leitung');
  expect((await step('comment', { text: 'Kunde angerufen' })).body.timeline.at(-1)).toMatchObject({
    kind: 'comment',
    visibility: 'internal',
    actor: { name: 'Tina Technik' },
    detail: { text: 'Kunde angerufen' },
  });
  expect((await step('wait', { reason: 'part', until: new Date(START + 60_000).toISOString() })).body.status).toBe(
    'waiting',
  );
  expect((await step('close')).status).toBe(422);
  expect((await step('resolve', { cause: 'Leck', remedy: 'Dichtung getauscht', verdict: 'valid' })).body).toMatchObject(
    { status: 'resolved', cause: 'Leck', may: ['comment', 'close', 'reopen'] },
  );
  expect((await step('close')).body).toMatchObject({ status: 'closed', verdict: 'valid' });
  expect((await step('acknowledge')).status).toBe(409);
  expect((await step('reopen', { reason: 'tropft wieder' })).body).toMatchObject({
    status: 'in-progress',
    verdict: null,
  });
  const actions = await portal.database.kysely
    .selectFrom('audit')
    .select('action')
    .where('subject', '=', id)
    .orderBy('id')
    .execute();
  expect(actions.map(({ action }) => action)).toEqual([
    'case.acknowledge',
    'case.assign',
    'case.assign',
    'case.comment',
    'case.wait',
    'case.resolve',
    'case.close',
    'case.reopen',
  ]);
});

test('of two people who change the same case the second is told what it is now', async () => {
  const id = await addCase(portal, { machine: 'press-2', component: 'spindle' });
  const first = await portal.as('technician');
  const second = await portal.as('lead');
  const seen = (await second.get(`/cases/${id}`)).headers.get('etag') ?? '';
  expect((await first.post(`/cases/${id}/acknowledge`, {}, { 'if-match': seen })).status).toBe(200);
  const late = await second.post<Conflict>(`/cases/${id}/assign`, {}, { 'if-match': seen });
  expect(late).toMatchObject({
    status: 409,
    body: { type: '/api/docs#conflict', current: { id, status: 'acknowledged', revision: 2 } },
  });
  expect((await second.post(`/cases/${id}/assign`, {}, { 'if-match': '"2"' })).status).toBe(200);
  expect((await second.post(`/cases/${id}/assign`, {}, { 'if-match': 'two' })).status).toBe(422);
});

test('twenty people acknowledge at once, and one of them did', async () => {
  const id = await addCase(portal, { machine: 'press-2', component: 'spindle-bearing' });
  const browser = await portal.as('lead');
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => browser.post(`/cases/${id}/acknowledge`, {}, { 'if-match': '"1"' })),
  );
  expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
    200,
    ...Array.from({ length: 19 }, () => 409),
  ]);
});

test.each([
  ['comment', {}, 'body.text'],
  ['comment', { text: '' }, 'body.text'],
  ['comment', { text: 'x', visibility: 'public' }, 'body.visibility'],
  ['shelve', { until: 'tomorrow', reason: 'x' }, 'body.until'],
  ['shelve', { until: '2020-01-01T00:00:00Z', reason: 'x' }, 'body.until'],
  ['resolve', { cause: 'x', remedy: 'y' }, 'body.verdict'],
  ['resolve', { cause: ' ', remedy: 'y', verdict: 'valid' }, 'body.cause'],
  ['resolve', { cause: 'x', verdict: 'valid' }, 'body.remedy'],
  ['resolve', { remedy: 'x', verdict: 'false-alarm' }, 'body.why'],
  ['assign', { owner: 'nobody' }, 'body.owner'],
  ['assign', { owner: 'id-customer' }, 'body.owner'],
  ['wait', { reason: 'godot', until: '2030-01-01T00:00:00Z' }, 'body.reason'],
  ['wait', { reason: 'part', until: '2020-01-01T00:00:00Z' }, 'body.until'],
  ['merge', { into: 77_777, reason: 'x' }, 'body.into'],
  ['merge', { into: 'guss', reason: 'x' }, 'body.into'],
  ['split', { alarms: [], reason: 'x' }, 'body.alarms'],
  ['split', { alarms: ['none'], reason: 'x' }, 'body.alarms'],
  ['checklist', { item: 7, done: true }, 'body.item'],
])('a step that does not read is refused with its place: %s %j', async (step, body, path) => {
  const answer = await (await portal.as('technician')).post<Problem>(`/cases/${hot}/${step}`, body);
  expect(answer.status).toBe(422);
  expect(answer.body.errors?.map((error) => error.path)).toEqual([path]);
});

test('nobody sets what is not theirs to set', async () => {
  const id = await addCase(portal, { machine: 'press-1', component: 'hydraulics' });
  const extra = { status: 'closed', customer: 'beta-gmbh', number: 1, revision: 99, visibility: 'customer' };
  const { body } = await (await portal.as('technician')).post<CaseAnswer>(`/cases/${id}/acknowledge`, extra);
  expect(body).toMatchObject({ status: 'acknowledged', customer: 'muster-ag', revision: 2 });
});

test('a customer sees own cases without internal words, alarms or verdicts, and may answer', async () => {
  const id = await addCase(portal, {
    machine: 'press-3',
    component: 'spindle',
    nextStep: 'intern: Kulanz klären',
    title: 'Lagertemperatur 96,4 °C, über dem Grenzwert 80 °C',
  });
  await addAlarm(portal, { machine: 'press-3', rule: 'spindle-bearing-hot', raisedAt: START, caseId: id });
  const technician = await portal.as('technician');
  await technician.post(`/cases/${id}/comment`, { text: 'intern: schwieriger Kunde' });
  await technician.post(`/cases/${id}/comment`, { text: 'Wir kommen morgen.', visibility: 'customer' });
  await technician.post(`/cases/${id}/assign`, {});
  await technician.post(`/cases/${id}/resolve`, {
    cause: 'Lager',
    remedy: 'getauscht',
    verdict: 'false-alarm',
    why: 'intern',
  });
  const customer = await portal.as('customer');
  const { body, text } = await customer.get<CaseAnswer>(`/cases/${id}`);
  expect(text).not.toContain('intern');
  expect(text).not.toContain('false-alarm');
  expect(text).not.toContain('Grenzwert');
  expect(body).toMatchObject({
    title: { de: expect.stringContaining('Ausfallgefahr'), en: expect.stringContaining('Failure imminent') },
    alarms: [],
    nextStep: null,
    verdict: null,
    remedy: 'getauscht',
    owner: { name: 'Tina Technik' },
    may: ['comment'],
  });
  expect(body.timeline.map(({ kind }) => kind)).toEqual(['opened', 'comment', 'resolved']);
  const answered = await customer.post<CaseAnswer>(`/cases/${id}/comment`, { text: 'Danke', visibility: 'internal' });
  expect(answered.body.timeline.at(-1)).toMatchObject({
    kind: 'comment',
    visibility: 'customer',
    detail: { text: 'Danke' },
  });
  expect((await customer.post(`/cases/${id}/close`, {})).status).toBe(403);
});

test('what belongs to another customer does not exist', async () => {
  for (const login of ['customer', 'partner']) {
    const browser = await portal.as(login);
    expect(await ids(login, 'status=all&customer=beta-gmbh')).toEqual([]);
    expect((await browser.get(`/cases/${foreign}`)).status).toBe(404);
    expect((await browser.post(`/cases/${foreign}/comment`, { text: 'x' })).status).toBe(404);
  }
  expect((await (await portal.as('partner')).post(`/cases/${foreign}/acknowledge`)).status).toBe(404);
  expect(await ids('customer-b', 'status=all')).toEqual([foreign]);
});
