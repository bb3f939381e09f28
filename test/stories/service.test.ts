/** From a case to the people and programs that are told of it. */
import { Webhook } from 'standardwebhooks';
import type { z } from 'zod';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CaseAnswer } from '#shared/model/api/case.ts';
import type { Problem } from '#shared/model/api/common.ts';
import type { DeliveryAnswer, WebhookSecret } from '#shared/model/api/notification.ts';
import type { DutyNowAnswer } from '#shared/model/api/service.ts';
import { DEFAULT_PREFERENCES, type NoticePreferences } from '#shared/model/service/notification.ts';
import { callWebhook } from '#rules/service/webhook.ts';
import { entry, type ServiceHouse, SMTP_PASSWORD, startService } from './service-desk.ts';

const MINUTE = 60_000;
/** Monday, 09:00 in Berlin. */
const START = Date.parse('2026-01-12T08:00:00Z');
let house: ServiceHouse;
let place = 0;

beforeAll(async () => {
  house = await startService();
  const layer = {
    id: 'week',
    name: 'Bereitschaft',
    hours: null,
    holidays: 'also',
    start: '2026-01-01T00:00',
    everyDays: 7,
    turns: [{ person: 'id-technician', deputy: 'id-admin' }],
  };
  const rota = { timezone: 'Europe/Berlin', land: 'DE-NW', lead: 'id-lead', layers: [layer], exceptions: [] };
  await (await house.as('lead')).put('/duty', rota);
});
afterAll(() => house.stop());

/** Each story begins a week after the one before, with nothing left to tell. */
beforeEach(async () => {
  const db = house.portal.database.kysely;
  await db.updateTable('service_case').set({ status: 'closed' }).execute();
  await db.updateTable('case_watch').set({ look_at: null }).execute();
  await house.work();
  await db.updateTable('delivery').set({ state: 'sent' }).execute();
  house.portal.now = START + 7 * 24 * 60 * MINUTE * (place += 1);
  for (const list of [house.mails, house.calls, house.mailAnswers, house.callAnswers]) list.length = 0;
  await db.deleteFrom('notification').execute();
  await db.deleteFrom('delivery').execute();
  await prefer('technician', {});
});

async function prefer(login: string, some: Partial<NoticePreferences>): Promise<void> {
  const answer = await (await house.as(login)).put('/me/notifications', { ...DEFAULT_PREFERENCES, ...some });
  expect(answer.status).toBe(200);
}
const deliveries = async (state: string) =>
  (await (await house.as('admin')).get<{ items: z.infer<typeof DeliveryAnswer>[] }>(`/deliveries?state=${state}`)).body
    .items;
const timeline = async (id: string, kind: string) => {
  const { body } = await (await house.as('lead')).get<CaseAnswer>(`/cases/${id}`);
  return body.timeline.filter((each) => each.kind === kind).map(({ detail }) => detail);
};
const later = async (minutes: number): Promise<void> => {
  house.portal.now += minutes * MINUTE;
  await house.work();
};
const told = (): string[] => house.mails.map(({ to, subject }) => `${to.split('@')[0]}: ${subject}`);

test('whoever is on duty learns of a new case in their language, with a way to it', async () => {
  const now = await (await house.as('technician')).get<z.infer<typeof DutyNowAnswer>>('/duty/now');
  expect(now.body).toMatchObject({ onDuty: { person: { name: 'Tina Technik' } }, lead: { id: 'id-lead' } });
  const id = await house.open({ machine: 'press-1', component: 'spindle' });
  await house.work();
  await house.work(1);
  expect(house.mails).toHaveLength(1);
  const [mail] = house.mails;
  expect(mail?.subject).toMatch(/^Neuer Servicefall \d+: Ausfallgefahr, Presse Eins$/);
  expect(mail?.text).toContain('Guten Tag Tina Technik,');
  expect(mail?.text).toContain('Kunde: Muster Präzision AG');
  expect(mail?.text).toContain(`https://portal.example.com/cases/${id}`);
});

test('of two processes each tells of other cases, and every case is told of once', async () => {
  await prefer('technician', { mostAnHour: 120 });
  for (let i = 0; i < 30; i++) await house.open({ machine: 'press-2', status: 'resolved', component: `c-${i}` });
  await house.workTogether();
  expect(house.mails).toHaveLength(30);
  expect(new Set(house.mails.map(({ subject }) => subject)).size).toBe(30);
  expect(new Set(house.mails.map(({ id }) => id)).size).toBe(30);
});

