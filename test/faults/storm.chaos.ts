/** A16: five hundred machines, each with its own password, come back at once after the broker was killed. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Plant } from '#shared/model/plant.ts';
import { Browser } from '#test/portal/browser.ts';
import { ADMIN_PASSWORD, startHouse } from '#test/house/processes.ts';
import { type Login, startRealServers } from '#test/stories/assembly.ts';
import { freePort } from '#test/servers/tools.ts';
import { LedgerPublisher } from './ledger-publisher.ts';
import { measured } from './measured.ts';

const MACHINES = 500;
const PER_SECOND = 1;
const WITHIN_S = 60;
/** So many are asked for their passwords at once. */
const AT_ONCE = 4;
const START = Date.now() - 3_600_000;
const ids = Array.from({ length: MACHINES }, (_, n) => `press-${n}`);

const PLANT: Plant = {
  version: 1,
  customers: [{ id: 'muster', name: 'Muster', tier: 'standard' }],
  models: [{ id: 'press', name: 'Presse', components: [], sensors: [{ id: 'temp' }] }],
  machines: ids.map((id) => ({ id, model: 'press', customer: 'muster' })),
};

async function connect(url: string, machine: string, password: string): Promise<LedgerPublisher> {
  const login = { username: machine, password, clientId: machine };
  const message = (n: number) => ({
    topic: `machines/${machine}/telemetry`,
    payload: `{"ts":${START + n},"values":{"temp":${n}}}`,
  });
  return LedgerPublisher.connect(url, login, PER_SECOND, message, 200);
}

type Machine = Pick<LedgerPublisher, 'start' | 'stop' | 'reconnects'>;

/** Kills the broker under the fleet; answers after how many seconds every machine was back, and what was acknowledged to each. */
async function storm(
  fleet: readonly Machine[],
  broker: { kill(): Promise<void>; start(): Promise<void> },
  withinMs = WITHIN_S * 1_000,
) {
  for (const one of fleet) one.start();
  await sleep(3_000);
  await broker.kill();
  await sleep(1_000);
  await broker.start();
  const begin = performance.now();
  const back = () => fleet.filter(({ reconnects }) => reconnects > 0).length;
  await expect.poll(back, { timeout: withinMs }).toBe(fleet.length);
  const seconds = (performance.now() - begin) / 1000;
  await sleep(2_000);
  const ledgers = await Promise.all(fleet.map((one) => one.stop(60_000)));
  const acknowledged = ledgers.map(({ length }) => length);
  expect(Math.min(...acknowledged)).toBeGreaterThan(3);
  return { seconds, acknowledged };
}

test('mutants: a machine that stays away, and one that nobody hears afterwards, are found out', async () => {
  const back: Machine = { start: () => undefined, stop: () => Promise.resolve([1, 2, 3, 4]), reconnects: 1 };
  const broker = { kill: () => Promise.resolve(), start: () => Promise.resolve() };
  await expect(storm([back, { ...back, reconnects: 0 }], broker, 500)).rejects.toThrow('expected 1 to be 2');
  const unheard: Machine = { ...back, stop: () => Promise.resolve([1, 2, 3]) };
  await expect(storm([back, unheard], broker, 500)).rejects.toThrow('expected 3 to be greater than 3');
});

test('at mosquitto', { timeout: 600_000 }, async () => {
  const accounts = Object.fromEntries(ids.map((id) => [id, randomUUID()]));
  const servers = await startRealServers(accounts);
  onTestFinished(() => servers.stop());
  const { url } = servers.mosquitto;
  const fleet = await Promise.all(ids.map((id) => connect(url, id, accounts[id] ?? '')));
  const { seconds } = await storm(fleet, servers.mosquitto);
  expect(seconds).toBeLessThan(WITHIN_S);
  await measured('storm at mosquitto', {
    row: `${MACHINES} machines with passwords come back at once after a kill of the broker`,
    figures: `all are back ${seconds.toFixed(1)} s after it`,
  });
});

test('at the embedded broker', { timeout: 900_000 }, async () => {
  const port = String(await freePort());
  const house = await startHouse('house', { MQTT_PORT: port });
  onTestFinished(() => house.stop());
  const enter = async (): Promise<Browser> => {
    const admin = new Browser(house.ready().portal ?? '');
    expect((await admin.logIn('admin', ADMIN_PASSWORD)).status).toBe(200);
    return admin;
  };
  const admin = await enter();
  expect((await admin.post('/import/plant', JSON.stringify(PLANT))).status).toBe(200);
  const logins: Login[] = [];
  for (let n = 0; n < MACHINES; n += AT_ONCE) {
    const made = ids.slice(n, n + AT_ONCE).map((id) => admin.post<Login>(`/machines/${id}/credentials`));
    for (const { status, body } of await Promise.all(made)) {
      expect([200, 201]).toContain(status);
      logins.push(body);
    }
  }
  const url = house.ready().mqtt ?? '';
  const fleet: LedgerPublisher[] = [];
  for (const { username, password } of logins) fleet.push(await connect(url, username, password));
  const { seconds, acknowledged } = await storm(fleet, house);
  // What the embedded broker acknowledged is in the journal, whoever was killed; the store has it soon after.
  const again = await enter();
  const stored = async (id: string): Promise<number> => {
    const range = `from=${new Date(START).toISOString()}&to=${new Date(START + 3_600_000).toISOString()}`;
    const { body } = await again.get<{ sensors: { temp: { values: unknown[] } } }>(
      `/machines/${id}/readings?sensors=temp&${range}&buckets=0&limit=1000`,
    );
    return body.sensors.temp.values.length;
  };
  for (const [n, id] of ids.entries()) await expect.poll(() => stored(id), { timeout: 60_000 }).toBe(acknowledged[n]);
  await measured('storm at the embedded broker', {
    row: `${MACHINES} machines with passwords come back at once after a kill of the house`,
    figures: `all are back ${seconds.toFixed(1)} s after it was ready; ${acknowledged.reduce((a, b) => a + b, 0)} messages acknowledged and stored`,
  });
});
