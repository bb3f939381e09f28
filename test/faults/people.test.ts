/** E2 and E12: people, and the house itself, at one case at the same moment. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { decide } from '#rules/cases/decide.ts';
import { type Database, openDatabase } from '#shared/database/database.ts';
import type { CaseAnswer } from '#shared/model/api/case.ts';
import { Browser } from '#test/portal/browser.ts';
import { PASSWORD } from '#test/portal/plant.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addCase, HOT } from '#test/portal/seed.ts';
import { startPostgres } from '#test/servers/postgres.ts';
import { Forwarder } from './house/forwarder.ts';

const CLICKS = 8;
const ROUNDS = 20;

let portal: TestPortal;
let rules: Database;
const ending: (() => Promise<void>)[] = [];
beforeAll(async () => {
  const postgres = await startPostgres();
  const databaseUrl = await postgres.createDatabase('people');
  portal = await startPortal({ databaseUrl });
  rules = openDatabase({ databaseUrl, dataDir: '/nowhere' });
  await rules.start();
  ending.push(
    () => postgres.stop(),
    () => portal.stop(),
    () => rules.stop(),
  );
});
afterAll(async () => {
  for (const end of ending.toReversed()) await end();
});

/** Before a portal that looks at the revision, or before a mutant that does not. */
async function doors(mutant: boolean): Promise<readonly [Browser, Browser]> {
  let url = portal.url;
  if (mutant) {
    const forwarder = await Forwarder.before(portal.url, { hides: 'if-match' });
    onTestFinished(() => forwarder.stop());
    ({ url } = forwarder);
  }
  const [one, other] = [new Browser(url), new Browser(url)];
  for (const [browser, login] of [
    [one, 'technician'],
    [other, 'lead'],
  ] as const)
    expect((await browser.logIn(login, PASSWORD)).status).toBe(200);
  return [one, other];
}

const events = async (id: string, what: 'assigned' | 'comment'): Promise<number> => {
  const { body } = await (await portal.as('lead')).get<CaseAnswer>(`/cases/${id}`);
  return body.timeline.filter(({ kind }) => kind === what).length;
};

/** Two people read the same revision and change the case; what they are answered. */
async function twoPeople(mutant: boolean): Promise<readonly number[]> {
  const [ada, bob] = await doors(mutant);
  const id = await addCase(portal, { machine: 'guss-1', component: randomUUID() });
  const seen = { 'if-match': `"${(await ada.get<CaseAnswer>(`/cases/${id}`)).body.revision}"` };
  const answers = [
    await ada.post<CaseAnswer>(`/cases/${id}/assign`, { nextStep: 'Anrufen' }, seen),
    await bob.post<{ current: CaseAnswer }>(`/cases/${id}/assign`, { nextStep: 'Hinfahren' }, seen),
  ];
  if (!mutant) expect(answers[1]?.body).toMatchObject({ current: { nextStep: 'Anrufen' } });
  return answers.map(({ status }) => status);
}

test('E12 of two who change what they saw the second is told, with the case as it is now', async () => {
  expect(await twoPeople(false)).toEqual([200, 409]);
});

test('E12 the mutant that does not look at the revision lets the second write over the first', async () => {
  expect(await twoPeople(true)).toEqual([200, 200]);
});

/** One request sent many times at once; how often it was answered 200, and how often it was done. */
async function doubleClick(mutant: boolean): Promise<readonly [taken: number, done: number]> {
  const [ada] = await doors(mutant);
  const id = await addCase(portal, { machine: 'guss-1', component: randomUUID() });
  const seen = { 'if-match': `"${(await ada.get<CaseAnswer>(`/cases/${id}`)).body.revision}"` };
  const step = { nextStep: 'Anrufen' };
  const answers = await Promise.all(Array.from({ length: CLICKS }, () => ada.post(`/cases/${id}/assign`, step, seen)));
  return [answers.filter(({ status }) => status === 200).length, await events(id, 'assigned')];
}

test('E2 a click that comes eight times at once is one step', async () => {
  expect(await doubleClick(false)).toEqual([1, 1]);
});

test('E2 the mutant that does not look at the revision does it each time', async () => {
  expect(await doubleClick(true)).toEqual([CLICKS, CLICKS]);
});

test('E2 a word that comes eight times at once with its key is said once; another text, or no key, is another word', async () => {
  const [ada] = await doors(false);
  const id = await addCase(portal, { machine: 'guss-1', component: randomUUID() });
  const say = (body: object) => ada.post<CaseAnswer>(`/cases/${id}/comment`, body);
  const clicks = Array.from({ length: CLICKS }, () => say({ text: 'Gesehen', key: 'k' }));
  for (const { status, body } of await Promise.all(clicks)) {
    expect(status).toBe(200);
    expect(body.timeline.filter(({ kind }) => kind === 'comment').map(({ detail }) => detail)).toEqual([
      { text: 'Gesehen' },
    ]);
  }
  for (const body of [{ text: 'Angerufen', key: 'k' }, { text: 'Gesehen' }, { text: 'Gesehen' }]) await say(body);
  expect(await events(id, 'comment')).toBe(4);
});

async function raise(place: { machine: string; component: string }, rule: string, t: number): Promise<void> {
  const transition = {
    ...place,
    t,
    rule,
    mode: 'live',
    transition: 'raised',
    severity: 'warning',
    reason: HOT,
  } as const;
  const told = [{ transition, at: t, ruleVersion: 1, customer: 'muster-ag', sentence: 'x' }];
  const limits = { reopenWithinMs: 86_400_000, absorbForMs: 86_400_000 };
  const knowledge = { customerOf: () => 'muster-ag', sentence: () => 'x', excess: () => undefined };
  await rules.transaction((tx) => decide(tx, { told, tick: undefined }, { limits, knowledge }));
}

test('E2 an alarm that is raised in the moment somebody resolves the case has one open case, and none is lost', async () => {
  const place = { machine: 'press-1', component: 'hydraulics' };
  const lead = await portal.as('lead');
  const mine = async () =>
    rules.kysely.selectFrom('service_case').selectAll().where('component', '=', place.component).execute();
  for (let round = 0; round < ROUNDS; round++) {
    const open = (await mine()).find(({ status }) => status !== 'resolved');
    // So far apart that they are no flood.
    const alarm = raise(place, `race-${round}`, START + round * 900_000);
    const outcome = { cause: 'Dichtung', remedy: 'Getauscht', verdict: 'valid' };
    const resolved = open === undefined ? undefined : lead.post(`/cases/${open.id}/resolve`, outcome);
    const [, answer] = await Promise.all([alarm, resolved]);
    if (answer !== undefined) expect([200, 409]).toContain(answer.status);
    const cases = await mine();
    expect(cases.filter(({ status }) => status !== 'resolved').length).toBeLessThan(2);
    expect(cases.reduce((sum, { occurrences }) => sum + occurrences, 0)).toBe(round + 1);
  }
  const alarms = rules.kysely.selectFrom('alarm').select('case_id').where('component', '=', place.component);
  const homes = await alarms.execute();
  expect(homes).toHaveLength(ROUNDS);
  expect(homes.every(({ case_id }) => case_id !== null)).toBe(true);
});
