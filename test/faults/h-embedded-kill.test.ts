/** H7 at the embedded broker: the house is killed in the moment it has said that a machine is revoked, and stays with that. */
import { expect, onTestFinished, test } from 'vitest';
import { rawConnect } from '#test/contract/raw-mqtt.ts';
import { ADMIN_PASSWORD, startHouse } from '#test/house/processes.ts';
import { Browser } from '#test/portal/browser.ts';
import type { Login } from '#test/stories/assembly.ts';

const PLANT = `version: 1
customers: [{ id: c, name: C, tier: standard }]
models: [{ id: press, name: Presse, sensors: [{ id: temp }] }]
machines: [{ id: m-1, model: press, customer: c }, { id: m-2, model: press, customer: c }]
`;

/** Return codes of MQTT 3.1.1: 0 accepted, 4 wrong user or password. */
async function answerTo(url: string, login: Login): Promise<number | undefined> {
  const peer = await rawConnect(url, { ...login, clientId: login.username });
  const [connack] = await peer.some('connack');
  peer.socket.destroy();
  return connack?.returnCode;
}

test('a revoked machine stays out over a kill of the house, and its neighbour is let in', async () => {
  const house = await startHouse('house');
  onTestFinished(() => house.stop());
  const admin = new Browser(house.ready().portal ?? '');
  expect((await admin.logIn('admin', ADMIN_PASSWORD)).status).toBe(200);
  expect((await admin.post('/import/plant', PLANT)).status).toBe(200);
  const [one, other] = await Promise.all(
    ['m-1', 'm-2'].map(async (machine) => (await admin.post<Login>(`/machines/${machine}/credentials`)).body),
  );
  if (!one || !other) throw new Error('no credentials');
  const url = (): string => house.ready().mqtt ?? '';
  await expect.poll(() => Promise.all([answerTo(url(), one), answerTo(url(), other)])).toEqual([0, 0]);

  const revoked = await admin.delete('/machines/m-1/credentials');
  await house.kill();
  expect(revoked.status).toBe(204);
  await house.start();
  expect([await answerTo(url(), one), await answerTo(url(), other)]).toEqual([4, 0]);
});
