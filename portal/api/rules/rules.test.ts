import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '#shared/model/api/common.ts';
import type { ImportAnswer, RuleAnswer, RuleVersionAnswer } from '#shared/model/api/rule.ts';
import { rulebookToYaml, toYaml } from '#shared/files/write.ts';
import { PLANT, RULES } from '#test/portal/plant.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addAlarm } from '#test/portal/seed.ts';
import { costOf } from '#test/servers/tools.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal();
});
afterAll(() => portal.stop());

const RULE = {
  id: 'oil-high',
  title: 'Öldruck zu hoch',
  when: { sensor: 'oil-pressure', above: 7 },
  for: '1m',
  severity: 'warning',
};

test('the rulebook is listed in its order, with what each rule watches', async () => {
  await addAlarm(portal, { machine: 'press-1', rule: 'oil-low', raisedAt: START });
  const { body } = await (await portal.as('technician')).get<{ items: RuleAnswer[]; total: number }>('/rules');
  expect(body.total).toBe(3);
  expect(body.items.map(({ id, machines, standing, version }) => [id, machines, standing, version])).toEqual([
    ['spindle-bearing-hot', 4, 0, 1],
    ['oil-low', 4, 1, 1],
    ['oil-trial', 4, 0, 1],
  ]);
  expect(body.items[0]).toMatchObject({ ...RULES.rules[0], dormant: null });
});

test('a rule is added, changed, locked, removed, and each version stays with author and reason', async () => {
  const lead = await portal.as('lead');
  const added = await lead.put<RuleAnswer>('/rules/oil-high?reason=neu', RULE);
  expect(added).toMatchObject({
    status: 200,
    body: { ...RULE, version: 1, author: 'Lena Leitung', reason: 'neu', machines: 4, example: 'press-1' },
  });
  expect(added.headers.get('etag')).toBe('"1"');
  expect(portal.confirmed).toHaveLength(1);
  const changed = { ...RULE, when: { sensor: 'oil-pressure', above: 8 } };
  expect(
    (await lead.put('/rules/oil-high', changed, { 'if-match': '"1"', 'x-reason': 'zu viele Meldungen' })).body,
  ).toMatchObject({ version: 2, reason: 'zu viele Meldungen' });
  const late = await lead.put('/rules/oil-high', RULE, { 'if-match': '"1"' });
  expect(late).toMatchObject({ status: 409, body: { current: { version: 2, rule: changed } } });
  expect((await lead.put('/rules/oil-high', changed)).body).toMatchObject({ version: 2 });
  const handedOut = (await lead.get<RuleAnswer>('/rules/oil-high')).body;
  expect((await lead.put('/rules/oil-high', handedOut)).body).toEqual(handedOut);
  expect((await lead.delete('/rules/oil-high?reason=weg')).status).toBe(204);
  expect((await lead.get('/rules/oil-high')).status).toBe(404);
  expect((await lead.delete('/rules/oil-high')).status).toBe(404);
  const { body } = await lead.get<{ items: RuleVersionAnswer[] }>('/rules/oil-high/versions');
  expect(body.items.map(({ version, reason, rule }) => [version, reason, rule?.when ?? null])).toEqual([
    [3, 'weg', null],
    [2, 'zu viele Meldungen', changed.when],
    [1, 'neu', RULE.when],
  ]);
  const audit = await (await portal.as('admin')).get<{ items: { action: string; actor: { name: string } }[] }>(
    '/audit?limit=3',
  );
  expect(audit.body.items[1]).toMatchObject({
    action: 'rule.removed',
    subject: 'oil-high',
    actor: { name: 'Lena Leitung' },
  });
});

test.each([
  [{ ...RULE, when: { sensor: 'oil-presure', above: 7 } }, 'body.when.sensor'],
  [{ ...RULE, severity: 'bad' }, 'body.severity'],
  [{ ...RULE, colour: 'red' }, 'body.colour'],
  [{ ...RULE, id: 'other' }, 'body.id'],
  [{ ...RULE, endangers: 'engine' }, 'body.endangers'],
  [[], 'body'],
  ['oil', 'body'],
])('a rule that does not read is refused with its place: %j', async (rule, path) => {
  const browser = await portal.as('lead');
  const answer = await browser.put<Problem>('/rules/oil-high', rule, { 'content-type': 'application/json' });
  expect([answer.status, answer.body.errors?.[0]?.path ?? answer.body.type]).toEqual(
    path === 'body' && rule === 'oil' ? [400, '/api/docs#bad-request'] : [422, path],
  );
});

