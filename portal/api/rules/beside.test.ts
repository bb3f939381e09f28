/** What stands beside a rule: how often it hit, how often rightly, what one may do with it, and what it could name. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlantAnswer, RuleAnswer } from '#shared/model/api/rule.ts';
import { PLANT } from '#test/portal/plant.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addAlarm, addCase } from '#test/portal/seed.ts';

const DAY = 24 * 3_600_000;

let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal();
});
afterAll(() => portal.stop());

test('a rule tells its hits of 30 days, those of the pilot too, and how many of the judged cases were valid', async () => {
  const db = portal.database.kysely;
  const verdicts = ['valid', 'valid', 'valid', 'false-alarm', null] as const;
  for (const [i, verdict] of verdicts.entries()) {
    const caseId = await addCase(portal, { machine: 'press-1', component: `part-${i}` });
    await db.updateTable('service_case').set({ verdict }).where('id', '=', caseId).execute();
    const cleared = START - i * DAY - 1_000;
    await addAlarm(portal, {
      machine: 'press-1',
      rule: 'spindle-bearing-hot',
      raisedAt: cleared - 1_000,
      clearedAt: cleared,
      caseId,
    });
  }
  const old = START - 31 * DAY;
  await addAlarm(portal, { machine: 'press-2', rule: 'spindle-bearing-hot', raisedAt: old, clearedAt: old + 1_000 });
  await addAlarm(portal, { machine: 'press-2', rule: 'oil-trial', mode: 'pilot', raisedAt: START - DAY });
  const lead = await portal.as('lead');
  const { body } = await lead.get<{ items: RuleAnswer[] }>('/rules');
  expect(body.items.map(({ id, hits, precision, models }) => [id, hits, precision, models])).toEqual([
    ['spindle-bearing-hot', 5, 75, ['sp-200']],
    ['oil-low', 0, null, ['sp-200']],
    ['oil-trial', 1, null, ['sp-200']],
  ]);
  expect((await lead.get<RuleAnswer>('/rules/spindle-bearing-hot')).body).toEqual(body.items[0]);
});

test('what one may do with a rule stands beside it: the next modes are those the way leads to', async () => {
  const mayOf = async (login: string) => {
    const { body } = await (await portal.as(login)).get<{ items: RuleAnswer[] }>('/rules');
    return body.items.map(({ may }) => may);
  };
  const change = ['change', 'remove', 'rollback'];
  expect(await mayOf('lead')).toEqual([
    [...change, 'pilot', 'off'],
    [...change, 'pilot', 'off'],
    [...change, 'live', 'off'],
  ]);
  for (const login of ['technician', 'account-manager', 'integrator']) expect(await mayOf(login)).toEqual([[], [], []]);
});

test('the plant says what a rule can name, to those who see rules and to nobody else', async () => {
  const { body } = await (await portal.as('technician')).get<PlantAnswer>('/plant');
  expect(body.models).toEqual(PLANT.models);
  expect(body.machines).toEqual(PLANT.machines);
  expect(body.customers.map(({ name }) => name)).toEqual(['Muster Präzision AG', 'Beta Guss GmbH']);
  for (const login of ['customer', 'partner']) expect((await (await portal.as(login)).get('/plant')).status).toBe(403);
});
