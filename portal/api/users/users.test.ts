import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CustomerAnswer, PersonAnswer, UserAnswer } from '#shared/model/api/session.ts';
import { credentialOf } from '#shared/database/queries/credentials.ts';
import { startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addCase } from '#test/portal/seed.ts';
import { ensureAccounts, ensureAdmin } from './ensure.ts';

interface List<T> {
  readonly items: T[];
  readonly next: string | null;
  readonly total: number;
}

let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal();
});
afterAll(() => portal.stop());

test('an admin adds a user, who logs in with the password shown once', async () => {
  const admin = await portal.as('admin');
  const added = await admin.post<UserAnswer & { password: string }>('/users', {
    login: 'neu',
    name: 'Nora Neu',
    role: 'technician',
    email: 'nora@example.com',
  });
  expect(added).toMatchObject({
    status: 201,
    body: { login: 'neu', role: 'technician', customer: null, assigned: [], disabled: false },
  });
  const browser = portal.anonymous();
  expect((await browser.logIn('neu', added.body.password)).status).toBe(200);
  expect((await admin.post('/users', { login: 'neu', name: 'Doppelt', role: 'lead' })).body).toMatchObject({
    status: 422,
    errors: [{ path: 'body.login' }],
  });

  const changed = await admin.patch<UserAnswer>(`/users/${added.body.id}`, {
    role: 'partner',
    assigned: ['beta-gmbh'],
  });
  expect(changed.body).toMatchObject({ role: 'partner', assigned: ['beta-gmbh'], name: 'Nora Neu' });
  expect((await browser.get<List<{ id: string }>>('/machines')).body.items.map(({ id }) => id)).toEqual(['guss-1']);
  await admin.patch(`/users/${added.body.id}`, { assigned: [] });
  expect((await browser.get<List<unknown>>('/machines')).body.total).toBe(0);
  await admin.patch(`/users/${added.body.id}`, { disabled: true });
  expect((await browser.get('/session')).status).toBe(401);
  await admin.patch(`/users/${added.body.id}`, { disabled: false, password: 'another good one' });
  expect((await browser.logIn('neu', 'another good one')).status).toBe(200);
  const audit = await admin.get<List<{ action: string; detail: unknown }>>('/audit?limit=50');
  expect(audit.text).toContain('user.changed');
  expect(audit.text).not.toContain('another good one');
});

test.each([
  [{ login: 'Groß', name: 'x', role: 'lead' }, 'body.login'],
  [{ login: 'a', name: ' ', role: 'lead' }, 'body.name'],
  [{ login: 'a', name: 'x', role: 'king' }, 'body.role'],
  [{ login: 'a', name: 'x', role: 'customer' }, 'body.customer'],
  [{ login: 'a', name: 'x', role: 'customer', customer: 'unknown' }, 'body.customer'],
  [{ login: 'a', name: 'x', role: 'lead', customer: 'muster-ag' }, 'body.customer'],
  [{ login: 'a', name: 'x', role: 'lead', assigned: ['muster-ag'] }, 'body.assigned'],
  [{ login: 'a', name: 'x', role: 'partner', assigned: ['unknown'] }, 'body.assigned'],
  [{ login: 'a', name: 'x', role: 'lead', password: 'short' }, 'body.password'],
  [{ login: 'a', name: 'x', role: 'lead', timezone: 'Mars/Olympus' }, 'body.timezone'],
])('a user that does not read is refused with its place: %j', async (user, path) => {
  const { status, body } = await (await portal.as('admin')).post<{ errors: { path: string }[] }>('/users', user);
  expect([status, body.errors.map((error) => error.path)]).toEqual([422, [path]]);
});

test('nobody locks themselves out or raises themselves', async () => {
  const admin = await portal.as('admin');
  expect((await admin.patch('/users/id-admin', { disabled: true })).status).toBe(409);
  expect((await admin.patch('/users/id-admin', { role: 'customer', customer: 'muster-ag' })).status).toBe(409);
  const lead = await portal.as('lead');
  expect((await lead.patch('/users/id-lead', { role: 'admin' })).status).toBe(403);
  expect((await lead.get<List<UserAnswer>>('/users')).status).toBe(200);
  expect((await (await portal.as('technician')).get('/users')).status).toBe(403);
});

