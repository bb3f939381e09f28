/** Does the house itself run? The page that says so, and the banner that says what stands still. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { HouseChainAnswer, HouseTroubleAnswer } from '#shared/model/api/house.ts';
import { PASSWORD, raise, settled, type Stage, TEST_MS } from './stage.ts';

/** A folder that takes pictures; none are taken without. */
const SHOTS = process.env['LEITWARTE_SHOTS'];

vi.setConfig({ testTimeout: TEST_MS });
let stage: Stage;
beforeAll(async () => {
  stage = await raise({ DEMO: 'off', HEARTBEAT_EVERY: '500ms', HEARTBEAT_LIMIT: '30s' });
  for (const [login, role] of [
    ['leitung', 'lead'],
    ['technik', 'technician'],
  ]) {
    const { status, text } = await stage.admin.post('/users', { login, name: login, role, password: PASSWORD });
    if (status >= 300) throw new Error(text);
  }
}, 180_000);
afterAll(() => stage?.stop());

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage: true });
}

const card = (page: Page, name: string) => page.getByRole('article', { name });

test('the way of the messages is shown stage by stage, live, with the heartbeat as far as it has come', async () => {
  const page = await stage.person('leitung');
  await page.goto('/');
  await page.getByRole('link', { name: 'Betrieb' }).click();
  await page.getByRole('heading', { name: 'Weg der Nachrichten' }).waitFor();
  // A heartbeat is at the end of both branches.
  for (const name of ['Empfang', 'Messwertspeicher', 'Regeln', 'Portal']) {
    const here = card(page, name);
    await here.getByText('läuft').waitFor();
    await here.getByText(/vor \d+\ss|jetzt/).waitFor();
  }
  const names = ['Broker', 'Empfang', 'Journal', 'Schreiber', 'Messwertspeicher', 'Regeln', 'Datenbank', 'Portal'];
  const shown = await page.getByRole('article').getByRole('heading').allInnerTexts();
  expect(shown).toEqual(names);
  await page.getByText('Keine Störung bekannt').waitFor();
  // It goes on by itself.
  const taken = async () =>
    Number((await card(page, 'Empfang').getByRole('definition').nth(1).innerText()).replace('.', ''));
  const before = await taken();
  await expect.poll(taken, { timeout: 20_000 }).toBeGreaterThan(before);
  await settled(page);
  await shoot(page, 'operation');
});

test('what stands still is told over every page, with since when and what still works, and is gone when it is mended', async () => {
  const page = await stage.person('leitung');
  const since = new Date(Date.now() - 240_000).toISOString();
  let stands = true;
  await page.route('**/api/v1/house/trouble', async (route) => {
    const items: HouseTroubleAnswer['items'] = stands ? [{ id: 'a', what: 'rules', since }] : [];
    await route.fulfill({ json: { items } });
  });
  await page.route('**/api/v1/house/chain', async (route) => {
    const answer = (await (await route.fetch()).json()) as HouseChainAnswer;
    const verdicts = stands ? { ...answer.verdicts, rules: 'missing' as const } : answer.verdicts;
    const alarm = { id: 'a', what: 'rules' as const, since, raisedAt: since, raisedBy: 'portal' as const };
    const clearedAt = stands ? null : new Date().toISOString();
    await route.fulfill({ json: { ...answer, verdicts, alarms: [{ ...alarm, clearedAt }] } });
  });
  await page.goto('/cases');
  const banner = page.getByRole('region', { name: 'Störung des Hauses' });
  await banner.getByText('Die Regeln stehen still').waitFor();
  await banner.getByText('Es läuft weiter: Empfang, Speichern').waitFor();
  await banner.getByRole('link', { name: 'Betrieb ansehen' }).click();
  await card(page, 'Regeln').getByText('steht still').waitFor();
  await card(page, 'Empfang').getByText('läuft').waitFor();
  await page.getByText('starten Sie ihn neu').waitFor();
  await settled(page);
  await shoot(page, 'operation-still');
  stands = false;
  // By itself it is asked anew within seconds; nobody need wait for that here.
  await page.reload();
  await banner.waitFor({ state: 'detached' });
  await card(page, 'Regeln').getByText('läuft').waitFor();
  await page.getByText(/behoben:/).waitFor();
  expect(await page.getByText('steht still').count()).toBe(0);
});

test('an answer that fails leaves what was known with its time; who may not see it is told so, and still of what stands still', async () => {
  const page = await stage.person('leitung');
  await page.goto('/operation');
  await card(page, 'Regeln').waitFor();
  await page.route('**/api/v1/house/chain', (route) => route.abort());
  await page
    .getByText(/^Stand /)
    .first()
    .waitFor();
  await card(page, 'Regeln').waitFor();

  const technician = await stage.person('technik');
  await technician.route('**/api/v1/house/trouble', (route) =>
    route.fulfill({ json: { items: [{ id: 'a', what: 'writer', since: new Date().toISOString() }] } }),
  );
  await technician.goto('/operation');
  await technician.getByText('Messwerte werden nicht gespeichert').waitFor();
  expect(await technician.getByRole('link', { name: /Betrieb/ }).count()).toBe(0);
  expect(await technician.getByRole('article').count()).toBe(0);
});

test('on a phone the way goes downwards and nothing is cut', async () => {
  const page = await stage.person('leitung', { width: 360, height: 740, scheme: 'dark', language: 'en' });
  await page.goto('/operation');
  await card(page, 'Reading store').getByText('running').waitFor();
  await settled(page);
  const { scrollWidth, clientWidth } = await page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    clientWidth: document.documentElement.clientWidth,
  }));
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
  const [first, second] = [await card(page, 'Broker').boundingBox(), await card(page, 'Ingest').boundingBox()];
  expect(second?.y ?? 0).toBeGreaterThan((first?.y ?? 0) + (first?.height ?? 0));
  await shoot(page, 'operation-phone');
});
