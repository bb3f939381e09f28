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

/** Kills the broker under the fleet; answers after how many seconds every machine was back. */
async function storm(fleet: readonly LedgerPublisher[], broker: { kill(): Promise<void>; start(): Promise<void> }) {
  for (const one of fleet) one.start();
  await sleep(3_000);
  await broker.kill();
  await sleep(1_000);
  await broker.start();
  const begin = performance.now();
  await expect.poll(() => fleet.filter(({ reconnects }) => reconnects > 0).length, { timeout: 120_000 }).toBe(MACHINES);
  const seconds = (performance.now() - begin) / 1000;
  await sleep(2_000);
  const ledgers = await Promise.all(fleet.map((one) => one.stop(60_000)));
  return { seconds, acknowledged: ledgers.map(({ length }) => length) };
}

test('at mosquitto', { timeout: 600_000 }, async () => {
  const accounts = Object.fromEntries(ids.map((id) => [id, randomUUID()]));
  const servers = await startRealServers(accounts);
  onTestFinished(() => servers.stop());
  const { url } = servers.mosquitto;
  const fleet = await Promise.all(ids.map((id) => connect(url, id, accounts[id] ?? '')));
  const { seconds, acknowledged } = await storm(fleet, servers.mosquitto);
  expect(seconds).toBeLessThan(WITHIN_S);
  expect(acknowledged.every((count) => count > 3)).toBe(true);
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
  expect(seconds).toBeLessThan(WITHIN_S);
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