test('a person changes the own password; every other session of theirs ends', async () => {
  const first = portal.anonymous();
  const second = portal.anonymous();
  await first.logIn('account-manager', 'correct horse battery');
  await second.logIn('account-manager', 'correct horse battery');
  expect((await first.post('/session/password', { old: 'wrong', new: 'a much better one' })).status).toBe(422);
  const changed = await first.post<{ csrf: string }>('/session/password', {
    old: 'correct horse battery',
    new: 'a much better one',
  });
  expect(changed.status).toBe(200);
  expect((await second.get('/session')).status).toBe(401);
  expect((await first.get('/session')).status).toBe(401);
  first.cookie = (changed.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  expect((await first.get<{ csrf: string }>('/session')).body.csrf).toBe(changed.body.csrf);
  expect((await portal.anonymous().logIn('account-manager', 'a much better one')).status).toBe(200);
});

test('those who may own a case are known to those who assign', async () => {
  const names = async (login: string): Promise<string[]> =>
    (await (await portal.as(login)).get<List<PersonAnswer>>('/people')).body.items.map(({ name }) => name);
  expect(await names('technician')).toEqual(
    expect.arrayContaining(['Ada Admin', 'Lena Leitung', 'Paul Guss', 'Petra Partner', 'Tina Technik']),
  );
  expect(await names('partner')).not.toContain('Paul Guss');
  expect(await names('partner')).toContain('Petra Partner');
  expect((await (await portal.as('customer')).get('/people')).status).toBe(403);
});

test('customers are listed with machines and open cases, the valued ones first', async () => {
  await addCase(portal, { machine: 'guss-1' });
  const { body } = await (await portal.as('technician')).get<List<CustomerAnswer>>('/customers');
  expect(body).toEqual({
    items: [
      { id: 'muster-ag', name: 'Muster Präzision AG', tier: 'premium', machines: 3, openCases: 0 },
      { id: 'beta-gmbh', name: 'Beta Guss GmbH', tier: 'standard', machines: 1, openCases: 1 },
    ],
    next: null,
    total: 2,
  });
});

test('a machine gets a password shown once, and loses its connections with it', async () => {
  const integrator = await portal.as('integrator');
  const now = new Date(portal.now);
  const { status, body } = await integrator.post<{ username: string; password: string }>(
    '/machines/press-1/credentials',
  );
  expect([status, body.username]).toEqual([201, 'press-1']);
  expect(await credentialOf(portal.database.kysely, 'press-1', body.password, now)).not.toBeNull();
  const second = await integrator.post<{ password: string }>('/machines/press-1/credentials');
  expect(await credentialOf(portal.database.kysely, 'press-1', body.password, now)).not.toBeNull();
  expect(second.body.password).not.toBe(body.password);
  expect((await integrator.delete('/machines/press-1/credentials')).status).toBe(204);
  expect(await credentialOf(portal.database.kysely, 'press-1', body.password, now)).toBeNull();
  expect(portal.disconnected).toEqual(['press-1']);
  expect((await integrator.post('/machines/none/credentials')).status).toBe(404);
  expect((await (await portal.as('technician')).post('/machines/press-1/credentials')).status).toBe(403);
});

test('the first people are made once and keep what they have', async () => {
  const own = await startPortal({ seeded: false });
  try {
    expect(await ensureAdmin(own.database, 'the first password')).toBe(true);
    expect(await ensureAdmin(own.database, 'another password')).toBe(false);
    expect((await own.anonymous().logIn('admin', 'another password')).status).toBe(401);
    expect((await own.anonymous().logIn('admin', 'the first password')).status).toBe(200);
    const people = [
      { login: 'tina', name: 'Tina', role: 'technician' as const, password: 'demo password' },
      { login: 'admin', name: 'x', role: 'admin' as const, password: 'y' },
    ];
    expect(await ensureAccounts(own.database, people)).toEqual(['tina']);
  } finally {
    await own.stop();
  }
});
