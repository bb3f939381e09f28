/** Who did what: the page that shows it, finds it again, and says whether it is as it was written. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Browser } from '#test/portal/browser.ts';
import { PASSWORD, raise, settled, type Stage, TEST_MS } from './stage.ts';

/** A folder that takes pictures; none are taken without. */
const SHOTS = process.env['LEITWARTE_SHOTS'];

vi.setConfig({ testTimeout: TEST_MS });
let stage: Stage;
beforeAll(async () => {
  stage = await raise({ DEMO: 'off' });
  for (const [login, name, role] of [
    ['leitung', 'Lena Leitung', 'lead'],
    ['technik', 'Timo Technik', 'technician'],
  ])
    await stage.admin.post('/users', { login, name, role, password: PASSWORD });
  const { status } = await new Browser(stage.base).logIn('technik', 'falsch');
  if (status !== 401) throw new Error(`a wrong password: ${status}`);
}, 180_000);
afterAll(() => stage?.stop());

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage: true });
}

const rows = (page: Page) => page.locator('tbody tr');

test('log-ins, refusals and changes of rights are there, the newest first, in words', async () => {
  const page = await stage.person('leitung');
  await page.goto('/');
  await page.getByRole('link', { name: 'Verwaltung' }).click();
  await page.getByRole('heading', { name: 'Protokoll' }).waitFor();
  await rows(page).first().getByText('Angemeldet').waitFor();
  await page.getByText(/^Unverändert: \d+ Einträge seit /).waitFor();
  await page.getByText('Anmeldung abgewiesen').waitFor();
  expect(await page.getByText('Niemand angemeldet').count()).toBeGreaterThan(0);
  await settled(page);
  await shoot(page, 'audit');
});

test('a kind and a word narrow it down, stand in the address, and are left again', async () => {
  const page = await stage.person('leitung');
  await page.goto('/admin');
  await page.getByLabel('Art', { exact: true }).selectOption('user');
  await expect.poll(() => rows(page).count()).toBe(2);
  await page.getByLabel('Protokoll durchsuchen').fill('timo');
  await page.getByRole('button', { name: 'Suchen' }).click();
  await expect.poll(() => rows(page).count()).toBe(1);
  await expect.poll(() => page.url()).toContain('?kind=user&q=timo');
  await rows(page).getByText('Einzelheiten').click();
  await rows(page).getByText('technician').waitFor();
  await page.reload();
  await expect.poll(() => rows(page).count()).toBe(1);
  await page.getByLabel('Protokoll durchsuchen').fill('gibt es nicht');
  await page.keyboard.press('Enter');
  await page.getByText('Kein Eintrag passt').waitFor();
  await page.getByLabel('Protokoll durchsuchen').fill('');
  await page.keyboard.press('Enter');
  await page.getByLabel('Art', { exact: true }).selectOption('');
  await expect.poll(() => rows(page).count()).toBeGreaterThan(2);
});

test('an entry that was changed is told loudly; an answer that fails is told as that', async () => {
  const page = await stage.person('leitung');
  await page.route('**/api/v1/audit/check', (route) =>
    route.fulfill({
      json: { entries: 9, since: '2026-01-01T00:00:00Z', broken: { id: 7, at: '2026-02-01T12:00:00Z' } },
    }),
  );
  await page.goto('/admin');
  await page.getByRole('alert').getByText('Verändert: Eintrag 7').waitFor();
  expect(await page.getByText('Unverändert').count()).toBe(0);
  await page.route('**/api/v1/audit?**', (route) => route.abort());
  await page.getByLabel('Art', { exact: true }).selectOption('session');
  await page
    .getByRole('button', { name: 'Erneut versuchen' })
    .or(page.getByText(/^Stand /))
    .first()
    .waitFor();
});

test('who may not see it is told so and has no link to it', async () => {
  const page = await stage.person('technik');
  await page.goto('/admin');
  await page.getByText('Kein Zugriff').waitFor();
  expect(await page.getByRole('link', { name: 'Verwaltung' }).count()).toBe(0);
});

test('on a phone, dark and in English, nothing is cut', async () => {
  const page = await stage.person('leitung', { width: 360, height: 740, scheme: 'dark', language: 'en' });
  await page.goto('/admin');
  await page.getByText('Log-in refused').waitFor();
  await settled(page);
  const { scrollWidth, clientWidth } = await page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    clientWidth: document.documentElement.clientWidth,
  }));
  expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
  await shoot(page, 'audit-phone');
  const german = await stage.person('leitung', { width: 360, height: 740 });
  await german.goto('/admin');
  const link = german.getByRole('link', { name: 'Verwaltung' });
  await link.waitFor();
  const { x = 0, width = 999 } = (await link.boundingBox()) ?? {};
  expect(x + width).toBeLessThanOrEqual(360);
  await shoot(german, 'audit-phone-german');
});
