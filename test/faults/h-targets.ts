/** Brokers for the attacks of h-attacks.ts: the two we stand for, and mutants that must fall. Each has m-1, m-2 and the house. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import { DynsecControl } from '#ingest/broker/dynsec-control.ts';
import { EmbeddedBroker } from '#ingest/broker/embedded.ts';
import { embeddedAccounts, HOUSE, mosquittoAccounts } from '#test/contract/accounts-brokers.ts';
import { type House, startCredentials } from '#test/contract/machine-accounts.ts';
import { type Mosquitto, startMosquitto } from '#test/servers/mosquitto.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface Target {
  readonly url: string;
  readonly house: Login;
  readonly m1: Login;
  readonly m2: Login;
  /** Of the house over it; mutants have none. */
  readonly keeper?: House;
  close(): Promise<void>;
}

export async function embedded(): Promise<Target> {
  const keeper = await startCredentials((database) => embeddedAccounts(database));
  return targetOf(keeper);
}

export async function mosquitto(): Promise<Target & { readonly server: Mosquitto }> {
  let server: Mosquitto | undefined;
  const keeper = await startCredentials(async () => {
    const broker = await mosquittoAccounts();
    server = broker.mosquitto;
    await command(server, roleFor('house', ['#', '$SYS/#'], ['#']), [clientWith('house', HOUSE.password, 'house')]);
    return broker;
  });
  if (server === undefined) throw new Error('no broker was made');
  return { ...(await targetOf(keeper)), server };
}

async function targetOf(keeper: House): Promise<Target> {
  const [m1, m2] = [await keeper.make('m-1'), await keeper.make('m-2')];
  return { url: keeper.broker.url(), house: HOUSE, m1, m2, keeper, close: () => keeper.close() };
}

const secret = (username: string): Login => ({ username, password: 'secret' });
const OPEN = { house: secret('house'), m1: secret('m-1'), m2: secret('m-2') };
const ALL = ['#', '$SYS/#', '$CONTROL/#'];

/** Mutant: everybody may do everything, choose a client id, and come without a password; no limit of connections. */
export async function openMosquitto(): Promise<Target> {
  const config = 'use_username_as_clientid false\nallow_anonymous true';
  const server = await startMosquitto({ dynamicSecurity: true, config });
  const clients = ['house', 'm-1', 'm-2'].map((name) => clientWith(name, 'secret', 'all'));
  await command(server, roleFor('all', ALL, ALL), clients);
  return { url: server.url, ...OPEN, close: () => server.stop() };
}

/** Mutant: the library of the embedded broker without what we add to it. */
export async function bareAedes(): Promise<Target> {
  const aedes = new Aedes();
  await aedes.listen();
  const server = createServer((socket) => aedes.handle(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...OPEN,
    async close() {
      await new Promise<void>((resolve) => aedes.close(resolve));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Mutant: our embedded broker, told that any password is the house's; and with no limit of connections worth the name. */
export async function credulousEmbedded(): Promise<Target> {
  const broker = new EmbeddedBroker({
    prefix: 'machines',
    isMachine: () => false,
    host: '127.0.0.1',
    port: 0,
    credentials: { verify: async () => ({ house: true }), onChange: () => () => undefined },
    trustLoopback: true,
    now: Date.now,
  });
  await broker.start(async () => undefined);
  return { url: `mqtt://127.0.0.1:${broker.address().port}`, ...OPEN, close: () => broker.stop() };
}

function roleFor(rolename: string, subscribe: readonly string[], publish: readonly string[]) {
  const acls = [
    ...subscribe.map((topic) => ({ acltype: 'subscribePattern', topic, allow: true })),
    ...publish.map((topic) => ({ acltype: 'publishClientSend', topic, allow: true })),
  ];
  return { command: 'createRole', rolename, acls };
}

function clientWith(username: string, password: string, rolename: string) {
  return { command: 'createClient', username, password, roles: [{ rolename }] };
}

async function command(
  { url, username, password }: Mosquitto,
  role: ReturnType<typeof roleFor>,
  clients: readonly ReturnType<typeof clientWith>[],
): Promise<void> {
  const control = new DynsecControl({ url, username, password, now: Date.now });
  control.start();
  const answers = await control.request([role, ...clients]);
  await control.stop();
  const failed = answers.find(({ error }) => error !== undefined);
  if (failed !== undefined) throw new Error(`${failed.command}: ${failed.error}`);
}
