/** A house and a browser before it: what every story of the portal begins with. */
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { ADMIN_PASSWORD, type HouseProcess, startHouse } from '#test/house/processes.ts';
import { Browser } from '#test/portal/browser.ts';
import { launchChromium } from '#test/servers/chromium.ts';

/** Nothing a person waits for takes this long, but tests share their computer. */
const PATIENCE_MS = 45_000;
/** Longer than that, so that what was waited for is named. */
export const TEST_MS = 180_000;

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  readonly language?: 'de' | 'en';
}

export interface Stage {
  readonly house: HouseProcess;
  readonly base: string;
  /** The API as the first admin uses it. */
  readonly admin: Browser;
  /** A new person's browser, closed after the test: no cookie, nothing kept. */
  visitor(look?: Look): Promise<Page>;
  /** The same with this person logged in already. */
  person(login: string, look?: Look): Promise<Page>;
  stop(): Promise<void>;
}

/** Starts both; people of the demo have its password, `admin` that of tests, everybody else `PASSWORD`. */
export async function raise(settings: Readonly<Record<string, string>>): Promise<Stage> {
  const [house, chromium] = await Promise.all([startHouse('house', settings), launchChromium()]);
  const base = house.ready().portal ?? '';
  const admin = new Browser(base);
  await admin.logIn('admin', ADMIN_PASSWORD);

  async function visitor({ width = 1440, height = 900, scheme = 'light', language = 'de' }: Look = {}): Promise<Page> {
    const context = await chromium.browser.newContext({
      baseURL: base,
      viewport: { width, height },
      colorScheme: scheme,
      locale: 'de-DE',
      timezoneId: 'Europe/Berlin',
    });
    onTestFinished(() => context.close());
    context.setDefaultTimeout(PATIENCE_MS);
    if (language === 'en') await context.addInitScript(() => localStorage.setItem('leitwarte.language', 'en'));
    return context.newPage();
  }

  return {
    house,
    base,
    admin,
    visitor,
    person: async (login, look) => {
      const page = await visitor(look);
      const answer = await page.request.post('/api/v1/session', { data: { user: login, password: passwordOf(login) } });
      if (!answer.ok()) throw new Error(`log-in of ${login}: ${answer.status()} ${await answer.text()}`);
      return page;
    },
    stop: async () => {
      await Promise.all([chromium.stop(), house.stop()]);
    },
  };

  function passwordOf(login: string): string {
    if (login === 'admin') return ADMIN_PASSWORD;
    return settings['DEMO'] === 'on' ? demoPassword(house) : PASSWORD;
  }
}

/** Of the people a story adds itself. */
export const PASSWORD = 'only-for-tests-2';

/** The password of all people of the demo, as the terminal tells it. */
export function demoPassword(house: HouseProcess): string {
  const [, password] = /muster[^"]*: password ([^\s"]+)/.exec(house.log) ?? [];
  if (password === undefined) throw new Error(`no password of the demo's people:\n${house.log}`);
  return password;
}

/** All text a person can read on the page now. */
export async function textOf(page: Page): Promise<string> {
  return page.locator('body').innerText();
}

/** Resolves when the page has loaded what it shows: no panel waits any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  await page.locator('main').first().waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
}
