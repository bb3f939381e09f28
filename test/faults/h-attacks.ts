/** What a machine with a password of its own may try at a broker. Each attack answers what it achieved: nothing, where all is well. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { publish, rawClient, rawConnect, type RawPeer } from '#test/contract/raw-mqtt.ts';
import type { Login, Target } from './h-targets.ts';

type Attack = (target: Target, house: RawPeer) => Promise<string[]>;

/** A broker that has not answered by then never will. */
const PATIENCE_MS = 20_000;

const as = (login: Login, clientId = login.username) => ({ ...login, clientId });

/** The house's own connection, hearing everything machines say. */
export async function houseAt({ url, house }: Target): Promise<RawPeer> {
  const peer = await rawClient(url, as(house));
  const subscriptions = ['machines/#', 'spBv1.0/#', 'x/#'].map((topic) => ({ topic, qos: 0 as const }));
  peer.send({ cmd: 'subscribe', messageId: 1, subscriptions });
  await peer.some('suback');
  return peer;
}

function heard(house: RawPeer, text: string): string[] {
  return house.all('publish').flatMap(({ topic, payload }) => (String(payload) === text ? [topic] : []));
}

/** What was sent before it has come or never will, once this has: the house hears the honest machine. */
async function untilHonestIsHeard({ url, m2 }: Target, house: RawPeer, text: string): Promise<void> {
  const honest = await rawClient(url, as(m2));
  while (!house.isClosed && heard(house, text).length === 0) {
    honest.send(publish('machines/m-2/telemetry', text, 1));
    await Promise.race([honest.closed, sleep(30)]);
    if (honest.isClosed) break;
  }
  honest.socket.destroy();
  await honest.closed;
}

const STOLEN = [
  'machines/m-2/telemetry',
  'machines/m-2/sensors/a',
  'machines/m-2/connection',
  'machines/m-10/telemetry',
  'machines//telemetry',
  'machines/telemetry',
  'x/m-1/telemetry',
  'spBv1.0/g/NDATA/m-2',
  'spBv1.0/g/NDEATH/m-2',
  'spBv1.0/g/DDATA/m-1/m-2',
  'spBv1.0/g/DDATA/m-2/axis',
];

/** H1: speak for another machine, with either quality of service, and by a last will. */
export const speakForOthers: Attack = async (target, house) => {
  for (const topic of STOLEN) {
    const thief = await rawClient(target.url, as(target.m1));
    thief.send(publish(topic, 'stolen'));
    thief.send(publish(topic, 'stolen', 1));
    await Promise.race([thief.closed, thief.some('puback').catch(() => undefined), sleep(300)]);
    thief.socket.destroy();
    await thief.closed;
  }
  const will = { topic: STOLEN[0] ?? '', payload: Buffer.from('stolen'), qos: 1, retain: false } as const;
  const dying = await rawConnect(target.url, { ...as(target.m1), will });
  await Promise.race([dying.closed, dying.some('connack').catch(() => undefined)]);
  dying.socket.destroy();
  await untilHonestIsHeard(target, house, 'honest after H1');
  return [...new Set(heard(house, 'stolen'))];
};

const SECRETS = [
  '#',
  '+/#',
  'machines/#',
  'machines/+/telemetry',
  'machines/m-2/#',
  'machines/m-2/telemetry',
  'spBv1.0/#',
  'spBv1.0/+/NDATA/m-2',
  'spBv1.0/+/NCMD/#',
  '$SYS/#',
  '$share/x/machines/#',
  '$share/x/machines/m-2/telemetry',
  '$CONTROL/#',
  '$CONTROL/dynamic-security/v1/response',
];

/** H2: listen to others. */
export const listenToOthers: Attack = async (target, house) => {
  const spy = await rawClient(target.url, as(target.m1));
  const granted: string[] = [];
  for (const [i, topic] of SECRETS.entries()) {
    spy.send({ cmd: 'subscribe', messageId: i + 1, subscriptions: [{ topic, qos: 1 }] });
    const answer = (await spy.some('suback', i + 1)).at(-1)?.granted[0];
    if (answer !== 128) granted.push(topic);
  }
  await untilHonestIsHeard(target, house, 'honest after H2');
  await sleep(30);
  granted.push(...spy.all('publish').map(({ topic }) => `heard ${topic}`));
  spy.socket.destroy();
  return granted;
};

