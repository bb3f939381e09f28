/**
 * Walks every route with everybody: what a role may not do is refused, what belongs to another customer does not exist, and no
 * word of it is heard in any answer. A route that is not in the walk fails it.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rulebookToYaml, toYaml } from '#shared/files/write.ts';
import { may, type Role } from '#shared/model/access.ts';
import type { Answer, Browser } from '#test/portal/browser.ts';
import { CANARY, CANARY_PLANT, plantCanaries, type Things } from '#test/portal/canary.ts';
import { PASSWORD, RULES } from '#test/portal/plant.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';

interface Visit {
  /** The path with ids filled in, and the body. */
  readonly path: (things: Things) => string;
  readonly body?: (things: Things) => unknown;
  /** Names a thing of a customer: of another one it is 404. Else it is a list or one's own: scoped people get less. */
  readonly names?: true;
}

const RANGE = `from=${new Date(START - 60_000).toISOString()}&to=${new Date(START + 60_000).toISOString()}`;
const LATER = new Date(START + 60_000).toISOString();
const at = (path: string): Visit => ({ path: () => path });
const step = (name: string, body: unknown = {}): Visit => ({
  path: ({ caseId }) => `/cases/${caseId}/${name}`,
  body: () => body,
  names: true,
});
let users = 0;

/** How each route is visited. */
const WALK: Readonly<Record<string, Visit>> = {
  'GET /house': at('/house'),
  'POST /session': { path: () => '/session', body: () => ({ user: 'nobody-at-all', password: 'x', role: 'admin' }) },
  'GET /session': at('/session'),
  'POST /session/password': { path: () => '/session/password', body: () => ({ old: 'wrong', new: 'a new password' }) },
  'DELETE /session': at('/session'),
  'POST /tokens': { path: () => '/tokens', body: ({ customer }) => ({ name: 'walk', account: 'id-admin', customer }) },
  'GET /tokens': at('/tokens'),
  'GET /tokens/{id}': { path: ({ token }) => `/tokens/${token}` },
  'DELETE /tokens/{id}': { path: ({ token }) => `/tokens/${token}` },
  'GET /machines': { path: ({ customer }) => `/machines?limit=1000&q=&customer=${customer}` },
  'GET /fleet': { path: ({ customer }) => `/fleet?customer=${customer}` },
  'GET /machines/{id}': { path: ({ machine }) => `/machines/${machine}`, names: true },
  'GET /machines/{id}/readings': {
    path: ({ machine }) => `/machines/${machine}/readings?sensors=bearing-temp&${RANGE}`,
    names: true,
  },
  'GET /machines/{id}/events': { path: ({ machine }) => `/machines/${machine}/events?${RANGE}`, names: true },
  'POST /machines/{id}/credentials': { path: ({ machine }) => `/machines/${machine}/credentials`, names: true },
  'DELETE /machines/{id}/credentials': { path: ({ machine }) => `/machines/${machine}/credentials`, names: true },
  'GET /alarms': { path: ({ machine }) => `/alarms?machine=${machine}` },
  'POST /alarms/{id}/shelve': {
    path: ({ alarm }) => `/alarms/${alarm}/shelve`,
    body: () => ({ until: LATER, reason: 'walk' }),
    names: true,
  },
  'GET /cases': { path: ({ customer }) => `/cases?status=all&customer=${customer}` },
  'GET /cases/{id}': { path: ({ caseId }) => `/cases/${caseId}`, names: true },
  'POST /cases/{id}/acknowledge': step('acknowledge'),
  'POST /cases/{id}/assign': step('assign'),
  'POST /cases/{id}/comment': step('comment', { text: 'walk' }),
  'POST /cases/{id}/shelve': step('shelve', { until: LATER, reason: 'walk' }),
  'POST /cases/{id}/wait': step('wait', { for: 'part' }),
  'POST /cases/{id}/resolve': step('resolve', { cause: 'a', remedy: 'b', verdict: 'valid' }),
  'POST /cases/{id}/close': step('close'),
  'POST /cases/{id}/reopen': step('reopen', { reason: 'walk' }),
  'GET /rules': at('/rules'),
  'GET /rules/{id}': at('/rules/oil-low'),
  'PUT /rules/{id}': { path: () => '/rules/oil-low', body: () => RULES.rules[1] },
  'DELETE /rules/{id}': at('/rules/oil-trial'),
  'GET /rules/{id}/versions': at('/rules/oil-low/versions'),
  'POST /import/plant': { path: () => '/import/plant?dryRun=true', body: () => toYaml(CANARY_PLANT) },
  'POST /import/rules': { path: () => '/import/rules?dryRun=true', body: () => rulebookToYaml(RULES) },
  'GET /quality': at('/quality'),
  'GET /quality/rejects': { path: ({ machine }) => `/quality/rejects?machine=${machine}` },
  'GET /customers': at('/customers'),
  'GET /people': at('/people'),
  'GET /users': at('/users'),
  'POST /users': {
    path: () => '/users',
    body: () => ({ login: `walker-${(users += 1)}`, name: 'Walker', role: 'lead' }),
  },
  'PATCH /users/{id}': { path: () => '/users/id-customer-b', body: () => ({ name: 'Walked' }) },
  'GET /audit': at('/audit'),
  'GET /stream': { path: ({ machine }) => `/stream?sensors=${machine}/bearing-temp`, names: true },
};

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
const heardBy = new Map<string, string[]>();

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

/** Streams are read for a moment, everything else whole. */
async function visit(browser: Browser, name: string, things: Things): Promise<Answer> {
  const { path, body } = WALK[name] as Visit;
  const method = name.split(' ')[0] as string;
  if (name !== 'GET /stream') return browser.ask(method, path(things), { body: body?.(things) });
  const response = await browser.open(method, path(things));
  if (response.status !== 200) {
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as unknown };
  }
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const { value = '' } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return { status: 200, headers: response.headers, text: value, body: undefined };
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
    heardBy.set(name, whatLeft(answer, foreign).match(CANARY) ? [name] : []);
  });
});

test('the canaries were there to be heard wherever a customer looks', () => {
  const sung = [...heardBy].filter(([, found]) => found.length > 0).map(([name]) => name);
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
