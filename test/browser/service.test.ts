/** Alarms and maintenance windows of a machine: seen, set aside with a reason, taken back, planned and ended on the page. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import type { MachineAnswer } from '#shared/model/api/machine.ts';
import { toWall } from '#portal/web/ui/format/wall.ts';
import { HOT, type OwnHouse, raiseOwn } from './own-house.ts';
import { TEST_MS } from './stage.ts';

const PATIENCE = { timeout: 30_000 };
const TITLE = 'Lagertemperatur außerhalb der Toleranz';
/** 25 percentage points of a tolerance of 40 °C. */
const HOTTER_BY = 10;

vi.setConfig({ testTimeout: TEST_MS });
let house: OwnHouse;
beforeAll(async () => {
  house = await raiseOwn();
}, TEST_MS);
afterAll(() => house?.stop());

const alarmIn = (page: Page, list: string): Locator =>
  page.getByRole('list', { name: list }).getByRole('listitem').filter({ hasText: TITLE });
const standing = (page: Page): Locator => alarmIn(page, 'Anstehende Meldungen');
const suppressed = (page: Page): Locator => alarmIn(page, 'Unterdrückte Meldungen');
const machineNow = async (id: string) => (await house.admin.get<MachineAnswer>(`/machines/${id}`)).body;
const alarmNow = async (machine: string): Promise<AlarmAnswer | undefined> =>
  (await house.admin.get<{ items: AlarmAnswer[] }>(`/alarms?machine=${machine}&active=true`)).body.items[0];

/** Sets the standing alarm aside; `fill` says what ends it. */
async function shelve(page: Page, reason: string, fill: (dialog: Locator) => Promise<void>): Promise<void> {
  await standing(page).getByRole('button', { name: 'Zurückstellen' }).click();
  const dialog = page.getByRole('dialog', { name: `Zurückstellen: ${TITLE}` });
  await fill(dialog);
  await dialog.getByLabel('Grund').fill(reason);
  await dialog.getByRole('button', { name: 'Zurückstellen' }).click();
  await dialog.waitFor({ state: 'detached' });
}

test('an alarm is acknowledged, shelved until its excess grows, comes back by itself, and is unshelved by hand', async () => {
  await house.breakDown('press-3');
  const page = await house.person('technik');
  await page.goto('/machines/press-3?tab=alarms');
  await standing(page).getByText('nicht quittiert').waitFor();
  await standing(page).getByRole('button', { name: 'Quittieren' }).click();
  await standing(page)
    .getByText(/^quittiert/)
    .waitFor();
  expect((await alarmNow('press-3'))?.acknowledgedAt).not.toBeNull();

  await shelve(page, 'Ersatzteil bestellt', async (dialog) => {
    await dialog.getByRole('radio', { name: 'wenn die Überschreitung wächst' }).check();
    await dialog.getByLabel('Um so viele Prozentpunkte').fill('15');
  });
  await suppressed(page)
    .getByText(
      /Zurückgestellt von Tina Technik seit .*bis die Überschreitung um 15 Prozentpunkte gewachsen ist.*Grund: Ersatzteil bestellt/,
    )
    .waitFor();
  expect((await machineNow('press-3')).suppressed).toMatchObject({ shelved: 1 });

  // From where it grows is what the rules find at their next tick: it is hotter each time until that was exceeded.
  let temperature = HOT;
  const heat = async (): Promise<number> => {
    temperature += HOTTER_BY;
    await house.say('press-3', { 'bearing-temp': temperature });
    return standing(page).count();
  };
  await expect.poll(heat, { ...PATIENCE, interval: 1_000 }).toBe(1);
  await shelve(page, 'Prüfung morgen früh', (dialog) => dialog.getByText('1 Stunde', { exact: true }).click());
  await suppressed(page).getByText('Grund: Prüfung morgen früh').waitFor();
  await suppressed(page).getByRole('button', { name: 'Wieder aufnehmen' }).click();
  await standing(page).waitFor();
  await expect.poll(async () => (await alarmNow('press-3'))?.suppressed, PATIENCE).toBeNull();
});

test('a maintenance window is planned in words, lets the alarms of its machine wait, and raises them at its end', async () => {
  const page = await house.person('technik');
  await page.goto('/machines/press-5?tab=maintenance');
  const plan = async (fill: (dialog: Locator) => Promise<void>): Promise<void> => {
    await page.getByRole('button', { name: 'Wartungsfenster planen' }).click();
    const dialog = page.getByRole('dialog', { name: 'Wartungsfenster planen' });
    await fill(dialog);
    await dialog.getByRole('button', { name: 'Wartungsfenster planen' }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  const { timezone } = await machineNow('press-5');
  const inDays = (days: number): string => toWall(Date.now() + days * 86_400_000, timezone);
  const windows = page.getByRole('list', { name: 'Wartungsfenster', exact: true }).getByRole('listitem');

  await plan(async (dialog) => {
    await dialog.getByLabel('Anlass').fill('Ölwechsel');
    await dialog.getByLabel(/^Beginn/).fill(`${inDays(30).slice(0, 10)}T22:00`);
    await dialog.getByLabel('Wiederholung').click();
    await page.getByRole('option', { name: 'wöchentlich' }).click();
    const preview = dialog.getByRole('status', { name: 'So wird es gelten' });
    await preview.getByText(/^Jeden \S+ ab 22:00 Uhr, 2\sh lang, vom \d/).waitFor();
    expect(await preview.getByRole('listitem').allInnerTexts()).toHaveLength(3);
  });
  const weekly = windows.filter({ hasText: 'Ölwechsel' });
  await weekly.getByText(/^Jeden \S+ ab 22:00 Uhr/).waitFor();
  expect((await weekly.getByRole('list').getByRole('listitem').allInnerTexts())[0]).toMatch(
    /^\S+, \d\d\.\d\d\., 22:00 – \S+, \d\d\.\d\d\., 00:00 ME/,
  );

  await plan(async (dialog) => {
    await dialog.getByLabel('Anlass').fill('Lager tauschen');
    await dialog.getByLabel(/^Beginn/).fill(inDays(-0.01));
  });
  const now = windows.filter({ hasText: 'Lager tauschen' });
  await now.getByText('gilt jetzt').waitFor();
  await expect.poll(async () => (await machineNow('press-5')).condition, PATIENCE).toBe('C');

  await house.say('press-5', { 'bearing-temp': HOT });
  await page.getByRole('tab', { name: 'Meldungen' }).click();
  await suppressed(page)
    .getByText(/^Wartungsfenster seit/)
    .waitFor();
  await page.getByRole('tab', { name: 'Wartung' }).click();
  await now.getByRole('button', { name: '„Lager tauschen“ beenden' }).click();
  const ask = page.getByRole('dialog', { name: 'Wartungsfenster „Lager tauschen“ beenden?' });
  await ask.getByText('Was dann noch ansteht, wird gemeldet.').waitFor();
  await ask.getByRole('button', { name: 'Beenden' }).click();
  await page
    .getByRole('list', { name: 'Vergangene Wartungsfenster' })
    .getByText(/Lager tauschen/)
    .waitFor();
  await page.getByRole('tab', { name: 'Meldungen' }).click();
  await standing(page).waitFor();
});
