import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '#shared/model/api/common.ts';
import type { RuleAnswer, RuleVersionAnswer } from '#shared/model/api/rule.ts';
import { markEffective } from '#shared/database/queries/configuration.ts';
import { toYaml } from '#shared/files/write.ts';
import type { Browser } from '#test/portal/browser.ts';
import { PLANT } from '#test/portal/plant.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';

let portal: TestPortal;
let lead: Browser;
beforeAll(async () => {
  portal = await startPortal();
  lead = await portal.as('lead');
});
afterAll(() => portal.stop());

const RULE = { id: 'oil-high', when: { sensor: 'oil-pressure', above: 7 }, severity: 'warning', mode: 'off' };
const step = (mode: string, reason = 'weil', headers = {}) =>
  lead.ask<RuleAnswer & Problem>('POST', '/rules/oil-high/mode', { body: { mode, reason }, headers });
const versions = async () =>
  (await lead.get<{ items: RuleVersionAnswer[] }>('/rules/oil-high/versions')).body.items.map(
    ({ version, reason, rule }) => [version, rule?.mode ?? null, reason],
  );

test('a rule goes from off to pilot to live, each step with its reason, and never past the pilot', async () => {
  await lead.put('/rules/oil-high?reason=neu', RULE);
  expect(await step('live')).toMatchObject({
    status: 422,
    body: { errors: [{ path: 'body.mode', message: expect.stringContaining('the next step is pilot') as string }] },
  });
  expect((await step('pilot', '')).status).toBe(422);
  expect(await step('pilot', 'probieren')).toMatchObject({
    status: 200,
    body: { version: 2, mode: 'pilot' },
  });
  expect((await step('live', 'x', { 'if-match': '"1"' })).status).toBe(409);
  const live = await step('live', 'bewährt', { 'if-match': '"2"' });
  expect(live).toMatchObject({ body: { version: 3, author: 'Lena Leitung', reason: 'bewährt' } });
  expect(live.headers.get('etag')).toBe('"3"');
  expect((await step('off', 'Umbau')).body).toMatchObject({ version: 4 });
  expect(await versions()).toEqual([
    [4, 'off', 'Umbau'],
    [3, 'live', 'bewährt'],
    [2, 'pilot', 'probieren'],
    [1, 'off', 'neu'],
  ]);
  expect((await lead.post('/rules/nothing/mode', { mode: 'off', reason: 'x' })).status).toBe(404);
});

test('an earlier version is there again as a new one, after a removal too', async () => {
  const back = (version: number) =>
    lead.post<RuleAnswer & Problem>('/rules/oil-high/rollback', { version, reason: 'zurück' });
  expect((await back(3)).body).toMatchObject({ version: 5, reason: 'zurück', mode: 'live' });
  expect((await back(3)).body).toMatchObject({ version: 5 });
  await lead.delete('/rules/oil-high?reason=weg');
  expect((await back(6)).body.errors).toMatchObject([
    { path: 'body.version', message: expect.stringContaining('removed') as string },
  ]);
  expect((await back(9)).body.errors).toMatchObject([{ message: 'the rule has the versions 1 to 6' }]);
  expect((await back(2)).body).toMatchObject({ version: 7, mode: 'pilot' });
  const { body } = await lead.get<{ items: { action: string }[] }>('/audit?limit=1');
  expect(body.items[0]).toMatchObject({
    action: 'rule.rolled-back',
    subject: 'oil-high',
    detail: { reason: 'zurück' },
  });
  expect((await lead.post('/rules/never/rollback', { version: 1, reason: 'x' })).status).toBe(404);
});

test('a version that does not fit the plant any more is refused with why', async () => {
  const models = PLANT.models.map((model) => ({
    ...model,
    sensors: model.sensors.filter(({ id }) => id === 'bearing-temp'),
  }));
  await (await portal.as('integrator')).post('/import/plant', toYaml({ ...PLANT, models }));
  const refused = await lead.post<Problem>('/rules/oil-high/rollback', { version: 3, reason: 'zurück' });
  expect(refused.body.errors?.[0]?.message).toMatch(/version 3 does not fit the plant any more: .*oil-pressure/);
  await (await portal.as('integrator')).post('/import/plant', toYaml(PLANT));
});

test('a version tells when it took effect', async () => {
  const { version } = await portal.database.kysely
    .selectFrom('configuration')
    .innerJoin('rule_version', 'rule_version.rulebook_version', 'configuration.rulebook_version')
    .select('configuration.version')
    .where('rule', '=', 'oil-high')
    .where('rule_version.version', '=', 2)
    .executeTakeFirstOrThrow();
  await markEffective(portal.database.kysely, version, 1234, START);
  const { body } = await lead.get<{ items: RuleVersionAnswer[] }>('/rules/oil-high/versions');
  expect(body.items.slice(-2).map(({ effectiveAt }) => effectiveAt)).toEqual([new Date(START).toISOString(), null]);
});

test('who may not change rules takes no step', async () => {
  const technician = await portal.as('technician');
  expect((await technician.post('/rules/oil-low/mode', { mode: 'off', reason: 'x' })).status).toBe(403);
  expect((await technician.post('/rules/oil-low/rollback', { version: 1, reason: 'x' })).status).toBe(403);
});