test('a rule nested without end is refused in a moment', async () => {
  const bomb = `${'{"not":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
  const browser = await portal.as('lead');
  const cost = await costOf(async () => {
    const answer = await browser.put('/rules/oil-high', `{"id":"oil-high","when":${bomb}}`, {
      'content-type': 'application/json',
    });
    expect(answer.status).toBe(400);
  });
  expect(cost).toBeLessThan(1_000);
});

test('an import tells what it would do, does it, and does nothing the second time', async () => {
  const integrator = await portal.as('integrator');
  const plant = {
    ...PLANT,
    machines: [...PLANT.machines.slice(0, 3), { id: 'press-4', model: 'sp-200', customer: 'muster-ag' }],
  };
  const file = toYaml(plant);
  const before = portal.confirmed.length;
  const dry = await integrator.post<ImportAnswer>('/import/plant?dryRun=true', file);
  expect(dry).toMatchObject({
    status: 200,
    body: {
      created: 1,
      updated: 0,
      removed: 1,
      unchanged: 6,
      changes: [
        { kind: 'machine', id: 'press-4', change: 'created' },
        { id: 'guss-1', change: 'removed' },
      ],
    },
  });
  expect((await integrator.get('/machines/press-4')).status).toBe(404);
  expect((await integrator.post<ImportAnswer>('/import/plant', file)).body).toEqual(dry.body);
  expect((await integrator.get('/machines/press-4')).status).toBe(200);
  expect((await integrator.get('/machines/guss-1')).status).toBe(404);
  expect((await integrator.post<ImportAnswer>('/import/plant', file)).body).toMatchObject({
    created: 0,
    removed: 0,
    unchanged: 7,
  });
  expect(portal.confirmed).toHaveLength(before + 1);
  const json = await integrator.post('/import/plant?dryRun=1', JSON.stringify(PLANT), {
    'content-type': 'application/json',
  });
  expect(json.body).toMatchObject({ created: 1, removed: 1 });
  expect((await integrator.post('/import/plant', toYaml(PLANT))).status).toBe(200);
});

test('a file with problems changes nothing, and every problem is told with path and line', async () => {
  const integrator = await portal.as('integrator');
  const bad =
    'version: 1\nrules:\n  - { id: a, when: { sensor: nope, above: 1 }, severity: warning }\n  - { id: a, when: {}, severity: loud }\n';
  const answer = await integrator.post<Problem>('/import/rules', bad);
  expect(answer.status).toBe(422);
  expect(answer.body.errors?.map(({ path, line }) => [path, line])).toEqual(
    expect.arrayContaining([
      ['rules[0].when.sensor', 3],
      ['rules[1].severity', 4],
      ['rules[1].id', 4],
    ]),
  );
  expect((await integrator.post('/import/plant', '')).status).toBe(422);
  expect((await integrator.post('/import/plant', '{', { 'content-type': 'application/json' })).status).toBe(422);
  expect((await integrator.post('/import/plant', 'x', { 'content-type': 'text/html' })).status).toBe(415);
  expect((await integrator.get<{ total: number }>('/rules')).body.total).toBe(3);
});

test('a rule whose sensor left the plant sleeps, and says why', async () => {
  const integrator = await portal.as('integrator');
  const models = PLANT.models.map((model) => ({
    ...model,
    sensors: model.sensors.filter(({ id }) => id === 'bearing-temp'),
  }));
  const { body } = await integrator.post<ImportAnswer>('/import/plant', toYaml({ ...PLANT, models }));
  expect(body.warnings.join('\n')).toMatch(/Rule oil-low will watch nothing/);
  const rule = await integrator.get<RuleAnswer>('/rules/oil-low');
  expect(rule.body).toMatchObject({ machines: 0, example: null, dormant: expect.stringContaining('oil-pressure') });
  const refused = await integrator.post<Problem>('/import/rules', rulebookToYaml(RULES));
  expect(refused.status).toBe(422);
  await integrator.post('/import/plant', toYaml(PLANT));
  expect((await integrator.post<ImportAnswer>('/import/rules', rulebookToYaml(RULES))).body).toMatchObject({
    unchanged: 3,
    changes: [],
  });
});

test('an import that ingest has not taken over yet says so', async () => {
  const own = await startPortal({ seeded: true, parts: { confirmConfiguration: async () => false } });
  try {
    const answer = await (await own.as('admin')).post<ImportAnswer>(
      '/import/rules',
      rulebookToYaml({ ...RULES, rules: RULES.rules.slice(1) }),
    );
    expect(answer.body).toMatchObject({ removed: 1, warnings: [expect.stringContaining('as soon as ingest runs')] });
  } finally {
    await own.stop();
  }
});

test('nobody without the right changes rules or plant', async () => {
  for (const login of ['technician', 'account-manager', 'customer', 'partner']) {
    const browser = await portal.as(login);
    expect((await browser.put('/rules/oil-high', RULE)).status).toBe(403);
    expect((await browser.delete('/rules/oil-low')).status).toBe(403);
    expect((await browser.post('/import/plant', toYaml(PLANT))).status).toBe(403);
  }
  expect((await (await portal.as('integrator')).put('/rules/oil-high', RULE)).status).toBe(403);
});
