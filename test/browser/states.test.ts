/** What a screen says when there is nothing, when something fails, when it is old: each state in words, with the next step. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { furnish, HOT, type OwnHouse, raiseOwn, rowOf } from './own-house.ts';
import { settled, textOf, TEST_MS } from './stage.ts';

vi.setConfig({ testTimeout: TEST_MS });
let house: OwnHouse;
beforeAll(async () => {
  house = await raiseOwn(false);
}, 180_000);
afterAll(() => house?.stop());

/** From now on the API answers these requests with a defect of its own, told as RFC 9457 wants it. */
async function fail(page: Page, url: string): Promise<void> {
  await page.route(url, (route) =>
    route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      headers: { 'x-request-id': 'b1c2-for-support' },
      body: JSON.stringify({
        type: 'about:blank',
        title: 'Interner Fehler',
        status: 500,
        detail: 'Die Ablage antwortet nicht.',
      }),
    }),
  );
}

const MACHINES = /\/api\/v1\/machines\?/;

test('an empty house says on every screen what would be there and what to do', async () => {
  const page = await house.person('admin');
  for (const [path, ...words] of [
    ['/', 'Noch keine Maschine', 'Importieren Sie eine plant.yaml mit „npm run import“'],
    ['/cases', 'Kein Servicefall in dieser Ansicht', 'Alles gesichtet. Neue Fälle erscheinen hier von selbst.'],
    ['/cases?view=closed', 'Kein Servicefall in dieser Ansicht'],
    ['/rules', 'Noch keine Regel', 'Importieren Sie eine rules.yaml'],
    ['/quality', 'Nichts zurückgewiesen'],
    ['/machines/press-1', 'Nicht gefunden', 'Das Gesuchte gibt es nicht, oder es gehört nicht zu Ihrem Bereich.'],
    ['/cases/no-such-case', 'Nicht gefunden'],
    ['/no/such/page', 'Diese Seite gibt es nicht', 'Zur Startseite'],
  ] as const) {
    await page.goto(path);
    for (const word of words) await page.getByText(word).first().waitFor();
  }
  // The rest of the stories needs something to be there.
  await furnish(house);
  await page.goto('/?q=nothing-is-called-so');
  await page.getByText('Keine Maschine passt zu diesem Filter').waitFor();
  await page.getByRole('button', { name: 'Filter aufheben' }).click();
  await page.getByRole('link', { name: 'Presse 8' }).waitFor();
  await page.goto('/machines/press-1');
  await page.getByText('Keine Messwerte in diesem Zeitraum').first().waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('a failing panel says what failed with an id, leaves the others alone, and is there after a retry', async () => {
  const page = await house.person('technik');
  await fail(page, '**/api/v1/machines?*');
  await page.goto('/');
  const alert = page.getByRole('alert');
  await alert.waitFor();
  const said = await alert.innerText();
  expect(said).toContain('Maschinenliste: nicht geladen');
  expect(said).toMatch(/\. Die übrigen Teile der Seite arbeiten weiter\./);
  expect(said).toContain('Kennung für Rückfragen: b1c2-for-support');
  await page.getByRole('group', { name: 'Maschinen nach Zustand' }).waitFor();
  await page.unrouteAll();
  await alert.getByRole('button', { name: 'Erneut versuchen' }).click();
  await page.getByRole('link', { name: 'Presse 1', exact: true }).waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('a list that can no longer be read again stays, and says from when it is', async () => {
  const page = await house.person('technik');
  await page.goto('/');
  await page.getByRole('link', { name: 'Presse 1', exact: true }).waitFor();
  await settled(page);
  await fail(page, '**/api/v1/machines?*');
  const asked = page.waitForResponse(MACHINES);
  await house.say('press-1', { 'bearing-temp': HOT });
  await asked;
  const list = page.getByRole('region', { name: 'Maschinenliste' });
  await list.getByText(/^Stand \d\d:\d\d:\d\d/).waitFor();
  await list.getByRole('link', { name: 'Presse 1', exact: true }).waitFor();
  await page.unrouteAll();
  await list.getByRole('button', { name: 'Erneut versuchen' }).click();
  await list.getByText(/^Stand/).waitFor({ state: 'detached' });
  await list.getByText('Ausfallgefahr').first().waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('a step that fails is told with its id, and what was typed stays', async () => {
  const page = await house.person('technik');
  await page.goto('/cases');
  await rowOf(page, 'Presse 1').getByRole('link').click();
  await page.getByRole('group', { name: 'Schritte' }).getByRole('button', { name: 'Lösen' }).click();
  await fail(page, '**/api/v1/cases/*/resolve');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Ursache').fill('Verschleiß');
  await dialog.getByLabel('Abhilfe').fill('Lager getauscht');
  await dialog.getByRole('button', { name: 'Lösen' }).click();
  await dialog.getByRole('alert').getByText('„Lösen“ ist nicht gelungen').waitFor();
  await page.getByText('Kennung für Rückfragen: b1c2-for-support').first().waitFor();
  expect(await dialog.getByLabel('Abhilfe').inputValue()).toBe('Lager getauscht');
  await page.unrouteAll();
  await dialog.getByRole('button', { name: 'Lösen' }).click();
  await page.getByRole('article').getByText('gelöst', { exact: true }).waitFor();
});

test('a session that ended leads to log-in, says why, and back to where one was', async () => {
  const page = await house.person('technik');
  await page.goto('/rules');
  await page.getByText('Lagertemperatur außerhalb der Toleranz').first().waitFor();
  await page.context().clearCookies();
  await page.getByRole('link', { name: 'Fälle' }).click();
  await page.getByText('Ihre Sitzung ist abgelaufen. Bitte melden Sie sich neu an.').waitFor();
  expect(await textOf(page)).not.toContain('Presse');
  await page.getByLabel('Benutzername').fill('technik');
  await page.getByLabel('Passwort', { exact: true }).fill('only-for-tests-2');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Servicefälle' }).waitFor();
});

test('a house that is gone is told on the open page, and everything is back when it is', async () => {
  const page = await house.person('technik');
  await page.goto('/quality');
  await page.getByRole('heading', { level: 1, name: 'Datenqualität' }).waitFor();
  await house.house.kill();
  await page.getByRole('status').getByText('Verbindung unterbrochen').waitFor();
  // A page that was not loaded yet cannot come either; the frame stays and says so.
  await page.getByRole('link', { name: 'Regeln' }).click();
  await page.getByText(/Diese Seite lässt sich nicht anzeigen|Der Server antwortet nicht/).waitFor();
  await house.house.restart();
  await page.getByRole('button', { name: /Seite neu laden|Erneut versuchen/ }).click();
  await page.getByText('Lagertemperatur außerhalb der Toleranz').first().waitFor();
  expect(await page.getByText('Verbindung unterbrochen').count()).toBe(0);
});
