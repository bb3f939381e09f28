import { afterAll, beforeAll, expect, test } from 'vitest';
import { json } from '#shared/database/json.ts';
import type { CaseAnswer } from '#shared/model/api/case.ts';
import type { Problem } from '#shared/model/api/common.ts';
import type { Text } from '#shared/model/text.ts';
import type { Browser } from '#test/portal/browser.ts';
import { PLANT } from '#test/portal/plant.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addAlarm, addCase } from '#test/portal/seed.ts';

type Conflict = Problem & { readonly current: CaseAnswer; readonly other: { readonly number: number } };

const BEARING = { machine: 'press-1', component: 'spindle-bearing' } as const;
const OWN_LISTS = {
  causes: [
    { id: 'bearing-wear', name: { de: 'Lagerverschleiß', en: 'Bearing wear' }, component: 'spindle-bearing' },
    { id: 'oil-lost', name: { de: 'Ölverlust', en: 'Loss of oil' }, component: 'hydraulics' },
    { id: 'operation', name: { de: 'Bedienung', en: 'Operation' } },
  ],
  remedies: [{ id: 'greased', name: { de: 'Geschmiert', en: 'Greased' } }],
};

let portal: TestPortal;
let technician: Browser;
beforeAll(async () => {
  portal = await startPortal({
    plant: { ...PLANT, models: PLANT.models.map((model) => ({ ...model, ...OWN_LISTS })) },
  });
  technician = await portal.as('technician');
});
afterAll(() => portal.stop());

const caseOf = async (id: string, browser = technician) => (await browser.get<CaseAnswer>(`/cases/${id}`)).body;
const alarmOf = (caseId: string, rule = 'oil-low', component = '', machine = 'press-1', raisedAt = START) =>
  addAlarm(portal, { machine, rule, component, raisedAt, caseId });

test('a case hands out the lists of its model and component, and takes what was chosen or said', async () => {
  const id = await addCase(portal, BEARING);
  const { choices } = await caseOf(id);
  expect(choices.causes.map((choice) => choice.id)).toEqual(['bearing-wear', 'operation']);
  expect(choices.remedies).toEqual([{ id: 'greased', name: { de: 'Geschmiert', en: 'Greased' } }]);
  expect(choices.whys.map((choice) => choice.id)).toContain('sensor');
  const answer = await technician.post<CaseAnswer>(`/cases/${id}/resolve`, {
    cause: 'bearing-wear',
    remedy: 'Lager und Dichtung getauscht',
    verdict: 'valid',
  });
  expect(answer.body).toMatchObject({
    status: 'resolved',
    cause: 'Lagerverschleiß',
    causeChoice: 'bearing-wear',
    remedy: 'Lager und Dichtung getauscht',
    remedyChoice: null,
  });
  const closed = await technician.post<CaseAnswer>(`/cases/${id}/close`, { remedy: ' geschmiert ' });
  expect(closed.body).toMatchObject({ status: 'closed', remedy: 'geschmiert', remedyChoice: 'greased' });
  expect(closed.body).toMatchObject({ cause: 'Lagerverschleiß', causeChoice: 'bearing-wear' });
});

test('a false alarm needs no more than why, which the customer does not read', async () => {
  const id = await addCase(portal, { machine: 'press-2', component: 'spindle' });
  const { body } = await technician.post<CaseAnswer>(`/cases/${id}/resolve`, { why: 'sensor', verdict: 'false-alarm' });
  expect(body).toMatchObject({ cause: null, why: 'Sensor oder Leitung gestört', whyChoice: 'sensor' });
  const seen = await (await portal.as('customer')).get<CaseAnswer>(`/cases/${id}`);
  expect(seen.text).not.toContain('Leitung');
  expect(seen.body).toMatchObject({ why: null, whyChoice: null, choices: { causes: [], remedies: [], whys: [] } });
});

test('waiting shows what for and until when; the customer sees that it waits', async () => {
  const id = await addCase(portal, { machine: 'press-2', component: 'hydraulics' });
  const until = new Date(START + 3_600_000).toISOString();
  const { body } = await technician.post<CaseAnswer>(`/cases/${id}/wait`, {
    reason: 'customer',
    until,
    note: 'mahnen',
  });
  expect(body).toMatchObject({ status: 'waiting', waitingFor: 'customer', waitingUntil: until, dueAt: until });
  const seen = await caseOf(id, await portal.as('customer'));
  expect(seen).toMatchObject({ status: 'waiting', waitingFor: null, waitingUntil: null });
});

test('a case is merged by number; the pointer leads on, and both say so to the customer too', async () => {
  const [one, other] = [
    await addCase(portal, { machine: 'press-1', component: 'spindle' }),
    await addCase(portal, { machine: 'press-3', component: 'spindle', severity: 'notice' }),
  ];
  const alarm = await alarmOf(one, 'spindle-bearing-hot', 'spindle');
  const target = await caseOf(other);
  const merge = (body: object, ifMatch = '"1"') =>
    technician.post<CaseAnswer | Conflict>(
      `/cases/${one}/merge`,
      { reason: 'intern: ein Lager', ...body },
      { 'if-match': ifMatch },
    );
  expect(await merge({ into: target.number, intoRevision: 7 })).toMatchObject({
    status: 409,
    body: { current: { id: one, status: 'new' }, other: { number: target.number, revision: 1 } },
  });
  expect((await merge({ into: target.number }, '"5"')).status).toBe(409);
  const merged = await merge({ into: `#${target.number}`, intoRevision: 1 });
  const { number } = await caseOf(one);
  expect(merged).toMatchObject({
    status: 200,
    body: { status: 'merged', alarms: [], mergedInto: { id: other, number: target.number }, may: [] },
  });
  const after = await caseOf(other);
  expect(after).toMatchObject({
    severity: 'danger',
    occurrences: 2,
    revision: 2,
    alarms: [{ id: alarm, case: other }],
  });
  expect(after.related).toEqual([{ id: one, number, status: 'merged', how: 'merged-from' }]);
  const again = await merge({ into: target.number }, '*');
  expect(again).toMatchObject({ status: 409, body: { current: { mergedInto: { id: other } } } });

  const seen = await (await portal.as('customer')).get<CaseAnswer>(`/cases/${other}`);
  expect(seen.text).not.toContain('intern');
  expect(seen.body.timeline.at(-2)).toMatchObject({
    kind: 'merged',
    detail: { how: 'from', number },
  });
});

