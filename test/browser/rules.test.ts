/** Rules on the screen: written as a sentence and as YAML, tried on the past, taken into work, and brought back. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { RuleAnswer, RuleVersionAnswer } from '#shared/model/api/rule.ts';
import { waitFor } from '#test/servers/tools.ts';
import { CALM, HOT, type OwnHouse, raiseOwn, type Timed } from './own-house.ts';
import { TEST_MS } from './stage.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PATIENCE = { timeout: 25_000 };

vi.setConfig({ testTimeout: TEST_MS });
let house: OwnHouse;
beforeAll(async () => {
  house = await raiseOwn();
  // Three hours of one press, a minute apart; twice it was hot for ten minutes.
  const begin = Math.floor(Date.now() / MINUTE) * MINUTE - 4 * HOUR;
  const past = Array.from({ length: 180 }, (_, minute): Timed => {
    const hot = [30, 120].some((from) => minute >= from && minute < from + 10);
    return { ts: begin + minute * MINUTE, values: { 'bearing-temp': hot ? HOT : CALM } };
  });
  await house.say('press-1', past);
  await waitFor('the past in the store', async () => {
    const range = `from=${new Date(begin).toISOString()}&to=${new Date(begin + 3 * HOUR).toISOString()}`;
    const { body } = await house.admin.get<{ sensors: Record<string, { values: unknown[] }> }>(
      `/machines/press-1/readings?sensors=bearing-temp&buckets=0&${range}`,
    );
    return body.sensors['bearing-temp']?.values.length === 180;
  });
}, 180_000);
afterAll(() => house?.stop());

const chip = (page: Page, name: string): Locator => page.getByLabel(name, { exact: true });
const yaml = (page: Page): Locator => page.getByLabel('Regel als YAML');
const ruleNow = async (id: string) => (await house.admin.get<RuleAnswer>(`/rules/${id}`)).body;

/** Goes on to the next input and says which one that is. */
async function tab(page: Page): Promise<string | null> {
  await page.keyboard.press('Tab');
  return page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null);
}

/** Gives a step its reason. */
async function confirm(page: Page, step: string, reason: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: step });
  await dialog.getByLabel('Grund').fill(reason);
  await dialog.getByRole('button', { name: step }).click();
  await dialog.waitFor({ state: 'detached' });
}

test('a rule is written by keyboard as a sentence, with its arithmetic beside it, and goes by pilot to live', async () => {
  const page = await house.person('leitung');
  await page.goto('/rules?new=1');
  const save = page.getByRole('button', { name: 'Speichern' });
  await chip(page, 'Messstelle').focus();
  expect(await save.isDisabled()).toBe(true);
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => chip(page, 'Messstelle').inputValue(), PATIENCE).toBe('bearing-temp');
  expect(await tab(page)).toBe('Messwert oder Kennwert');
  expect(await tab(page)).toBe('Prozent außerhalb der Toleranz');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('32,5');
  expect([await tab(page), await tab(page), await tab(page)]).toEqual([
    'Vergleich',
    'Rückkehrabstand',
    'Bedingung ändern',
  ]);
  expect(await tab(page)).toBe('Mindestdauer');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('2');
  // 32.5 % of 20 °C above 80 °C.
  await page.getByText('Meldung über 86,5 °C').waitFor();
  await expect.poll(() => yaml(page).inputValue(), PATIENCE).toContain('outside: 32.5%');
  expect(await yaml(page).inputValue()).toContain('for: 2m');
  await page.getByLabel('Titel (Deutsch)').fill('Lager zu heiß');
  await expect.poll(() => save.isEnabled(), PATIENCE).toBe(true);
  await save.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Lager zu heiß' }).waitFor();
  expect(await ruleNow('lager-zu-heiss')).toMatchObject({
    mode: 'off',
    title: 'Lager zu heiß',
    when: { sensor: 'bearing-temp', outside: '32.5%' },
    for: '2m',
    machines: 12,
  });

  await page.getByRole('button', { name: 'Im Probebetrieb starten' }).click();
  await confirm(page, 'Im Probebetrieb starten', 'erst beobachten');
  await page.getByRole('button', { name: 'Aktiv schalten' }).click();
  await confirm(page, 'Aktiv schalten', 'hat sich bewährt');
  await expect.poll(async () => (await ruleNow('lager-zu-heiss')).mode, PATIENCE).toBe('live');
  await page.getByText('hat sich bewährt').first().waitFor();
  const { body } = await house.admin.get<{ items: RuleVersionAnswer[] }>('/rules/lager-zu-heiss/versions');
  expect(body.items.map(({ rule, reason, author }) => [rule?.mode, reason, author])).toEqual([
    ['live', 'hat sich bewährt', 'Lena Leitung'],
    ['pilot', 'erst beobachten', 'Lena Leitung'],
    ['off', null, 'Lena Leitung'],
  ]);
});

