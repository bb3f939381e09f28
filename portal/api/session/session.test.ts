import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PASSWORD } from '#test/portal/plant.ts';
import { BROKER, START, startPortal, type TestPortal } from '#test/portal/portal.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal();
});
afterAll(() => portal.stop());
beforeEach(() => {
  portal.now = START;
});

const HOUR = 3_600_000;

test('a person logs in, is known, logs out, and the old cookie is dead', async () => {
  const browser = portal.anonymous();
  expect((await browser.get('/session')).status).toBe(401);
  const answer = await browser.logIn(' Technician ', PASSWORD);
  expect(answer.body).toMatchObject({
    user: { login: 'technician', role: 'technician', customer: null },
    may: expect.arrayContaining(['case.work']),
  });
  const me = await browser.get('/session');
  expect(me).toMatchObject({ status: 200, body: { csrf: answer.body.csrf, user: { name: 'Tina Technik' } } });
  expect((await browser.delete('/session')).status).toBe(204);
  expect((await browser.get('/session')).status).toBe(401);
});

test('the cookie is closed to scripts and other sites, and secure behind https', async () => {
  const plain = await portal.anonymous().logIn('lead', PASSWORD);
  expect(plain.headers.get('set-cookie')).toMatch(
    /^leitwarte_session=[\w-]{43}; Max-Age=604800; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
  );
  const proxied = await startPortal({
    parts: {
      settings: {
        mqttPrefix: 'machines',
        broker: BROKER,
        trustProxy: 1,
        mail: false,
        webhookInner: false,
        heartbeatLimit: 150_000,
      },
    },
  });
  try {
    const answer = await proxied
      .anonymous()
      .post('/session', { user: 'lead', password: PASSWORD }, { 'x-forwarded-proto': 'https' });
    expect(answer.headers.get('set-cookie')).toContain('; Secure');
    expect(answer.headers.get('strict-transport-security')).toContain('max-age');
  } finally {
    await proxied.stop();
  }
});

test('neither cookie nor token stands in the database as it is carried', async () => {
  const browser = portal.anonymous();
  await browser.logIn('lead', PASSWORD);
  const { body } = await browser.post<{ token: string }>('/tokens', { name: 'night job' });
  const rows = JSON.stringify([
    await portal.database.kysely.selectFrom('session').selectAll().execute(),
    await portal.database.kysely.selectFrom('token').selectAll().execute(),
    await portal.database.kysely.selectFrom('audit').selectAll().execute(),
  ]);
  expect(rows).not.toContain(browser.cookie.split('=')[1]);
  expect(rows).not.toContain(body.token);
});

test('a log-in ends the session the browser had before', async () => {
  const browser = portal.anonymous();
  await browser.logIn('lead', PASSWORD);
  const old = portal.anonymous();
  old.cookie = browser.cookie;
  await browser.logIn('technician', PASSWORD);
  expect((await old.get('/session')).status).toBe(401);
});

test('a wrong password, an unknown user and a disabled one get the same answer', async () => {
  await portal.database.kysely
    .updateTable('account')
    .set({ disabled_at: new Date(START) })
    .where('login', '=', 'partner-b')
    .execute();
  const answers = [
    await portal.anonymous().logIn('technician', 'wrong'),
    await portal.anonymous().logIn('nobody', 'wrong'),
    await portal.anonymous().logIn('partner-b', PASSWORD),
  ];
  const shapes = answers.map(({ status, body }) => ({ status, ...(body as object), instance: '' }));
  expect(shapes[0]).toMatchObject({ status: 401, type: '/api/docs#log-in-refused' });
  expect(shapes[1]).toEqual(shapes[0]);
  expect(shapes[2]).toEqual(shapes[0]);
  expect(answers[0]?.headers.get('set-cookie')).toBeNull();
});

test('the eleventh wrong password within minutes is not even looked at, the right one neither', async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 11; i += 1) statuses.push((await portal.anonymous().logIn('integrator', `guess ${i}`)).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  const limited = await portal.anonymous().logIn('integrator', PASSWORD);
  expect(limited.status).toBe(429);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await portal.anonymous().logIn('lead', PASSWORD)).status).toBe(200);
});