test('while nobody takes a case, it goes up the line, each step once, until somebody does', async () => {
  const id = await house.open({ machine: 'press-1', component: 'spindle' });
  await house.work();
  await later(9);
  expect(await timeline(id, 'escalated')).toEqual([]);
  await later(1);
  await later(0);
  await house.work(1);
  expect(await timeline(id, 'escalated')).toEqual([{ step: 1, notify: 'duty', after: '10m', to: ['id-technician'] }]);
  await later(10);
  await (await house.as('technician')).post(`/cases/${id}/acknowledge`);
  await later(60);
  expect((await timeline(id, 'escalated')).map(({ to }) => to)).toEqual([['id-technician'], ['id-admin']]);
  expect(told().filter((line) => line.includes('Bitte übernehmen Sie'))).toHaveLength(2);
  expect(house.mails.find(({ to }) => to === 'admin@example.com')?.text).toContain(
    'Seit 20 Minuten hat niemand den Fall übernommen.',
  );
});

test('a promise is warned of before it breaks, and its breach is told to the lead too, each once', async () => {
  const id = await house.open({ machine: 'press-1', severity: 'warning', component: 'spindle' });
  await (await house.as('technician')).post(`/cases/${id}/assign`, { owner: 'id-technician' });
  await house.work();
  house.mails.length = 0;
  await later(8 * 60);
  await later(1);
  expect(await timeline(id, 'sla')).toMatchObject([{ clock: 'next-update', state: 'warning' }]);
  await later(24 * 60);
  await house.work(1);
  expect(told().map((line) => line.replace(/\d+/, 'n'))).toEqual([
    'technician: Servicefall n: Nächste Rückmeldung bald fällig, Außerhalb der Spezifikation, Presse Eins',
    expect.stringMatching(/^(technician|lead): Servicefall n: Nächste Rückmeldung überfällig/),
    expect.stringMatching(/^(technician|lead): Servicefall n: Nächste Rückmeldung überfällig/),
  ]);
});

test('who is given a case learns it from others, not from themselves', async () => {
  const id = await house.open({ machine: 'press-1', severity: 'notice', component: 'spindle' });
  await house.work();
  house.mails.length = 0;
  await (await house.as('lead')).post(`/cases/${id}/assign`, { owner: 'id-technician' });
  await (await house.as('lead')).post(`/cases/${id}/assign`, { owner: 'id-lead' });
  await house.work();
  expect(told()).toEqual([expect.stringMatching(/^technician: Servicefall \d+ ist Ihnen zugewiesen/)]);
});

test('nobody gets more in an hour than they want: the rest comes together', async () => {
  await prefer('technician', { mostAnHour: 2, digestMinutes: 30 });
  for (let i = 0; i < 6; i++) await house.open({ machine: 'press-2', severity: 'notice', component: `c-${i}` });
  await house.work();
  expect(house.mails).toHaveLength(2);
  await later(29);
  expect(house.mails).toHaveLength(2);
  await later(1);
  expect(house.mails).toHaveLength(3);
  expect(house.mails[2]?.subject).toBe('Leitwarte: 4 Nachrichten');
  expect(house.mails[2]?.text.match(/Neuer Servicefall/g)).toHaveLength(4);
});

test('in quiet hours everything waits for the morning but an escalation', async () => {
  await prefer('technician', { quiet: { from: '08:30', to: '12:00' } });
  const id = await house.open({ machine: 'press-1', component: 'spindle' });
  await entry(house, id, 'severity', { from: 'notice', to: 'danger' });
  await house.work();
  expect(house.mails).toEqual([]);
  await later(10);
  expect(told()).toEqual([expect.stringContaining('Bitte übernehmen Sie')]);
  await later(170);
  expect(told().filter((line) => line === 'technician: Leitwarte: 2 Nachrichten')).toHaveLength(1);
});

test('a mail server that fails is tried again, later each time, with the same id; then the mail is given up', async () => {
  await (await house.as('technician')).post('/me/notifications/test');
  house.mailAnswers.push(...Array.from({ length: 12 }, () => 451));
  await house.work();
  const [waiting] = await deliveries('waiting');
  expect(waiting).toMatchObject({ attempts: 1, error: expect.stringContaining('not now'), to: 'Tina Technik' });
  const pauses: number[] = [];
  for (let attempt = 2; attempt <= 12; attempt++) {
    const [next] = await deliveries('waiting');
    pauses.push((Date.parse(next?.nextAt ?? '') - house.portal.now) / 1000);
    house.portal.now = Date.parse(next?.nextAt ?? '') - 1;
    await house.work();
    house.portal.now += 1;
    await house.work();
  }
  expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15_360, 21_600]);
  const [dead] = await deliveries('dead');
  expect(dead).toMatchObject({ id: waiting?.id, attempts: 12 });
  expect(house.mails).toEqual([]);
  const admin = await house.as('admin');
  expect((await admin.post(`/deliveries/${dead?.id}/retry`)).body).toMatchObject({ state: 'waiting', attempts: 0 });
  await house.work();
  expect(house.mails).toMatchObject([{ subject: 'Testnachricht von Leitwarte', id: `<${dead?.id}@example.com>` }]);
  expect((await admin.post<Problem>(`/deliveries/${dead?.id}/retry`)).status).toBe(409);
});

