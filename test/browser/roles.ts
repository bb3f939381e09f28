/** Who gets in, what each role finds there, and that a customer hears of nobody else. */
import type { Page, Response } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { CaseListItem } from '#shared/model/api/case.ts';
import type { MachineListItem } from '#shared/model/api/machine.ts';
import type { Text } from '#shared/model/text.ts';
import type { Browser } from '#test/portal/browser.ts';
import { stage } from './demo-house.ts';
import { demoPassword, settled, textOf } from './stage.ts';

interface Listed<T> {
  readonly items: readonly T[];
  readonly total: number;
}

async function all<T>(path: string, browser: Browser = stage.admin): Promise<readonly T[]> {
  return (await browser.get<Listed<T>>(path)).body.items;
}

const plain = (text: Text | null): string => (typeof text === 'string' ? text : (text?.de ?? ''));
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });

async function fillIn(page: Page, user: string, password: string): Promise<void> {
  await page.getByLabel('Benutzername').fill(user);
  await page.getByLabel('Passwort', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Anmelden' }).click();
}

test('a wrong password is told, the right one leads where one wanted to go, and logging out ends it', async () => {
  const page = await stage.visitor();
  await page.goto('/quality');
  await page.waitForURL('**/login?to=%2Fquality');
  await fillIn(page, 'technik', 'guessed');
  await page.getByRole('alert').getByText('Benutzername oder Passwort stimmt nicht.').waitFor();
  expect(new URL(page.url()).pathname).toBe('/login');

  await fillIn(page, 'technik', demoPassword(stage.house));
  await heading(page, 'Datenqualität').waitFor();
  await page.getByRole('link', { name: 'Leitwarte' }).click();
  await heading(page, 'Leitstand').waitFor();

  await page.getByRole('button', { name: /Konto:.*Jana Brandt.*Servicetechnik/ }).click();
  await page.getByRole('menuitem', { name: 'Abmelden' }).click();
  await page.getByRole('button', { name: 'Anmelden' }).waitFor();
  expect((await page.request.get('/api/v1/session')).status()).toBe(401);
  await page.goto('/');
  await page.getByRole('button', { name: 'Anmelden' }).waitFor();
  expect(await textOf(page)).not.toContain('Spindelpresse');
});

test('someone new sees who one can be, picks a person, and arrives at the Leitstand', async () => {
  const page = await stage.visitor();
  await page.goto('/');
  const people = page.getByRole('region', { name: 'Vorführung' });
  const chosen = people.getByRole('button', { name: /Jana Brandt.*Servicetechnik/ });
  await chosen.waitFor();
  expect(await people.getByRole('button').count()).toBe(7);
  await people.getByRole('button', { name: 'Petra Lindner Kunde, Muster Präzision AG' }).waitFor();
  const { people: known } = (await stage.admin.get<{ people: object[] }>('/house')).body;
  expect(JSON.stringify(known)).not.toMatch(/muster-praezision|nordlicht-getriebe/);
  await chosen.click();
  expect(await page.getByLabel('Benutzername').inputValue()).toBe('technik');
  await page.keyboard.type(demoPassword(stage.house));
  await page.keyboard.press('Enter');
  await heading(page, 'Leitstand').waitFor();
  await page.getByText('Simulation', { exact: true }).first().waitFor();
});

const NO_ACCESS = 'Kein Zugriff';
const ROLES = [
  ['technik', 'Leitstand', ['Leitstand', 'Fälle', 'Regeln', 'Daten'], ['/operation']],
  ['betreuung', 'Leitstand', ['Leitstand', 'Fälle', 'Regeln'], ['/quality']],
  ['leitung', 'Leitstand', ['Leitstand', 'Fälle', 'Regeln', 'Daten', 'Betrieb', 'Verwaltung'], []],
  ['anbindung', 'Leitstand', ['Leitstand', 'Fälle', 'Regeln', 'Daten', 'Betrieb'], ['/admin']],
  ['admin', 'Leitstand', ['Leitstand', 'Fälle', 'Regeln', 'Daten', 'Betrieb', 'Verwaltung'], []],
  ['partner', 'Leitstand', ['Leitstand', 'Fälle'], ['/rules', '/quality']],
  ['muster', 'Ihre Maschinen', ['Maschinen', 'Fälle'], ['/rules', '/quality']],
] as const;

describe.each(ROLES)('%s', (login, start, places, forbidden) => {
  test(`starts at ${start}, is shown the ways that are open, and is told where none is`, async () => {
    const page = await stage.person(login);
    await page.goto('/');
    await heading(page, start).waitFor();
    const ways = page.getByRole('navigation', { name: 'Hauptnavigation' }).getByRole('link');
    expect(await ways.allInnerTexts()).toEqual([...places]);
    for (const way of await ways.all()) {
      await way.click();
      await page.waitForURL(`**${await way.getAttribute('href')}`);
      await settled(page);
      expect(await textOf(page)).not.toContain(NO_ACCESS);
    }
    for (const path of forbidden) {
      await page.goto(path);
      await page.getByText(NO_ACCESS, { exact: true }).waitFor();
    }
  });
});

test('only who works on cases is offered steps, and a partner sees the customers assigned alone', async () => {
  const technician = await stage.person('technik');
  const [anyCase] = await all<CaseListItem>('/cases');
  await technician.goto(`/cases/${anyCase?.id}`);
  await technician.getByRole('group', { name: 'Schritte' }).getByRole('button', { name: 'Zuweisen' }).waitFor();

  const manager = await stage.person('betreuung');
  await manager.goto(`/cases/${anyCase?.id}`);
  await manager.getByRole('heading', { name: 'Verlauf des Falls' }).waitFor();
  expect(await manager.getByRole('group', { name: 'Schritte' }).count()).toBe(0);

  const partner = await stage.person('partner');
  await partner.goto('/');
  await partner.getByRole('link', { name: 'Armaturenpresse 1' }).waitFor();
  const seen = await textOf(partner);
  expect(seen).toContain('Alpenfeder Umformtechnik GmbH');
  expect(seen).not.toMatch(/Muster Präzision|Nordlicht/);
});

test('a customer finds the own machines only: no word of another in a page or in any answer', async () => {
  const page = await stage.person('muster');
  const answers: Promise<{ url: string; body: string }>[] = [];
  page.on('response', (response) => {
    if (carriesData(response)) answers.push(bodyOf(response));
  });
  const machines = await all<MachineListItem>('/machines?limit=100');
  const cases = await all<CaseListItem>('/cases?status=all&limit=200');
  const own = machines.filter(({ customer }) => customer.id === 'muster-praezision');
  const others = machines.filter(({ customer }) => customer.id !== 'muster-praezision');
  const foreignCase = cases.find(({ customer }) => customer !== 'muster-praezision');
  const ownCases = cases.filter(({ customer }) => customer === 'muster-praezision');
  expect([own.length, others.length, ownCases.length].every((many) => many > 0)).toBe(true);
  const foreign = new Set(
    others.flatMap(({ id, name, customer }) => [id, plain(name), customer.id, plain(customer.name), 'Hauke Petersen']),
  );

  const pages: [string, string][] = [];
  const read = async (path: string): Promise<string> => {
    await page.goto(path);
    await settled(page);
    const text = await textOf(page);
    pages.push([path, text]);
    return text;
  };
  const home = await read('/');
  for (const { name } of own) expect(home).toContain(plain(name));
  for (const { id } of own.slice(0, 2))
    for (const tab of ['course', 'cases', 'quality']) await read(`/machines/${id}?tab=${tab}`);
  await read('/cases');
  await read('/cases?view=closed');
  await read('/cases?view=open&customer=nordlicht-getriebe');
  for (const { id } of ownCases.slice(0, 3)) expect(await read(`/cases/${id}`)).toContain('Verlauf des Falls');
  for (const path of ['/?condition=F', '/?group=customer', '/?wall=1', '/profile', '/rules', '/quality'])
    await read(path);
  expect(await read(`/machines/${others[0]?.id}`)).toContain('Nicht gefunden');
  expect(await read(`/cases/${foreignCase?.id}`)).toContain('Nicht gefunden');

  const heard = (text: string): string[] => [...foreign].filter((word) => text.includes(word));
  // What the page echoes of an address somebody typed in is no news to them.
  const said = pages.map(([path, text]) => [path, heard(text).filter((word) => !path.includes(word))] as const);
  expect(said.filter(([, words]) => words.length > 0)).toEqual([]);
  const bodies = await Promise.all(answers);
  expect(bodies.length).toBeGreaterThan(20);
  const told = bodies.map(({ url, body }) => [url, heard(body).filter((word) => !url.includes(word))] as const);
  expect(told.filter(([, words]) => words.length > 0)).toEqual([]);
});

/** Scripts and styles are everybody's; the demo's people stand on its log-in page for everybody; a stream has no end. */
function carriesData(response: Response): boolean {
  const { pathname } = new URL(response.url());
  return pathname.startsWith('/api/') && !/\/(house|stream)$/.test(pathname);
}

async function bodyOf(response: Response): Promise<{ url: string; body: string }> {
  return { url: response.url(), body: await response.text().catch(() => '') };
}