test('a session ends 12 hours after the last request, and after 7 days of any work', async () => {
  const idle = portal.anonymous();
  await idle.logIn('lead', PASSWORD);
  portal.now = START + 12 * HOUR;
  expect((await idle.get('/session')).status).toBe(401);

  portal.now = START;
  const busy = portal.anonymous();
  await busy.logIn('lead', PASSWORD);
  for (portal.now = START; portal.now < START + 167 * HOUR; portal.now += 11 * HOUR) {
    expect((await busy.get('/session')).status).toBe(200);
  }
  portal.now = START + 168 * HOUR;
  expect((await busy.get('/session')).status).toBe(401);
});

test('who is disabled is out at once, by cookie and by token', async () => {
  const browser = portal.anonymous();
  await browser.logIn('account-manager', PASSWORD);
  const { body } = await browser.post<{ token: string }>('/tokens', { name: 'export' });
  const program = portal.anonymous();
  expect((await program.get('/session', { authorization: `Bearer ${body.token}` })).status).toBe(200);
  await portal.database.kysely
    .updateTable('account')
    .set({ disabled_at: new Date(START) })
    .where('login', '=', 'account-manager')
    .execute();
  expect((await browser.get('/session')).status).toBe(401);
  expect((await program.get('/session', { authorization: `Bearer ${body.token}` })).status).toBe(401);
});

test('what another site makes the browser send has no effect', async () => {
  const browser = portal.anonymous();
  await browser.logIn('lead', PASSWORD);
  const good = browser.csrf;
  const forged = async (csrf: string, headers: Record<string, string> = {}): Promise<number> => {
    browser.csrf = csrf;
    return (await browser.post('/tokens', { name: 'forged' }, headers)).status;
  };
  expect(await forged('')).toBe(403);
  expect(await forged(`${good.slice(0, -1)}x`)).toBe(403);
  expect(await forged(good, { origin: 'https://evil.example' })).toBe(403);
  expect(await forged(good, { origin: 'null' })).toBe(403);
  expect(await forged(good, { 'content-type': 'text/plain' })).toBe(415);
  expect(await forged(good, { 'content-type': 'application/x-www-form-urlencoded' })).toBe(415);
  expect((await browser.get<{ total: number }>('/tokens')).body.total).toBe(1);
  expect(await forged(good, { origin: portal.url })).toBe(201);
  const logIn = await portal
    .anonymous()
    .post('/session', { user: 'lead', password: PASSWORD }, { origin: 'https://evil.example' });
  expect(logIn.status).toBe(403);
});

test('a program with a token needs no CSRF token, and loses its way in with the token', async () => {
  const browser = portal.anonymous();
  await browser.logIn('technician', PASSWORD);
  const { body } = await browser.post<{ id: string; token: string }>('/tokens', { name: 'script' });
  const bearer = { authorization: `Bearer ${body.token}` };
  const program = portal.anonymous();
  expect((await program.post('/tokens', { name: 'second' }, bearer)).status).toBe(201);
  expect((await browser.get<{ name: string; token?: string }>(`/tokens/${body.id}`)).body).toEqual({
    id: body.id,
    name: 'script',
    createdAt: new Date(START).toISOString(),
    usedAt: new Date(START).toISOString(),
  });
  const lead = await portal.as('lead');
  expect((await lead.get(`/tokens/${body.id}`)).status).toBe(404);
  expect((await lead.delete(`/tokens/${body.id}`)).status).toBe(404);
  expect((await browser.delete(`/tokens/${body.id}`)).status).toBe(204);
  expect((await program.get('/session', bearer)).status).toBe(401);
  expect((await program.get('/session', { authorization: 'Basic eDp5' })).status).toBe(401);
});

test('log-ins and refusals stand in the audit, without any password', async () => {
  await portal.anonymous().logIn('admin', PASSWORD);
  await portal.anonymous().logIn('admin', 'canary-password');
  const rows = await portal.database.kysely
    .selectFrom('audit')
    .innerJoin('account', (join) =>
      join.on((e) => e.or([e('audit.actor', '=', e.ref('account.id')), e('audit.subject', '=', e.ref('account.id'))])),
    )
    .select('audit.action')
    .where('login', '=', 'admin')
    .execute();
  expect(rows.map(({ action }) => action)).toEqual(['session.opened', 'session.refused']);
  expect(portal.logged.join('\n')).not.toContain('canary-password');
  expect(portal.logged.join('\n')).not.toContain(PASSWORD);
});
