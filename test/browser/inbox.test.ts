/** A technician works through the inbox: by keyboard alone, beside a colleague, to the end of a case and back. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { CaseAnswer, CaseListItem } from '#shared/model/api/case.ts';
import { type OwnHouse, raiseOwn, rowOf } from './own-house.ts';
import { settled, TEST_MS } from './stage.ts';

vi.setConfig({ testTimeout: TEST_MS });
let house: OwnHouse;
beforeAll(async () => {
  house = await raiseOwn();
  for (let i = 1; i <= 6; i++) await house.breakDown(`press-${i}`);
}, 180_000);
afterAll(() => house?.stop());

const article = (page: Page) => page.getByRole('article');
const dialog = (page: Page) => page.getByRole('dialog');
const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.closest('li')?.textContent ?? '');

async function caseById(id: string): Promise<CaseAnswer> {
  return (await house.admin.get<CaseAnswer>(`/cases/${id}`)).body;
}

async function openInbox(page: Page): Promise<void> {
  await page.goto('/cases');
  await settled(page);
  await page.getByRole('list', { name: 'Liste der Servicefälle' }).waitFor();
}

test('by keyboard alone: through the list, into a case, acknowledged, taken, commented, resolved, and back', async () => {
  const page = await house.person('technik');
  await openInbox(page);
  const keys = page.keyboard;

  await keys.press('?');
  await dialog(page).getByText('Tastenkürzel', { exact: true }).waitFor();
  const help = await dialog(page).innerText();
  for (const [what, key] of [
    ['Nächster Eintrag', 'j'],
    ['Voriger Eintrag', 'k'],
    ['Öffnen', 'Enter'],
    ['Quittieren', 'a'],
    ['Mir zuweisen', 'i'],
    ['Kommentieren', 'c'],
    ['Lösen', 'r'],
  ]) {
    expect(help.replaceAll(/\s+/g, ' ')).toContain(`${what} ${key}`);
  }
  await keys.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });

  await keys.press('j');
  await expect.poll(() => focusedText(page)).toContain('Presse');
  const first = await focusedText(page);
  await keys.press('j');
  await expect.poll(() => focusedText(page)).not.toBe(first);
  await keys.press('k');
  await expect.poll(() => focusedText(page)).toBe(first);

  await keys.press('Enter');
  await page.waitForURL(/\/cases\/[0-9a-f-]+/);
  const id = new URL(page.url()).pathname.split('/').pop() ?? '';
  await article(page).getByRole('button', { name: 'Quittieren' }).waitFor();
  await keys.press('a');
  await article(page).getByText('quittiert', { exact: true }).waitFor();
  await keys.press('i');
  await article(page).getByText('in Arbeit', { exact: true }).waitFor();
  await article(page).getByText('Zugewiesen an Tina Technik').waitFor();

  await keys.press('c');
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
  await keys.type('Fett fehlt, a und r sind hier Buchstaben.');
  await tabTo(page, 'Kommentar speichern');
  await keys.press('Enter');
  await article(page).getByRole('listitem').filter({ hasText: 'Fett fehlt, a und r' }).waitFor();

  await keys.press('r');
  await dialog(page).getByLabel('Ursache').waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  await keys.type('Schmierung');
  await keys.press('Tab');
  await keys.type('Lager neu gefettet.');
  await tabTo(page, 'Lösen');
  await keys.press('Enter');
  await dialog(page).waitFor({ state: 'detached' });
  await article(page).getByText('gelöst', { exact: true }).waitFor();
  await expect
    .poll(() => article(page).innerText())
    .toMatch(/Ursache\s+Schmierung\s+Abhilfe\s+Lager neu gefettet\.\s+Bewertung\s+berechtigt/);

  await keys.press('Escape');
  await page.waitForURL((url) => url.pathname === '/cases');
  const { status, owner, cause, remedy, verdict, timeline } = await caseById(id);
  expect({ status, owner: owner?.name, cause, remedy, verdict }).toEqual({
    status: 'resolved',
    owner: 'Tina Technik',
    cause: 'Schmierung',
    remedy: 'Lager neu gefettet.',
    verdict: 'valid',
  });
  const steps = timeline.filter(({ actor }) => actor !== null).map(({ kind, actor }) => `${kind} ${actor?.name}`);
  expect(steps).toEqual(['acknowledged', 'assigned', 'comment', 'resolved'].map((kind) => `${kind} Tina Technik`));
});

/** Tabs to the button of this name, as somebody without a mouse does. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 8; i++) {
    await page.keyboard.press('Tab');
    const [tag, text] = await page.evaluate(() => [
      document.activeElement?.tagName,
      document.activeElement?.textContent,
    ]);
    if (tag === 'BUTTON' && text === name) return;
  }
  throw new Error(`no button "${name}" within eight tabs`);
}

test('in the list a acknowledges the row and goes on to the next, which stays where it is', async () => {
  const page = await house.person('technik');
  await openInbox(page);
  await page.keyboard.press('j');
  await expect.poll(() => focusedText(page)).toContain('Presse');
  const name = /Presse \d/.exec(await focusedText(page))?.[0] ?? '';
  await page.keyboard.press('a');
  await page.getByText(/Fall \d+ quittiert/).waitFor();
  await expect.poll(() => focusedText(page)).not.toContain(name);
  const row = rowOf(page, name);
  await row.getByText('nicht mehr in dieser Ansicht').waitFor();
  await page.keyboard.press('n');
  await row.waitFor({ state: 'detached' });
});

test('shortcuts switched off in the profile do nothing, and the help says so', async () => {
  const page = await house.person('technik');
  await page.goto('/profile');
  const choice = page.getByRole('switch', { name: 'Tastenkürzel mit einzelnen Tasten' });
  await choice.focus();
  await page.keyboard.press('Space');
  await expect.poll(() => choice.isChecked()).toBe(false);
  await openInbox(page);
  for (const key of ['j', 'a', '?']) await page.keyboard.press(key);
  await page.getByRole('button', { name: /Konto:/ }).click();
  await page.getByRole('menuitem', { name: 'Tastenkürzel anzeigen' }).click();
  await dialog(page).getByText('Kürzel mit einzelnen Tasten sind im Profil ausgeschaltet.').waitFor();
  await page.keyboard.press('Escape');
  await dialog(page).waitFor({ state: 'detached' });
  expect(await focusedText(page)).toBe('');
  expect(await page.getByText(/quittiert/).count()).toBe(0);
});

test('what a colleague did meanwhile is told, shown, and not overwritten', async () => {
  const page = await house.person('technik');
  // Nothing is heard of the colleague before the own step: that is what makes it a conflict.
  await page.route('**/api/v1/stream*', (route) => route.abort());
  const item = await fresh();
  await page.goto(`/cases/${item.id}`);
  await page.getByRole('button', { name: 'Quittieren' }).waitFor();
  const { status } = await house.admin.post(
    `/cases/${item.id}/assign`,
    { nextStep: 'Kunden anrufen' },
    { 'if-match': `"${item.revision}"` },
  );
  expect(status).toBe(200);
  await page.keyboard.press('a');
  const told = page.getByRole('alert').filter({ hasText: 'Der Fall wurde inzwischen geändert' });
  await told.waitFor();
  expect(await told.innerText()).toMatch(/Jetzt: in Arbeit, zuständig .+\. Ihre Änderung wurde nicht gespeichert\./);
  await article(page).getByText('Kunden anrufen').first().waitFor();
  expect((await caseById(item.id)).status).toBe('in-progress');
});

