import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { launchChromium } from './chromium.ts';
import { isAlive } from './server-process.ts';

test('chromium shows a page served on loopback and leaves no process', async () => {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<title>Leitstand</title><h1>Ruhe</h1>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const chromium = await launchChromium();
  onTestFinished(() => chromium.stop());
  const context = await chromium.browser.newContext({ viewport: { width: 360, height: 640 }, colorScheme: 'dark' });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  expect(await page.title()).toBe('Leitstand');
  expect(await page.locator('h1').textContent()).toBe('Ruhe');
  expect(await page.evaluate(() => [innerWidth, matchMedia('(prefers-color-scheme: dark)').matches])).toEqual([
    360,
    true,
  ]);
  await chromium.stop();
  expect(isAlive(chromium.pid)).toBe(false);
});
