/** Connecting a machine: its password, its first message, and why a message is not taken. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Publisher } from '#ingest/broker/publisher.ts';
import { CALM, type OwnHouse, raiseOwn } from './own-house.ts';
import { TEST_MS } from './stage.ts';

vi.setConfig({ testTimeout: TEST_MS });
let own: OwnHouse;
beforeAll(async () => {
  own = await raiseOwn();
}, 180_000);
afterAll(() => own?.stop());

const panel = (page: Page, name: string) => page.getByRole('region', { name });

test('a machine gets its password, shown once, and what it sends with it appears with its verdict', async () => {
  const page = await own.person('admin');
  await page.goto('/machines/press-1?tab=connection');
  await page.getByText('kam noch nie etwas an').waitFor();
  await page.getByText('Noch keine Nachricht, seit diese Seite offen ist').waitFor();
  const credentials = panel(page, 'Zugangsdaten');
  const snippets = panel(page, 'Vorlagen zum Senden');
  await snippets.getByText('-P PASSWORT').waitFor();
  await credentials.getByRole('button', { name: 'Passwort anlegen', exact: true }).click();
  const shown = credentials.getByRole('status').filter({ hasText: 'Das neue Passwort' });
  const password = await shown.locator('code').nth(1).innerText();
  await snippets.getByText(password).waitFor();

  const url = own.house.ready().mqtt ?? '';
  const machine = new Publisher({ url, clientId: 'press-1', username: 'press-1', password, now: () => Date.now() });
  await machine.start();
  try {
    const messages = panel(page, 'Letzte Nachrichten');
    await machine.publish('machines/press-1/telemetry', '{"values": {"bearing-temp": 61.5}}');
    await messages.getByText('übernommen · 1 Messwert').waitFor();
    await page.getByText('Daten kommen an und werden übernommen.').waitFor();
    await machine.publish('machines/press-1/telemetry', '{"values": {"bearing-temp": 61,5}}');
    await messages.getByText('kein JSON').waitFor();
    await messages.getByText('zurückgewiesen', { exact: true }).waitFor();
  } finally {
    await machine.stop();
  }

  await shown.getByRole('button', { name: 'Ausblenden' }).click();
  await snippets.getByText('-P PASSWORT').waitFor();
  expect(await page.content()).not.toContain(password);
});

test('a password is changed with overlap, and all are revoked', async () => {
  const page = await own.person('admin');
  await page.goto('/machines/press-2?tab=connection');
  const credentials = panel(page, 'Zugangsdaten');
  await credentials.getByRole('button', { name: 'Passwort anlegen', exact: true }).click();
  await credentials.getByText('gilt, bis es entzogen wird').waitFor();
  await credentials.getByLabel('Ältere Passwörter gelten weiter').selectOption('1 Stunde');
  await credentials.getByRole('button', { name: 'Neues Passwort anlegen' }).click();
  await credentials.getByText('gilt bis').waitFor();
  expect(await credentials.getByRole('listitem').count()).toBe(2);
  await credentials.getByRole('button', { name: 'Alle entziehen' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Alle entziehen' }).click();
  await credentials.getByText('Noch kein Passwort').waitFor();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await panel(page, 'Vorlagen zum Senden').getByText('-P PASSWORT').waitFor();
});

test('whoever may not make passwords still sees what arrives, and why a message would not be taken', async () => {
  const page = await own.person('technik');
  await page.goto('/machines/press-3');
  await page.getByRole('tab', { name: 'Anbindung' }).click();
  const checker = panel(page, 'Nachricht prüfen');
  const payload = checker.getByLabel('Inhalt');
  const press = () => checker.getByRole('button', { name: 'Prüfen', exact: true }).click();
  await page.getByText('Passwörter legt die Integration oder die Administration an.').waitFor();
  expect(await page.getByText('Zugangsdaten').count()).toBe(0);

  await press();
  await checker.getByText('übernommen · 2 Messwerte').waitFor();
  await payload.fill('{"values":\n {"bearing-temp": 61,5}}');
  await press();
  await checker.getByText('Zeile 2, Spalte 22').waitFor();
  await payload.fill('{"values": {"bearing-tmp": 61.5}}');
  await press();
  await checker.getByText('unbekannte Messstelle').waitFor();
  await checker.getByLabel('Topic').fill('machines/press-1/telemetry');
  await press();
  await checker.getByText('andere Maschine').waitFor();
});

test('what a machine that counts has lost on the way stands under Datenqualität, with the next step', async () => {
  const ts = Date.now();
  const counted = [1, 2, 6, 7, 9].map((seq, i) => ({ ts: ts - 5_000 + i, seq, values: { 'bearing-temp': CALM } }));
  await own.say('press-5', counted);
  const page = await own.person('technik');
  await expect
    .poll(async () => (await own.admin.get<{ total: number }>('/quality/breaks?machine=press-5')).body.total)
    .toBe(2);
  await page.goto('/quality');
  const breaks = panel(page, 'Lücken in der Zählung');
  await breaks.getByText('Nr. 3 bis 5 fehlen (3)').waitFor();
  await breaks.getByText('Nr. 8 fehlt').waitFor();
  await breaks.getByRole('link', { name: 'press-5' }).first().click();
  await page.getByRole('tab', { name: 'Anbindung', selected: true }).waitFor();
  await page.getByText('Daten kommen an und werden übernommen.').waitFor();
});
