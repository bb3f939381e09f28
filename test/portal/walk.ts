/** How each route of the API is visited, with the things of one customer. */
import { rulebookToYaml, toYaml } from '#shared/files/write.ts';
import { EMPTY_ROTA } from '#shared/model/service/duty.ts';
import { DEFAULT_PREFERENCES } from '#shared/model/service/notification.ts';
import type { Answer, Browser } from './browser.ts';
import { CANARY_PLANT, type Things } from './canary.ts';
import { RULES } from './plant.ts';
import { START } from './portal.ts';

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
export const WALK: Readonly<Record<string, Visit>> = {
  'GET /house': at('/house'),
  'GET /house/chain': at('/house/chain'),
  'GET /house/trouble': at('/house/trouble'),
  'POST /house/backup': at('/house/backup'),
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
  'GET /machines/{id}/credentials': { path: ({ machine }) => `/machines/${machine}/credentials`, names: true },
  'POST /machines/{id}/credentials': { path: ({ machine }) => `/machines/${machine}/credentials`, names: true },
  'DELETE /machines/{id}/credentials': { path: ({ machine }) => `/machines/${machine}/credentials`, names: true },
  'GET /machines/{id}/connection': { path: ({ machine }) => `/machines/${machine}/connection`, names: true },
  'POST /machines/{id}/check': {
    path: ({ machine }) => `/machines/${machine}/check`,
    body: ({ machine }) => ({ topic: `machines/${machine}/telemetry`, payload: '{"bearing-temp": 61}' }),
    names: true,
  },
  'GET /alarms': { path: ({ machine }) => `/alarms?machine=${machine}` },
  'GET /alarms/{id}': { path: ({ alarm }) => `/alarms/${alarm}`, names: true },
  'POST /alarms/{id}/acknowledge': { path: ({ alarm }) => `/alarms/${alarm}/acknowledge`, names: true },
  'POST /alarms/{id}/shelve': {
    path: ({ alarm }) => `/alarms/${alarm}/shelve`,
    body: () => ({ until: LATER, reason: 'walk' }),
    names: true,
  },
  'POST /alarms/{id}/unshelve': { path: ({ alarm }) => `/alarms/${alarm}/unshelve`, names: true },
  'GET /maintenance': { path: ({ machine }) => `/maintenance?machine=${machine}` },
  'POST /maintenance': {
    path: () => '/maintenance',
    body: ({ machine }) => ({ machine, title: 'walk', start: '2030-03-01T22:00', duration: '4h' }),
  },
  'GET /maintenance/{id}': { path: ({ maintenance }) => `/maintenance/${maintenance}`, names: true },
  'PUT /maintenance/{id}': {
    path: ({ maintenance }) => `/maintenance/${maintenance}`,
    body: ({ machine }) => ({ machine, title: 'walk', start: '2030-03-01T22:00', duration: '4h' }),
    names: true,
  },
  'POST /maintenance/{id}/end': { path: ({ maintenance }) => `/maintenance/${maintenance}/end`, names: true },
  'GET /alarms/{id}/recompute': { path: ({ alarm }) => `/alarms/${alarm}/recompute`, names: true },
  'GET /cases': { path: ({ customer }) => `/cases?status=all&customer=${customer}` },
  'GET /cases/{id}': { path: ({ caseId }) => `/cases/${caseId}`, names: true },
  'POST /cases/{id}/acknowledge': step('acknowledge'),
  'POST /cases/{id}/assign': step('assign'),
  'POST /cases/{id}/comment': step('comment', { text: 'walk' }),
  'POST /cases/{id}/shelve': step('shelve', { until: LATER, reason: 'walk' }),
  'POST /cases/{id}/wait': step('wait', { reason: 'part', until: LATER }),
  'POST /cases/{id}/resolve': step('resolve', { cause: 'a', remedy: 'b', verdict: 'valid' }),
  'POST /cases/{id}/close': step('close'),
  'POST /cases/{id}/reopen': step('reopen', { reason: 'walk' }),
  'POST /cases/{id}/merge': step('merge', { into: 1_000_000, reason: 'walk' }),
  'POST /cases/{id}/split': step('split', { alarms: ['none'], reason: 'walk' }),
  'POST /cases/{id}/checklist': step('checklist', { item: 1, done: true }),
  'GET /plant': at('/plant'),
  'GET /rules': at('/rules'),
  'GET /rules/{id}': at('/rules/oil-low'),
  'PUT /rules/{id}': { path: () => '/rules/oil-low', body: () => RULES.rules[1] },
  'DELETE /rules/{id}': at('/rules/oil-trial'),
  'POST /rules/{id}/mode': { path: () => '/rules/oil-low/mode', body: () => ({ mode: 'pilot', reason: 'walk' }) },
  'POST /rules/{id}/rollback': { path: () => '/rules/oil-low/rollback', body: () => ({ version: 1, reason: 'walk' }) },
  'GET /rules/{id}/versions': at('/rules/oil-low/versions'),
  'POST /rules/backtest': {
    path: () => '/rules/backtest',
    body: ({ machine }) => ({
      rule: 'oil-low',
      from: new Date(START - 60_000).toISOString(),
      to: new Date(START).toISOString(),
      machines: [machine],
    }),
    names: true,
  },
  'GET /kpi/alarms': { path: ({ customer }) => `/kpi/alarms?customer=${customer}` },
  'GET /kpi/alarms/proposals': at('/kpi/alarms/proposals?rule=oil-low'),
  'POST /import/plant': { path: () => '/import/plant?dryRun=true', body: () => toYaml(CANARY_PLANT) },
  'POST /import/rules': { path: () => '/import/rules?dryRun=true', body: () => rulebookToYaml(RULES) },
  'GET /quality': at('/quality'),
  'GET /quality/breaks': { path: ({ machine }) => `/quality/breaks?machine=${machine}` },
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
  'GET /audit/check': at('/audit/check'),
  'GET /sla': at('/sla'),
  'PUT /sla': { path: () => '/sla', body: () => ({ pauses: [], warnAtPercent: 80, targets: [], escalation: [] }) },
  'GET /calendars': at('/calendars'),
  'PUT /calendars/{id}': {
    path: () => '/calendars/walk',
    body: () => ({ name: 'Walk', timezone: 'Europe/Berlin', land: null, hours: { mon: ['08:00-17:00'] } }),
  },
  'DELETE /calendars/{id}': at('/calendars/walk'),
  'GET /duty': at('/duty'),
  'PUT /duty': { path: () => '/duty', body: () => ({ ...EMPTY_ROTA, lead: 'id-lead' }) },
  'GET /duty/now': at('/duty/now'),
  'GET /jobs': at('/jobs'),
  'GET /me/notifications': at('/me/notifications'),
  'PUT /me/notifications': { path: () => '/me/notifications', body: () => DEFAULT_PREFERENCES },
  'POST /me/notifications/test': at('/me/notifications/test'),
  'GET /deliveries': at('/deliveries'),
  'POST /deliveries/{id}/retry': at('/deliveries/no-such/retry'),
  'GET /webhooks': at('/webhooks'),
  'POST /webhooks': {
    path: () => '/webhooks',
    body: () => ({ url: 'https://example.com/hook', events: ['case.opened'] }),
  },
  'DELETE /webhooks/{id}': at('/webhooks/no-such'),
  'POST /webhooks/{id}/test': at('/webhooks/no-such/test'),
  'GET /stream': { path: ({ machine }) => `/stream?sensors=${machine}/bearing-temp`, names: true },
};

/** Streams are read for a moment, everything else whole. */
export async function visit(browser: Browser, name: string, things: Things): Promise<Answer> {
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