test('what somebody may not see they cannot merge into, and not even learn of', async () => {
  const foreign = await addCase(portal, { machine: 'guss-1', component: 'spindle' });
  const { number } = await caseOf(foreign);
  const own = await addCase(portal, { machine: 'press-3', component: 'hydraulics' });
  const partner = await portal.as('partner');
  for (const into of [number, foreign, 999_999])
    expect(await partner.post<Problem>(`/cases/${own}/merge`, { into, reason: 'x' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'body.into', message: `There is no case ${into} that you may see.` }] },
    });
  expect((await technician.post<Problem>(`/cases/${own}/merge`, { into: number, reason: 'x' })).body.errors).toEqual([
    { path: 'body.into', message: 'is no case of the same customer' },
  ]);
});

test('alarms are split off, and the two cases name each other', async () => {
  const id = await addCase(portal, { machine: 'guss-1', component: 'hydraulics', severity: 'warning' });
  await alarmOf(id, 'oil-low', 'hydraulics', 'guss-1');
  const hot = await alarmOf(id, 'spindle-bearing-hot', 'spindle-bearing', 'guss-1', START + 1);
  const split = (ifMatch: string) =>
    technician.post<CaseAnswer>(
      `/cases/${id}/split`,
      { alarms: [hot], reason: 'anderes Aggregat' },
      { 'if-match': ifMatch },
    );
  expect((await split('"9"')).status).toBe(409);
  const { body } = await split('"1"');
  expect(body.alarms).toHaveLength(1);
  const [fresh] = body.related;
  expect(fresh).toMatchObject({ how: 'split-into', status: 'new' });
  const other = await caseOf(fresh?.id ?? '');
  expect(other).toMatchObject({
    component: 'spindle-bearing',
    absorbing: true,
    severity: 'danger',
    alarms: [{ id: hot }],
  });
  expect(other.related).toEqual([{ id, number: body.number, status: 'new', how: 'split-from' }]);
});

test('a checklist shows who has done what, and customers do not see it', async () => {
  const id = await addCase(portal, { machine: 'press-2', component: 'spindle-bearing' });
  const text = json<Text>({ de: 'Fett prüfen', en: 'Check grease' });
  await portal.database.kysely
    .insertInto('case_checklist')
    .values({ case_id: id, item: 1, text, rule: 'oil-low' })
    .execute();
  const tick = (done: boolean, ifMatch?: string) =>
    technician.post<CaseAnswer>(`/cases/${id}/checklist`, { item: 1, done }, ifMatch ? { 'if-match': ifMatch } : {});
  expect((await tick(true, '"1"')).body.checklist).toEqual([
    {
      item: 1,
      text: { de: 'Fett prüfen', en: 'Check grease' },
      rule: 'oil-low',
      doneAt: new Date(START).toISOString(),
      doneBy: { id: 'id-technician', name: 'Tina Technik' },
    },
  ]);
  expect((await tick(false, '"1"')).status).toBe(409);
  expect((await tick(false)).body).toMatchObject({ revision: 3, checklist: [{ doneAt: null, doneBy: null }] });
  expect(await caseOf(id, await portal.as('customer'))).toMatchObject({ checklist: [], similar: [] });
});

test('beside a case stand those that ended alike: the same rule first, own customers alone', async () => {
  const ended = async (machine: string, component: string, rule: string, resolvedAt: number) => {
    const id = await addCase(portal, { machine, component, status: 'resolved', cause: machine, remedy: 'geschmiert' });
    await alarmOf(id, rule, component, machine, START - 9_000_000);
    await portal.database.kysely
      .updateTable('service_case')
      .set({ verdict: 'valid', resolved_at: new Date(resolvedAt) })
      .where('id', '=', id)
      .execute();
    await portal.database.kysely
      .updateTable('alarm')
      .set({ cleared_at: new Date(START) })
      .where('case_id', '=', id)
      .execute();
    return id;
  };
  const id = await addCase(portal, { machine: 'press-3', component: 'spindle-bearing' });
  await alarmOf(id, 'oil-trial', 'spindle-bearing', 'press-3');
  const sameRule = await ended('press-2', 'hydraulics', 'oil-trial', START - 8_000_000);
  const foreign = await ended('guss-1', 'hydraulics', 'oil-trial', START - 7_000_000);
  const ids = async (login: string) => (await caseOf(id, await portal.as(login))).similar.map((each) => each.id);
  expect((await ids('technician')).slice(0, 2)).toEqual([foreign, sameRule]);
  expect(await ids('partner')).not.toContain(foreign);
  expect(await ids('partner')).toContain(sameRule);
  expect((await caseOf(id)).similar[1]).toMatchObject({
    machine: 'press-2',
    machineName: { de: 'Presse Zwei' },
    cause: 'press-2',
    remedy: 'geschmiert',
    verdict: 'valid',
    endedAt: new Date(START - 8_000_000).toISOString(),
  });
});
