/**
 * Walks every route with everybody: what a role may not do is refused, what belongs to another customer does not exist, and no
 * word of it is heard in any answer. A route that is not in the walk fails it.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { may, type Role } from '#shared/model/access.ts';
import type { Answer, Browser } from '#test/portal/browser.ts';
import { CANARY, CANARY_PLANT, plantCanaries, type Things } from '#test/portal/canary.ts';
import { PASSWORD } from '#test/portal/plant.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { visit, WALK } from '#test/portal/walk.ts';

const ROLES_WALKING: readonly Role[] = [
  'technician',
  'account-manager',
  'lead',
  'integrator',
  'admin',
  'customer',
  'partner',
];
const SCOPED: readonly Role[] = ['customer', 'partner'];

let portal: TestPortal;
let own: Things;
let foreign: Things;
const heardBy = new Set<string>();

beforeAll(async () => {
  portal = await startPortal({ plant: CANARY_PLANT });
  ({ own, foreign } = await plantCanaries(portal));
});
afterAll(() => portal.stop());

const routesOf = (p: TestPortal): string[] => p.routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`);

/** The log-out is walked with a log-in of its own. */
async function walker(name: string, login: string): Promise<Browser> {
  if (name !== 'DELETE /session') return portal.as(login);
  const browser = portal.anonymous();
  await browser.logIn(login, PASSWORD);
  return browser;
}

/** Everything that left: body and headers, without the ids the request itself brought. */
function whatLeft(answer: Answer, asked: Things): string {
  const given = Object.values(asked) as string[];
  const all = `${answer.text}\n${JSON.stringify([...answer.headers])}`;
  return given.reduce((text, id) => text.replaceAll(id, ''), all);
}

function carriesWhatItMust(answer: Answer): void {
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('cache-control')).toContain('no-store');
  expect(answer.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  expect(answer.headers.get('x-powered-by')).toBeNull();
  if (answer.status < 400) return;
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body).toMatchObject({
    type: expect.stringMatching(/^\/api\/docs#/),
    title: expect.any(String),
    status: answer.status,
    detail: expect.any(String),
  });
  expect(answer.text).not.toMatch(/\bat .*\.ts:\d+|node_modules|select .* from/i);
}

test('every route is in the walk, and the walk has no route that is gone', () => {
  expect(routesOf(portal).sort()).toEqual(Object.keys(WALK).sort());
});

describe.each(Object.keys(WALK))('%s', (name) => {
  const permission = (): string =>
    portal.routes.find((route) => `${route.method.toUpperCase()} ${route.path}` === name)?.may ?? '';

  test('nobody who is not logged in gets further than the door', async () => {
    if (permission() === 'anyone') return;
    const disabled = portal.anonymous();
    disabled.cookie = 'leitwarte_session=made-up';
    const expired = portal.anonymous();
    for (const browser of [portal.anonymous(), disabled, expired]) {
      const answer = await visit(browser, name, own);
      expect(answer.status).toBe(401);
      carriesWhatItMust(answer);
      expect(whatLeft(answer, own)).not.toMatch(CANARY);
    }
  });

  test.each(ROLES_WALKING)('%s', async (role) => {
    const browser = await walker(name, role);
    const needed = permission();
    const allowed = needed === 'anyone' || may(role, needed as Parameters<typeof may>[1]);

    const mine = await visit(browser, name, own);
    carriesWhatItMust(mine);
    if (allowed)
      expect([mine.status, mine.text.slice(0, 300)]).not.toEqual([
        expect.toSatisfy((s) => [403, 500].includes(s as number)),
        expect.anything(),
      ]);
    else expect(mine.status).toBe(403);
    if (allowed && WALK[name]?.names) expect(mine.status).not.toBe(404);

    const theirs = await visit(browser, name, foreign);
    carriesWhatItMust(theirs);
    if (!allowed) expect(theirs.status).toBe(403);
    else if (WALK[name]?.names && SCOPED.includes(role)) expect(theirs.status).toBe(404);
    if (!SCOPED.includes(role)) return;
    expect(whatLeft(mine, own)).not.toMatch(CANARY);
    expect(whatLeft(theirs, foreign)).not.toMatch(CANARY);
  });

  test('the other customer hears their own, so the canaries do sing', async () => {
    const browser = await walker(name, 'canary-customer');
    const answer = await visit(browser, name, foreign);
    if (CANARY.test(whatLeft(answer, foreign))) heardBy.add(name);
    expect(answer.status).toBeLessThan(500);
  });
});

test('the canaries were there to be heard wherever a customer looks', () => {
  const sung = [...heardBy];
  expect(sung).toEqual(
    expect.arrayContaining([
      'GET /machines',
      'GET /machines/{id}',
      'GET /machines/{id}/readings',
      'GET /machines/{id}/events',
      'GET /cases',
      'GET /cases/{id}',
      'GET /tokens',
      'GET /session',
    ]),
  );
});

test('who is disabled loses every door at once', async () => {
  const browser = portal.anonymous();
  await browser.logIn('account-manager', PASSWORD);
  await portal.database.kysely
    .updateTable('account')
    .set({ disabled_at: new Date(START) })
    .where('login', '=', 'account-manager')
    .execute();
  for (const name of Object.keys(WALK)) {
    if (portal.routes.find((route) => `${route.method.toUpperCase()} ${route.path}` === name)?.may === 'anyone')
      continue;
    expect([name, (await visit(browser, name, own)).status]).toEqual([name, 401]);
  }
});

test('no unsafe route acts for a cookie without its CSRF token', async () => {
  const browser = portal.anonymous();
  await browser.logIn('admin', PASSWORD);
  browser.csrf = '';
  for (const name of Object.keys(WALK).filter((route) => !route.startsWith('GET ') && route !== 'POST /session')) {
    expect([name, (await visit(browser, name, own)).status]).toEqual([name, 403]);
  }
});