test('sentence and YAML change the same rule; what does not read is told with line and column and locks the sentence', async () => {
  const page = await house.person('leitung');
  await page.goto('/rules/spindle-bearing-hot?edit=1');
  await yaml(page).fill(`id: spindle-bearing-hot
when:
  all:
    - { sensor: bearing-temp, mean: 10m, above: 85 }
    - not: { state: maintenance }
for: 90s
severity: danger
`);
  await expect.poll(() => chip(page, 'Verknüpfung').inputValue(), PATIENCE).toBe('all');
  expect(await chip(page, 'Grenzwert').inputValue()).toBe('85');
  expect(await chip(page, 'Zeitfenster des Kennwerts').inputValue()).toBe('10');
  expect(await chip(page, 'Betriebszustand').inputValue()).toBe('maintenance');
  await page.getByText('nicht gilt, dass').waitFor();
  await chip(page, 'Grenzwert').fill('87,5');
  await expect.poll(() => yaml(page).inputValue(), PATIENCE).toContain('mean: 10m, above: 87.5');
  await chip(page, 'Verknüpfung').selectOption('any');
  await expect.poll(() => yaml(page).inputValue(), PATIENCE).toContain('any:');
  await page.getByText('Vollständig und lesbar').waitFor();

  const whole = await yaml(page).inputValue();
  await yaml(page).fill(whole.replace('above: 87.5', 'abov: 87.5'));
  await page
    .getByRole('button', { name: /Zeile \d+, Spalte \d+/ })
    .first()
    .waitFor();
  await page
    .getByText(/„abov“ ist hier kein Schlüssel/)
    .first()
    .waitFor();
  await expect.poll(() => chip(page, 'Grenzwert').isDisabled(), PATIENCE).toBe(true);
  expect(await page.getByRole('button', { name: 'Speichern' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'YAML-Änderung verwerfen' }).click();
  await expect.poll(() => yaml(page).inputValue(), PATIENCE).toBe(whole);

  // Nothing was saved, and nobody leaves without being asked.
  await page.getByRole('link', { name: 'Zur Regel' }).click();
  await page.getByRole('dialog', { name: 'Nicht gespeichert' }).getByRole('button', { name: 'Verwerfen' }).click();
  await page.getByRole('heading', { level: 1, name: 'Lagertemperatur außerhalb der Toleranz' }).waitFor();
  expect((await ruleNow('spindle-bearing-hot')).when).toEqual({ sensor: 'bearing-temp', outside: '20%' });
});

test('while a rule is written the past says what it would have told, and the chart shows where', async () => {
  const page = await house.person('leitung');
  await page.goto('/rules/spindle-bearing-hot?edit=1');
  const look = page.getByRole('region', { name: 'Rückblick' });
  // The second comes so soon after the first that it opens the same case again.
  await look.getByText('Hätte in 30 Tagen 2 Meldungen und 1 Servicefall ergeben.').waitFor();
  await look.getByRole('row').filter({ hasText: '99 °C, 95 % über Toleranz' }).first().waitFor();
  await look.locator('.recharts-reference-area-rect').nth(1).waitFor();
  await chip(page, 'Prozent außerhalb der Toleranz').fill('100');
  await look.getByText('Hätte in 30 Tagen 0 Meldungen und 0 Servicefälle ergeben.').waitFor();
  await look.getByText('Auf dieser Maschine keine Meldung in diesem Zeitraum.').waitFor();
  expect(await look.getByRole('row').count()).toBe(0);
});

test('a version shows what it changed, and an earlier one is brought back with a reason', async () => {
  const before = await ruleNow('spindle-bearing-hot');
  const changed = { ...before, when: { sensor: 'bearing-temp', outside: '35%' } };
  expect((await house.admin.put('/rules/spindle-bearing-hot?reason=Sommer', changed)).status).toBe(200);
  const page = await house.person('leitung');
  await page.goto('/rules/spindle-bearing-hot');
  const versions = page.getByRole('region', { name: 'Fassungen' });
  await versions.getByRole('button', { name: 'Änderung zeigen' }).first().click();
  const row = versions.getByRole('row').filter({ hasText: 'outside' });
  expect(await row.innerText()).toMatch(/20%\s+35%/);
  await versions.getByRole('button', { name: 'Wiederherstellen' }).click();
  await confirm(page, `Fassung ${before.version} wiederherstellen`, 'Sommer vorbei');
  await expect.poll(async () => (await ruleNow('spindle-bearing-hot')).when, PATIENCE).toEqual(before.when);
  await versions.getByText('Sommer vorbei').waitFor();
  const machines = page.getByRole('region', { name: 'Maschinen, für die die Regel gilt' }).first();
  expect(await machines.innerText()).toMatch(/12 Maschinen.*Presse 1.*40 … 80 °C.*>\s84 °C, <\s36 °C/s);
});

test('the list is searched by words of the sentence, and only who may change rules is offered that', async () => {
  const page = await house.person('technik');
  await page.goto('/rules?q=spindellager&mode=live');
  await page.getByRole('link', { name: 'Lagertemperatur außerhalb der Toleranz' }).waitFor();
  expect(await page.getByRole('link', { name: 'Neue Regel anlegen' }).count()).toBe(0);
  await page.getByRole('textbox', { name: 'Regel suchen' }).fill('öldruck');
  await page.getByText('Keine Regel passt zur Suche').waitFor();
  await expect.poll(() => new URL(page.url()).searchParams.get('q'), PATIENCE).toBe('öldruck');
  await page.goto('/rules/spindle-bearing-hot?edit=1');
  await page.getByText('Regeln ändert die Serviceleitung oder die Administration.').waitFor();
});