/** H3: come without the right password. */
export const comeWithoutPassword: Attack = async ({ url, m1, m2, house }) => {
  const attempts: Record<string, Partial<Login>> = {
    anonymous: {},
    'no password': { username: m1.username },
    'an empty password': { ...m1, password: '' },
    'a wrong password': { ...m1, password: 'wrong' },
    "another machine's password": { ...m1, password: m2.password },
    'an unknown user': { ...m1, username: 'nobody' },
    'the name of the house': { ...m1, username: house.username },
    'the name of the administrator': { ...m1, username: 'admin' },
    'a pattern for a name': { ...m1, username: '+' },
  };
  const in_: string[] = [];
  for (const [how, login] of Object.entries(attempts)) {
    const peer = await rawConnect(url, { clientId: 'h3', ...login });
    const answers = await Promise.race([peer.some('connack').catch(() => []), sleep(2_000, [])]);
    if (answers[0]?.returnCode === 0) in_.push(how);
    peer.socket.destroy();
  }
  return in_;
};

/** What the broker did to a connection before is known once it answers there. */
async function answersOrIsClosed(peer: RawPeer): Promise<void> {
  const count = peer.all('pingresp').length + 1;
  peer.send({ cmd: 'pingreq' });
  await peer.some('pingresp', count).catch(() => undefined);
}

/** H4: take the client id of the house, or of another machine. */
export const takeClientIds: Attack = async ({ url, m1, m2, house: login }, house) => {
  const other = await rawClient(url, as(m2));
  for (const clientId of [login.username, 'leitwarte', m2.username, 'admin', `${login.username}/${login.username}`]) {
    const thief = await rawConnect(url, as(m1, clientId));
    await Promise.race([thief.closed, thief.some('connack').catch(() => undefined)]);
    thief.socket.destroy();
    await thief.closed;
  }
  for (const peer of [house, other]) await answersOrIsClosed(peer);
  const ended = [house.isClosed && 'the house was pushed off', other.isClosed && 'm-2 was pushed off'];
  other.socket.destroy();
  return ended.filter((one) => one !== false);
};

/** H6: command the broker. */
export const commandTheBroker: Attack = async ({ url, m1, m2, house: login }, house) => {
  const commands = [login.username, m2.username].map((username) => ({ command: 'deleteClient', username }));
  const thief = await rawClient(url, as(m1));
  thief.send(publish('$CONTROL/dynamic-security/v1', JSON.stringify({ commands }), 1));
  await Promise.race([thief.closed, thief.some('puback').catch(() => undefined), sleep(500)]);
  thief.socket.destroy();
  const after = await rawConnect(url, as(m2));
  const [connack] = await after.some('connack');
  after.socket.destroy();
  const gone = [house.isClosed && 'the house was deleted', connack?.returnCode !== 0 && 'm-2 was deleted'];
  return gone.filter((one) => one !== false);
};

/** H8: silent connections, as many as are taken; answers how many stay open, once a machine was heard beside them. */
export async function flood({ url, m1 }: Target, count: number): Promise<number> {
  const machine = await rawClient(url, as(m1));
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: count }, () => connect(Number(port), hostname));
  for (const socket of sockets) socket.on('error', () => undefined).resume();
  await Promise.all(sockets.map((socket) => once(socket, 'connect').catch(() => undefined)));
  machine.send(publish('machines/m-1/telemetry', 'beside the flood', 1));
  await machine.some('puback');
  const left = (): number =>
    sockets.filter((socket) => !socket.closed && !socket.destroyed && socket.readyState === 'open').length;
  let open = left();
  for (let before = -1; before !== open; open = left()) {
    before = open;
    await sleep(300);
  }
  for (const socket of sockets) socket.destroy();
  machine.socket.destroy();
  return open;
}

/** H8: what is too much of one machine ends its connection at most; answers what else it did. */
export async function overdo({ url, m1, m2 }: Target): Promise<string[]> {
  const other = await rawClient(url, as(m2));
  const topic = 'machines/m-1/connection';
  const huge = await rawConnect(url, {
    ...as(m1, 'huge'),
    will: { topic, payload: Buffer.alloc(200_000, 'x'), qos: 1, retain: true },
  });
  await Promise.race([huge.closed, sleep(PATIENCE_MS)]);
  const achieved = huge.isClosed ? [] : ['a will of 200 kB is kept'];
  huge.socket.destroy();
  const eager = await rawClient(url, as(m1));
  for (let i = 1; i <= 1_000; i++) {
    const subscriptions = [{ topic: `machines/m-1/commands/${i}`, qos: 0 as const }];
    eager.send({ cmd: 'subscribe', messageId: i, subscriptions });
  }
  // A topic of the greatest length there is.
  eager.send(publish(`machines/m-1/${'t'.repeat(65_000)}`, '{}', 1));
  await Promise.race([eager.closed, eager.some('puback').catch(() => undefined), sleep(3_000)]);
  eager.socket.destroy();
  other.send(publish('machines/m-2/telemetry', 'undisturbed', 1));
  await Promise.race([other.some('puback').catch(() => undefined), sleep(PATIENCE_MS)]);
  if (other.all('puback').length === 0) achieved.push('another machine is not served');
  other.socket.destroy();
  return achieved;
}
