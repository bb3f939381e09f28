/** What happens at a machine is on the open pages without reloading, moves nothing under the finger, and survives an outage. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { busy } from '#test/stories/busy.ts';
import { tell } from '#test/stories/tell.ts';
import { CALM, HOT, type OwnHouse, raiseOwn, rowOf } from './own-house.ts';
import { TEST_MS } from './stage.ts';

vi.setConfig({ testTimeout: TEST_MS });
let house: OwnHouse;
beforeAll(async () => {
  house = await raiseOwn();
  for (let i = 1; i <= 12; i++) await house.say(`press-${i}`, { 'bearing-temp': CALM });
}, 180_000);
afterAll(() => house?.stop());

const WITHIN_MS = 1_000;
/** Machines that break down one after the other until one was fast enough: what else this computer does delays some, not all. */
const TIMED = [1, 2, 3, 6, 9, 10, 11, 12] as const;

/** What a browser tells of something that has moved by itself. */
interface LayoutShift {
  readonly value: number;
  readonly sources: readonly { readonly node: Node | null }[];
}

const live = (page: Page) => page.getByRole('banner').getByText('Live', { exact: true });
/** The bearing's last value in the tree of sensors, whatever digits are shown after the comma. */
const bearing = (page: Page, value: number) =>
  page.getByRole('row', { name: /Lagertemperatur/ }).getByRole('cell', { name: new RegExp(`^${value}(,0+)?$`) });

test('a breach published over MQTT is on the machine page and in the inbox within a second, without reloading', async () => {
  const [machinePage, inbox] = [await house.person('technik'), await house.person('technik')];
  await inbox.goto('/cases');
  await live(inbox).waitFor();
  const times: number[] = [];
  for (const i of TIMED) {
    if (times.some((time) => time < WITHIN_MS * busy())) break;
    await machinePage.goto(`/machines/press-${i}`);
    await live(machinePage).waitFor();
    await bearing(machinePage, CALM).waitFor();
    await sleep(1_200);
    await markOf(machinePage, inbox);
    const begin = performance.now();
    const since = (wait: Promise<void>): Promise<number> => wait.then(() => performance.now() - begin);
    const seen = await Promise.all([
      since(bearing(machinePage, HOT).waitFor()),
      since(machinePage.locator('header').getByText('Ausfallgefahr').waitFor()),
      since(rowOf(inbox, `Presse ${i}`).waitFor()),
      house.say(`press-${i}`, { 'bearing-temp': HOT }),
    ]);
    const [value, condition, row] = seen;
    tell(
      `MQTT to screen in ms: value ${value.toFixed(0)}, condition ${condition.toFixed(0)}, inbox row ${row.toFixed(0)}`,
    );
    times.push(Math.max(value, condition, row));
    expect(await rowOf(inbox, `Presse ${i}`).innerText()).toContain('Lagertemperatur');
  }
  expect(await reloaded(machinePage, inbox)).toBe(false);
  expect(Math.min(...times)).toBeLessThan(WITHIN_MS * busy());
});

async function markOf(...pages: readonly Page[]): Promise<void> {
  for (const page of pages) await page.evaluate(() => Object.assign(globalThis, { marked: true }));
}

async function reloaded(...pages: readonly Page[]): Promise<boolean> {
  const marks = await Promise.all(pages.map((page) => page.evaluate(() => 'marked' in globalThis)));
  return marks.includes(false);
}

test('the row one is on stays where it is while a new case comes in, and n shows it', async () => {
  const page = await house.person('technik');
  for (const machine of ['press-7', 'press-8']) await house.breakDown(machine);
  await page.goto('/cases');
  await rowOf(page, 'Presse 7').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const at = () =>
    page.evaluate(() => {
      const box = document.activeElement?.getBoundingClientRect();
      return { text: document.activeElement?.closest('li')?.textContent, y: box?.y, x: box?.x };
    });
  await expect.poll(async () => (await at()).text ?? '').toContain('Presse');
  const before = await at();
  await page.evaluate(() => {
    const shifts: string[] = [];
    Object.assign(globalThis, { shifts });
    // An age grows to the left when it gets a digit more, "9 s" to "12 s": that moves nothing else.
    const isAge = (element: Element | null): boolean =>
      element !== null &&
      (element.closest('time') ?? element.querySelector('time'))?.textContent === element.textContent;
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries() as unknown as LayoutShift[]) {
        const moved = sources.map(({ node }) => (node instanceof Element ? node : (node?.parentElement ?? null)));
        if (sources.length === 0 || !moved.every(isAge))
          shifts.push(`${value}: ${moved.map((element) => element?.outerHTML.slice(0, 80)).join(' | ')}`);
      }
    }).observe({ type: 'layout-shift' });
  });
  await house.breakDown('press-4');
  await page.getByText('1 neuer Fall').waitFor();
  const after = await at();
  expect({ ...after, text: before.text }).toEqual(before);
  expect(after.text).toContain(/Presse \d/.exec(before.text ?? '')?.[0]);
  const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts);
  expect(shifts).toEqual([]);
  expect(await rowOf(page, 'Presse 4').count()).toBe(0);
  await page.keyboard.press('n');
  await rowOf(page, 'Presse 4').waitFor();
});