test('what a mail server will never take is given up at once', async () => {
  await (await house.as('technician')).post('/me/notifications/test');
  house.mailAnswers.push(550);
  await house.work();
  expect(await deliveries('dead')).toHaveLength(1);
});

test('without a mail server mails are written and kept, and nobody waits for them', async () => {
  await house.open({ machine: 'press-1', component: 'spindle' });
  await house.workWithoutMail();
  expect(house.mails).toEqual([]);
  expect(await deliveries('kept')).toMatchObject([{ error: expect.stringContaining('SMTP_URL') }]);
  const { body } = await (await house.as('technician')).get<{ mail: object }>('/me/notifications');
  expect(body.mail).toMatchObject({ address: 'technician@example.com', last: { state: 'kept' } });
});

test('a program is told, signed, with an id that stays over all attempts', async () => {
  const integrator = await house.as('integrator');
  const made = await integrator.post<z.infer<typeof WebhookSecret>>('/webhooks', {
    url: `${house.receiver}/hook`,
    events: ['case.opened', 'case.acknowledged'],
  });
  expect(made.status).toBe(201);
  const { id: webhook, secret } = made.body;
  expect((await integrator.get('/webhooks')).text).not.toContain(secret);
  const id = await house.open({ machine: 'press-1', component: 'spindle' });
  house.callAnswers.push(500, 302);
  await house.work();
  await later(1);
  await later(2);
  await later(60);
  const opened = house.calls.filter(({ body }) => body.includes('case.opened'));
  expect(opened).toHaveLength(3);
  expect(new Set(opened.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  for (const { headers, body } of opened) {
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    const signature = new Webhook(secret).sign(String(headers['webhook-id']), at, body);
    expect(headers['webhook-signature']).toBe(signature);
    expect(JSON.parse(body)).toMatchObject({
      type: 'case.opened',
      data: { id, machine: 'press-1', tier: 'premium', url: `https://portal.example.com/cases/${id}` },
    });
  }
  await integrator.post(`/webhooks/${webhook}/test`);
  await house.work();
  expect(JSON.parse(house.calls.at(-1)?.body ?? '')).toMatchObject({ type: 'test' });
  await (await house.as('technician')).post(`/cases/${id}/acknowledge`);
  expect((await integrator.delete(`/webhooks/${webhook}`)).status).toBe(204);
  house.calls.length = 0;
  await later(1);
  expect(house.calls).toEqual([]);
  expect((await integrator.post(`/webhooks/${webhook}/test`)).status).toBe(404);
});

test.each([
  'https://localhost/x',
  'https://127.0.0.1/x',
  'https://[::ffff:10.0.0.1]/',
  'https://2130706433/',
  'http://example.com/',
])('%s is refused, because it lies within or has no TLS', async (url) => {
  const call = { id: 'x', url, secret: 'whsec_c2VjcmV0', body: '{}', at: START };
  await expect(callWebhook(call, { inner: false })).rejects.toThrow(/WEBHOOK_INNER/);
});

test('an address that does not read is refused with its place', async () => {
  const integrator = await house.as('integrator');
  for (const url of ['ftp://example.com', 'not an address', 'https://user:pass@example.com/'])
    expect((await integrator.post<Problem>('/webhooks', { url, events: ['case.opened'] })).body.errors?.[0]?.path).toBe(
      'body.url',
    );
  expect((await integrator.post('/webhooks', { url: 'https://example.com/', events: ['case.exploded'] })).status).toBe(
    422,
  );
  expect((await (await house.as('technician')).get('/webhooks')).status).toBe(403);
});

test('no secret was ever logged', () => {
  const everything = [...house.logged, ...house.portal.logged].join('\n');
  expect(everything).toContain('a message could not be sent');
  expect(everything).not.toMatch(/whsec_/);
  expect(everything).not.toContain(SMTP_PASSWORD);
});
