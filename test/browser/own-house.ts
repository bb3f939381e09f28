/** A house without demo: a small plant of its own, two people who work on cases, and someone who speaks for the machines. */
import type { Locator, Page } from 'playwright-core';
import { Publisher } from '#ingest/broker/publisher.ts';
import type { CaseListItem } from '#shared/model/api/case.ts';
import type { Answer } from '#test/portal/browser.ts';
import { freePort, waitFor } from '#test/servers/tools.ts';
import { PASSWORD, raise, type Stage } from './stage.ts';

const MQTT_PASSWORD = 'only-for-tests-3';
const MACHINES = 12;
/** Within the tolerance, and far outside. */
export const CALM = 61;
export const HOT = 99;

/** `high`: upper limit of the bearing's temperature. */
export function plant(high = 80): string {
  const machines = Array.from({ length: MACHINES }, (_, i) => i + 1);
  return `version: 1
customers:
  - { id: muster-ag, name: Muster Präzision AG, tier: premium }
  - { id: beta-gmbh, name: Beta Guss GmbH, tier: standard }
models:
  - id: sp-200
    name: { de: Spindelpresse SP-200, en: Screw press SP-200 }
    components:
      - { id: spindle-bearing, name: { de: Spindellager, en: Spindle bearing } }
      - { id: hydraulics, name: { de: Hydraulik, en: Hydraulics } }
    sensors:
      - id: bearing-temp
        component: spindle-bearing
        name: { de: Lagertemperatur, en: Bearing temperature }
        unit: °C
        nominal: 60
        tolerance: { low: 40, high: ${high} }
      - { id: oil-pressure, component: hydraulics, name: { de: Öldruck, en: Oil pressure }, unit: bar, tolerance: { low: 3, high: 6 } }
machines:
${machines.map((i) => `  - { id: press-${i}, name: Presse ${i}, model: sp-200, customer: ${i % 2 ? 'muster-ag' : 'beta-gmbh'}, site: Halle ${i} }`).join('\n')}
`;
}

export const RULES = `version: 1
rules:
  - id: spindle-bearing-hot
    title: { de: Lagertemperatur außerhalb der Toleranz, en: Bearing temperature outside tolerance }
    when: { sensor: bearing-temp, outside: 20% }
    severity: danger
    endangers: spindle-bearing
    advice: { de: Schmierung prüfen., en: Check lubrication. }
`;

export interface OwnHouse extends Stage {
  /** Publishes values of a machine over MQTT; resolves when the broker has them. */
  say(machine: string, values: Readonly<Record<string, number>> | readonly Timed[]): Promise<void>;
  /** Drives a bearing out of its tolerance and waits until the case is open. */
  breakDown(machine: string): Promise<CaseListItem>;
  caseOf(machine: string): Promise<CaseListItem | undefined>;
  importPlant(text: string): Promise<void>;
}

export interface Timed {
  readonly ts: number;
  /** Number the machine gives it. */
  readonly seq?: number;
  readonly values: Readonly<Record<string, number>>;
}

/** `furnished`: with plant, rules and people; else as empty as at its first start. */
export async function raiseOwn(furnished = true): Promise<OwnHouse> {
  // Its own ports, kept over a restart: browsers and machines find it again.
  const [port, mqttPort] = [await freePort(), await freePort()];
  const stage = await raise({ DEMO: 'off', PORT: `${port}`, MQTT_PORT: `${mqttPort}`, MQTT_PASSWORD });
  const publisher = new Publisher({
    url: `mqtt://127.0.0.1:${mqttPort}`,
    clientId: 'machines-of-a-story',
    username: 'house',
    password: MQTT_PASSWORD,
    now: () => Date.now(),
  });
  await publisher.start();
  const own: OwnHouse = {
    ...stage,
    say: async (machine, values) => {
      await publisher.publish(`machines/${machine}/telemetry`, JSON.stringify(values));
      await publisher.flush();
    },
    breakDown: async (machine) => {
      await own.say(machine, { 'bearing-temp': HOT });
      return waitFor(`the case of ${machine}`, () => own.caseOf(machine));
    },
    caseOf: async (machine) => {
      const { body } = await stage.admin.get<{ items: readonly CaseListItem[] }>(`/cases?machine=${machine}`);
      return body.items[0];
    },
    importPlant: async (text) => mustSucceed(await stage.admin.post('/import/plant', text)),
    stop: async () => {
      await publisher.stop();
      await stage.stop();
    },
  };
  if (furnished) await furnish(own);
  return own;
}

export async function furnish(own: OwnHouse): Promise<void> {
  await own.importPlant(plant());
  mustSucceed(await own.admin.post('/import/rules', RULES));
  for (const [login, name, role] of [
    ['technik', 'Tina Technik', 'technician'],
    ['leitung', 'Lena Leitung', 'lead'],
  ]) {
    mustSucceed(await own.admin.post('/users', { login, name, role, password: PASSWORD, timezone: 'Europe/Berlin' }));
  }
}

function mustSucceed({ status, text }: Answer): void {
  if (status >= 300) throw new Error(`${status} ${text}`);
}

/** The row of a machine's case in the inbox. */
export function rowOf(page: Page, machine: string): Locator {
  return page
    .getByRole('list', { name: 'Liste der Servicefälle' })
    .getByRole('listitem')
    .filter({ hasText: new RegExp(`${machine}\\b`) });
}
