/** The cases of a house as the portal shows them in Chromium: the inbox and the first case. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { settled } from '#test/browser/stage.ts';
import { ADMIN_PASSWORD } from '#test/house/processes.ts';
import { launchChromium } from '#test/servers/chromium.ts';
import type { Assembly } from './assembly.ts';

/** A folder that takes the pictures; none are taken without. */
const SHOTS = process.env['LEITWARTE_SHOTS'];

/** Looks at the inbox with `cases` open cases and opens the first of them; asserts what a person sees there. */
export async function lookAtCases({ admin }: Assembly, name: string, cases: number): Promise<void> {
  const chromium = await launchChromium();
  try {
    const context = await chromium.browser.newContext({
      baseURL: admin.base,
      viewport: { width: 1440, height: 900 },
      locale: 'de-DE',
      timezoneId: 'Europe/Berlin',
    });
    const page = await context.newPage();
    await page.request.post('/api/v1/session', { data: { user: 'admin', password: ADMIN_PASSWORD } });
    const picture = async (part: string): Promise<void> => {
      await settled(page);
      if (SHOTS === undefined) return;
      await mkdir(SHOTS, { recursive: true });
      await page.screenshot({ path: path.join(SHOTS, `${name}-${part}.png`) });
    };
    await page.goto('/cases?view=open');
    const view = page.locator('nav a[aria-current="page"]', { hasText: /^Offen/ });
    await expect.poll(() => view.textContent()).toContain(String(cases));
    await picture('inbox');
    await page.locator('main li a').first().click();
    await expect.poll(() => page.locator('article').first().textContent()).toMatch(/Warum/);
    await page.locator('.recharts-surface').first().waitFor();
    await picture('case');
  } finally {
    await chromium.stop();
  }
}
