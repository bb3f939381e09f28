/** The machine page: its courses with the tolerance of their time, its range in the address, and the numbers behind them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { waitFor } from '#test/servers/tools.ts';
import { type OwnHouse, plant, raiseOwn, type Timed } from './own-house.ts';
import { TEST_MS } from './stage.ts';

const MINUTE = 60_000;
const HOURS = 3;
vi.setConfig({ testTimeout: TEST_MS });
let house: OwnHouse;
/** Before the first plant took effect and after the second one did, epoch ms; readings lie on both sides of the second. */
let first = 0;
let second = 0;
beforeAll(async () => {
  first = Date.now();
  house = await raiseOwn();
  const begin = Date.now() - HOURS * 60 * MINUTE;
  const past: Timed[] = [];
  for (let minute = 0; minute < HOURS * 60; minute++) {
    // Half an hour of silence in the middle.
    if (minute >= 60 && minute < 90) continue;
    const pressure = 4.5 + Math.sin(minute / 12);
    past.push({ ts: begin + minute * MINUTE, values: { 'oil-pressure': Number(pressure.toFixed(2)) } });
  }
  await house.say('press-1', past);
  await house.say('press-1', hot(Date.now() - 500));
  await sleep(2_000);
  await house.importPlant(plant(90));
  second = Date.now();
  await house.say('press-1', hot(second + 10_000));
  await waitFor('all readings in the store', async () => {
    const { body } = await house.admin.get<{ sensors: Record<string, { values: unknown[] }> }>(
      `/machines/press-1/readings?sensors=bearing-temp&buckets=0&from=${iso(first)}&to=${iso(second + MINUTE)}`,
    );
    return body.sensors['bearing-temp']?.values.length === 10;
  });
}, 180_000);
afterAll(() => house?.stop());

const iso = (at: number): string => new Date(at).toISOString();
/** Five seconds at 85 °C: outside of 40 … 80, inside of 40 … 90. */
const hot = (begin: number): Timed[] =>
  Array.from({ length: 5 }, (_, i) => ({ ts: begin + i * 100, values: { 'bearing-temp': 85 } }));
const course = (page: Page, sensor: string) =>
  page.getByRole('figure').filter({ has: page.getByRole('heading', { name: sensor }) });
const search = (page: Page): URLSearchParams => new URL(page.url()).searchParams;
/** Length of the section in the address, ms. */
const length = (page: Page): number =>
  Date.parse(search(page).get('to') ?? '') - Date.parse(search(page).get('from') ?? '');

/** Subpaths of the mean's line: one for each stretch without a gap. */
async function stretches(page: Page, sensor: string): Promise<string[]> {
  const line = course(page, sensor).locator('path.recharts-line-curve');
  await line.waitFor();
  return ((await line.getAttribute('d')) ?? '').split(/(?=M)/).filter((part) => part.includes('L'));
}

test('the course of three hours is drawn with its gap, explained in a sentence, and there as numbers', async () => {
  const page = await house.person('technik');
  await page.goto('/machines/press-1?sensors=oil-pressure');
  const pressure = course(page, 'Öldruck');
  const parts = await stretches(page, 'Öldruck');
  expect(parts).toHaveLength(2);
  expect(parts.join('').match(/L/g)?.length).toBeGreaterThan(60);
  expect(await pressure.locator('.recharts-reference-area-rect').count()).toBe(1);
  expect(await pressure.innerText()).toMatch(
    /Öldruck lag zwischen 3,5\d\sbar und 5,5\d\sbar.*Eine Lücke ohne Messwerte dauerte \d\d\smin/s,
  );
  await pressure.getByRole('button', { name: 'Tabelle' }).click();
  const table = pressure.getByRole('region', { name: /Messwerte von Öldruck \(bar\), Zeiten in ME/ });
  const rows = await table.getByRole('row').allInnerTexts();
  expect(rows[0]).toMatch(/Zeit \(ME\S+\)\s+Kleinster \(bar\)\s+Mittel \(bar\)\s+Größter \(bar\)\s+Anzahl/);
  expect(rows.length).toBeGreaterThan(100);
  // What is read for a bucket stands in its row.
  expect(rows.slice(1).every((row) => /\d,\d+\s+\d,\d+\s+\d,\d+\s+\d+/.test(row))).toBe(true);
  await pressure.getByRole('button', { name: 'Tabelle ausblenden' }).click();
  await table.waitFor({ state: 'detached' });
});