test('after the house was killed and started again the open pages catch up by themselves', async () => {
  const [machinePage, inbox] = [await house.person('technik'), await house.person('technik')];
  await machinePage.goto('/machines/press-5');
  await inbox.goto('/cases?view=open');
  for (const page of [machinePage, inbox]) await live(page).waitFor();
  await markOf(machinePage, inbox);
  await house.house.kill();
  for (const page of [machinePage, inbox]) await page.getByText('Verbindung unterbrochen').waitFor();
  expect(await bearing(machinePage, CALM).isVisible()).toBe(true);
  await house.house.restart();
  const begin = performance.now();
  await house.say('press-5', { 'bearing-temp': HOT });
  await bearing(machinePage, HOT).waitFor();
  await rowOf(inbox, 'Presse 5').waitFor();
  for (const page of [machinePage, inbox]) await live(page).waitFor();
  tell(`caught up ${((performance.now() - begin) / 1000).toFixed(1)} s after the restart`);
  expect(await reloaded(machinePage, inbox)).toBe(false);
});

test('a page that was left and one that is hidden hold no connection: the tenth page visited is there as fast as the first', async () => {
  const page = await house.person('technik');
  for (let i = 1; i <= 10; i++) {
    await page.goto(`/machines/press-5?visit=${i}`);
    await page.getByRole('heading', { level: 1, name: 'Presse 5' }).waitFor();
    await live(page).waitFor();
  }
  await page.goBack({ waitUntil: 'commit' });
  await page.getByRole('heading', { level: 1, name: 'Presse 5' }).waitFor();
  expect(new URL(page.url()).searchParams.get('visit')).toBe('9');
  await house.say('press-5', { 'bearing-temp': 98 });
  await bearing(page, 98).waitFor();
});

/** Live streams the house holds now. */
async function streams(): Promise<number> {
  const text = await (await fetch(`${house.base}/metrics`)).text();
  return Number(/^leitwarte_portal_streams_open (\d+)$/m.exec(text)?.[1]);
}

/** What all windows of this browser share goes down, as it does with the window that had started it. */
async function loseHub(page: Page): Promise<void> {
  const session = await page.context().browser()?.newBrowserCDPSession();
  const { targetInfos } = (await session?.send('Target.getTargets')) ?? { targetInfos: [] };
  const hubs = targetInfos.filter(({ type }) => type === 'shared_worker');
  expect(hubs).toHaveLength(1);
  for (const { targetId } of hubs) await session?.send('Target.closeTarget', { targetId });
}

test('eight windows of one browser are all live over one stream; whichever closes or breaks, the others miss nothing', async () => {
  await expect.poll(streams).toBe(0);
  const first = await house.person('technik');
  const windows = [first];
  while (windows.length < 8) windows.push(await first.context().newPage());
  for (const [i, page] of windows.entries()) await page.goto(`/machines/press-${i + 1}`);
  for (const page of windows) await live(page).waitFor();
  expect(await streams()).toBe(1);
  const hear = async (pages: readonly Page[], value: number): Promise<void> => {
    for (const page of pages)
      await house.say(new URL(page.url()).pathname.split('/').at(-1) ?? '', { 'bearing-temp': value });
    await Promise.all(pages.map((page) => bearing(page, value).waitFor()));
  };
  await hear(windows, 62);

  await first.close();
  const others = windows.slice(1);
  await hear(others, 63);
  expect(await streams()).toBe(1);

  const [witness] = others as [Page];
  await markOf(...others);
  await loseHub(witness);
  await expect.poll(streams).toBe(0);
  // Told to nobody: whoever takes over asks for it.
  await house.say('press-2', { 'bearing-temp': HOT + 1 });
  await witness.locator('header').getByText('Ausfallgefahr').waitFor();
  await hear(others, 64);
  expect([await streams(), await reloaded(...others)]).toEqual([1, false]);

  await witness.getByRole('button', { name: /Konto:/ }).click();
  await witness.getByRole('menuitem', { name: 'Abmelden' }).click();
  for (const page of others) await page.getByRole('button', { name: 'Anmelden' }).waitFor();
  await expect.poll(streams).toBe(0);
});
