/** Every screen for every eye: light and dark, wide and narrow, German and English; accessible, and there soon. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import axe, { type AxeResults, type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { de } from '#portal/web/i18n/de.ts';
import { en } from '#portal/web/i18n/en.ts';
import { tell } from '#test/stories/tell.ts';
import { screens, stage } from './demo-house.ts';
import type { Screen } from './screens.ts';
import { type Look, settled, textOf } from './stage.ts';

/** A folder that takes a picture of every screen; none are taken without. */
const SHOTS = process.env['LEITWARTE_SHOTS'];
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 740 };
/** Most script, gzip, that may be loaded before the first screen stands. */
const FIRST_LOAD_BYTES = 300_000;

test('script of the first load stays within its budget, and charts come with the first chart', async () => {
  const page = await stage.person('technik');
  const scripts = new Map<string, Promise<Buffer>>();
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.endsWith('.js')) scripts.set(pathname, response.body());
  });
  await page.goto('/');
  await page.getByRole('link', { name: 'Spindelpresse 1' }).waitFor();
  await settled(page);
  const files = [...scripts.keys()];
  const bodies = await Promise.all(scripts.values());
  const bytes = bodies.map((body) => gzipSync(body).length);
  const total = bytes.reduce((sum, each) => sum + each, 0);
  tell(`script of the first load: ${files.length} files, ${(total / 1000).toFixed(0)} kB gzip`);
  // Schemes of the API are types here: their library would be a quarter of the budget.
  expect(bodies.some((body) => body.includes('ZodError'))).toBe(false);
  expect(files.length).toBeGreaterThan(3);
  expect(total).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
  expect(files.filter((file) => file.includes('CoursePlot'))).toEqual([]);
  await page.getByRole('link', { name: 'Spindelpresse 1' }).click();
  await expect
    .poll(() => [...scripts.keys()].some((file) => file.includes('CoursePlot')), { timeout: 20_000 })
    .toBe(true);
});

test('every screen is accessible, light and dark, fits a phone, and shows no raw key', async () => {
  const findings: string[] = [];
  await visitAll({}, async (page, { name }) => {
    for (const [size, look] of [
      [WIDE, 'light'],
      [WIDE, 'dark'],
      [NARROW, 'light'],
      [NARROW, 'dark'],
    ] as const) {
      await page.setViewportSize(size);
      // Colours that are still on their way to the other scheme are nobody's.
      await page.emulateMedia({ colorScheme: look, reducedMotion: 'reduce' });
      await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
      await settled(page);
      const where = `${name} ${size.width} ${look}`;
      findings.push(...(await severe(page)).map((each) => `${where}: ${each}`));
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (sideways > 0) findings.push(`${where}: scrolls sideways by ${sideways} px`);
      await shoot(page, where.replaceAll(' ', '-'));
    }
    findings.push(...rawKeys(await textOf(page)).map((key) => `${name}: raw key ${key}`));
  });
  expect(findings).toEqual([]);
}, 480_000);

test('every screen speaks English when told to: no German text of the catalogue and no raw key is left', async () => {
  const findings: string[] = [];
  await visitAll({ language: 'en' }, async (page, { name }) => {
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    const text = await textOf(page);
    findings.push(...rawKeys(text).map((key) => `${name}: raw key ${key}`));
    const german = text.split('\n').filter((line) => ONLY_GERMAN.has(line.trim()));
    findings.push(...german.map((line) => `${name}: "${line}" is German`));
  });
  expect(findings).toEqual([]);
}, 240_000);

test('language and colours are chosen in the account menu, at once and for the next visit', async () => {
  const page = await stage.person('technik');
  await page.goto('/');
  const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.getByRole('button', { name: /Konto:/ }).click();
  const light = await colour();
  await page.getByText('Dunkel', { exact: true }).click();
  await expect.poll(colour).not.toBe(light);
  await page.getByText('English', { exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Control room' }).waitFor();
  const dark = await colour();
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Control room' }).waitFor();
  expect(await colour()).toBe(dark);
});

/** Opens every screen, each person in a browser of their own. */
async function visitAll(look: Look, see: (page: Page, screen: Screen) => Promise<void>): Promise<void> {
  for (const person of new Set(screens.map((screen) => screen.person))) {
    const page = await (person === undefined ? stage.visitor(look) : stage.person(person, look));
    await page.context().addInitScript({ content: axe.source });
    for (const screen of screens.filter((each) => each.person === person)) {
      await page.setViewportSize(WIDE);
      await page.goto(screen.path);
      await settled(page);
      await see(page, screen);
    }
  }
}

const OPTIONS: RunOptions = { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } };

/** What axe finds serious or critical, each with the first places. */
async function severe(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults, RunOptions>(
    (options) => (globalThis as unknown as { axe: typeof axe }).axe.run(document, options),
    OPTIONS,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id} at ${nodes
          .slice(0, 3)
          .map(({ html }) => html.slice(0, 160))
          .join(' | ')}`,
    );
}

/** Texts of the German catalogue that no English one equals, long enough not to be a name. */
const ONLY_GERMAN: ReadonlySet<string> = new Set(
  [...leaves(de)].filter((text) => text.length >= 5 && !text.includes('{{') && ![...leaves(en)].includes(text)),
);

function* leaves(catalogue: object): Generator<string> {
  for (const value of Object.values(catalogue) as unknown[]) {
    if (typeof value === 'string') yield value;
    else if (typeof value === 'object' && value !== null) yield* leaves(value);
  }
}

/** Keys of the catalogue, and places for values, that a person would read. */
function rawKeys(text: string): string[] {
  const keys = new RegExp(`\\b(?:${Object.keys(de).join('|')})\\.(?!yaml)[a-zA-Z][\\w.-]*|\\{\\{\\w+\\}\\}`, 'g');
  return [...text.matchAll(keys)].map(([key]) => key);
}

async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.waitForTimeout(400);
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}