/** A case nobody has touched yet. */
async function fresh(): Promise<CaseListItem> {
  const { body } = await house.admin.get<{ items: readonly CaseListItem[] }>('/cases?status=new');
  const [item] = body.items;
  if (!item) throw new Error('no new case is left');
  return item;
}

test('closed as a false alarm with its why in one go, and opened again with a reason', async () => {
  const page = await house.person('leitung');
  const item = await fresh();
  await page.goto(`/cases/${item.id}`);
  const steps = page.getByRole('group', { name: 'Schritte' });
  await steps.getByRole('button', { name: 'Weitere Schritte' }).click();
  await page.getByRole('menuitem', { name: 'Schließen' }).click();
  const submit = dialog(page).getByRole('button', { name: 'Schließen', exact: true }).last();
  expect(await submit.isDisabled()).toBe(true);
  await dialog(page).getByText('Fehlalarm', { exact: true }).click();
  await dialog(page).getByLabel('Warum war es ein Fehlalarm').fill('Fühler beim Umbau verstellt');
  await submit.click();
  await article(page).getByText('geschlossen', { exact: true }).waitFor();
  expect(await caseById(item.id)).toMatchObject({
    status: 'closed',
    verdict: 'false-alarm',
    why: 'Fühler beim Umbau verstellt',
  });

  await steps.getByRole('button', { name: 'Wieder öffnen' }).click();
  await dialog(page).getByLabel('Grund').fill('Doch das Lager');
  await dialog(page).getByRole('button', { name: 'Wieder öffnen' }).click();
  await article(page).getByText('Wieder geöffnet').waitFor();
  await article(page).getByText('Doch das Lager').waitFor();
  expect((await caseById(item.id)).status).not.toBe('closed');
});