test('range and sensors are in the address: buttons write them, a link brings them back', async () => {
  const page = await house.person('technik');
  await page.goto('/machines/press-1');
  await page.getByText('24 h', { exact: true }).click();
  await expect.poll(() => search(page).get('range')).toBe('24h');
  await page.getByRole('checkbox', { name: 'Verlauf von Öldruck ausblenden' }).first().click();
  await expect.poll(() => search(page).get('sensors')).toBe('bearing-temp');
  await course(page, 'Öldruck').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Vergrößern' }).click();
  await expect.poll(() => search(page).has('from') && search(page).has('to')).toBe(true);
  await page.getByText('fester Ausschnitt').waitFor();
  expect(length(page) / (12 * 60 * MINUTE)).toBeCloseTo(1, 2);
  await page.keyboard.press('+');
  await expect.poll(() => length(page) / (6 * 60 * MINUTE)).toBeCloseTo(1, 2);

  const other = await house.person('leitung');
  await other.goto(page.url());
  await other.getByText('fester Ausschnitt').waitFor();
  await course(other, 'Lagertemperatur').waitFor();
  expect(await course(other, 'Öldruck').count()).toBe(0);
  expect(await other.getByRole('status').filter({ hasText: 'fester Ausschnitt' }).innerText()).toBe(
    await page.getByRole('status').filter({ hasText: 'fester Ausschnitt' }).innerText(),
  );
  await page.getByRole('button', { name: 'Zoom zurücksetzen' }).click();
  await expect.poll(() => [...search(page).keys()]).toEqual(['sensors']);
});

test('changes in one go all hold: none starts from what the page was last drawn with', async () => {
  const page = await house.person('technik');
  await page.goto('/machines/press-1');
  await course(page, 'Öldruck').waitFor();
  await course(page, 'Lagertemperatur').waitFor();
  const inOneGo = (...controls: readonly Locator[]): Promise<void> =>
    Promise.all(controls.map((control) => control.elementHandle())).then((elements) =>
      page.evaluate((all) => {
        for (const element of all) (element as HTMLElement).click();
      }, elements),
    );
  const hide = (sensor: string): Locator =>
    page.getByRole('checkbox', { name: `Verlauf von ${sensor} ausblenden` }).first();
  const zoomIn = page.getByRole('button', { name: 'Vergrößern' });
  await inOneGo(page.getByRole('radio', { name: '24 h' }), hide('Öldruck'), hide('Lagertemperatur'), zoomIn, zoomIn);
  await expect.poll(() => Object.fromEntries(search(page))).toMatchObject({ range: '24h', sensors: '' });
  await page.getByText('Keine Messstelle gewählt').waitFor();
  expect(length(page) / (6 * 60 * MINUTE)).toBeCloseTo(1, 2);
});

test('a changed tolerance leaves the old band over the old readings', async () => {
  const page = await house.person('technik');
  const [from, to] = [first - 2_000, second + 20_000].map(iso);
  await page.goto(`/machines/press-1?sensors=bearing-temp&from=${from}&to=${to}`);
  const temperature = course(page, 'Lagertemperatur');
  await temperature.getByText('Die Toleranz wurde in dieser Zeit einmal geändert.').waitFor();
  const bands = temperature.locator('.recharts-reference-area-rect');
  await bands.first().waitFor();
  const drawn = await bands.evaluateAll((paths) =>
    paths
      .map((path) => (path as SVGGraphicsElement).getBBox())
      .map(({ x, y, width, height }) => ({ x, y, width, height })),
  );
  drawn.sort((a, b) => a.x - b.x);
  expect(drawn).toHaveLength(2);
  const [old, now] = drawn;
  // 40 … 80 against 40 … 90: the same foot, a higher top.
  expect((now?.height ?? 0) / (old?.height ?? 1)).toBeCloseTo(50 / 40, 1);
  expect(now?.x).toBeCloseTo((old?.x ?? 0) + (old?.width ?? 0), 0);

  await temperature.getByRole('button', { name: 'Tabelle' }).click();
  const rows = (await temperature.getByRole('row').allInnerTexts()).slice(1);
  const [newer, older] = [
    rows.filter((row) => !row.includes('außerhalb')),
    rows.filter((row) => row.includes('außerhalb')),
  ];
  expect(newer.length).toBeGreaterThan(0);
  expect(older.length).toBeGreaterThan(0);
  // Newest first, and every one at 85 °C.
  expect(rows).toEqual([...newer, ...older]);
  expect(rows.every((row) => /\t85,0\t/.test(row))).toBe(true);
});
