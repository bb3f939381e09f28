/** The desk as a house runs it: woken by what changes, over the embedded database. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordChanges } from '#shared/database/queries/changes.ts';
import { jobStates } from '#shared/database/queries/jobs.ts';
import { addWebhook } from '#shared/database/queries/webhooks.ts';
import { createLog } from '#shared/process/log.ts';
import { Metrics } from '#shared/process/metrics.ts';
import { House } from '#shared/process/run.ts';
import { readSettings } from '#shared/process/settings.ts';
import { startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addCase } from '#test/portal/seed.ts';
import { buildDesk } from './desk.ts';

let portal: TestPortal;
const houses: House[] = [];
const calls: string[] = [];
const receiver = createServer((req, res) => {
  req.on('data', (part: Buffer) => void calls.push(part.toString('utf8')));
  req.on('end', () => res.writeHead(204).end());
});

beforeAll(async () => {
  portal = await startPortal();
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  await portal.database.transaction((tx) =>
    addWebhook(tx, {
      url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      events: ['case.opened', 'case.escalated'],
      secret: 'whsec_c2VjcmV0LW9mLXRoZS1zdG9yeQ==',
      by: 'id-admin',
      at: new Date(portal.now),
    }),
  );
  await openDesk();
});

/** A process that has just started. */
async function openDesk(): Promise<void> {
  const log = createLog('silent');
  const desk = buildDesk({
    database: portal.database,
    settings: readSettings({ WEBHOOK_INNER: 'on' }),
    clock: () => portal.now,
    log,
    metrics: new Metrics(),
  });
  const house = new House(desk, log);
  await house.start();
  houses.push(house);
}

afterAll(async () => {
  for (const house of houses) await house.stop();
  await portal.stop();
  await new Promise((resolve) => receiver.close(resolve));
});

test('what happens to a case is told at once, and without a mail server mails are kept', async () => {
  const id = await addCase(portal, { machine: 'press-1', openedAt: portal.now });
  await portal.database.transaction((tx) => recordChanges(tx, [{ kind: 'case', ref: id, customer: 'muster-ag' }]));
  await expect.poll(() => calls.length).toBe(1);
  expect(JSON.parse(calls[0] ?? '')).toMatchObject({ type: 'case.opened', data: { id, url: null } });
});

test('who starts late looks at once at what was promised meanwhile, and everybody can see that it did', async () => {
  portal.now += 31 * 60_000;
  await openDesk();
  await expect.poll(() => calls.map((call) => (JSON.parse(call) as { type: string }).type)).toContain('case.escalated');
  const jobs = await (await portal.as('integrator')).get<{ items: { name: string; last: { done: boolean } | null }[] }>(
    '/jobs',
  );
  expect(jobs.body.items.map(({ name }) => name)).toEqual(['promises', 'tidy']);
  await expect
    .poll(async () => (await jobStates(portal.database.kysely)).find(({ name }) => name === 'promises')?.last?.done)
    .toBe(true);
  // Nobody is on duty, so every step reached the one who leads.
  const kept = await (await portal.as('lead')).get<{ items: { to: string; state: string }[] }>(
    '/deliveries?state=kept',
  );
  expect(new Set(kept.body.items.map(({ to }) => to))).toEqual(new Set(['Lena Leitung']));
});
