/** A19: parts of the house are started in every order, before any of their servers is there, and servers come late in any order. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#shared/database/database.ts';
import { Random } from '#test/simulation/random.ts';
import { GATEWAY } from '#test/stories/assembly.ts';
import { message } from './house/fleet.ts';
import { WholeHouse } from './house/house.ts';
import { settle } from './house/settle.ts';
import { LedgerPublisher } from './ledger-publisher.ts';
import { measured } from './measured.ts';

const ORDERS = [
  ['ingest', 'rules', 'portal'],
  ['ingest', 'portal', 'rules'],
  ['rules', 'ingest', 'portal'],
  ['rules', 'portal', 'ingest'],
  ['portal', 'ingest', 'rules'],
  ['portal', 'rules', 'ingest'],
] as const;
const SEED = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
const MESSAGES_PER_SECOND = 400;

/** Starts parts that have no servers yet: none gives up, and each says what it waits for. Answers their starts. */
async function startedPatiently(
  parts: readonly { readonly name: string; readonly part: { start(): Promise<void>; readonly log: string } }[],
): Promise<Promise<void>[]> {
  const starting: Promise<void>[] = [];
  const early: Promise<never>[] = [];
  for (const { name, part } of parts) {
    const start = part.start();
    starting.push(start);
    const ended = start.then(() => {
      throw new Error(`${name} is ready without its servers`);
    });
    ended.catch(() => undefined);
    early.push(ended);
    await sleep(500);
  }
  const say = (): boolean[] => parts.map(({ part }) => part.log.includes('Waiting for it'));
  const patient = async (): Promise<void> => {
    await expect.poll(say, { timeout: 60_000 }).toEqual(parts.map(() => true));
    await sleep(3_000);
  };
  await Promise.race([patient(), ...early]);
  return starting;
}

test('mutants: a part that gives up, and one that believes itself ready, are found out', async () => {
  const patient = { log: 'Waiting for it', start: () => new Promise<void>(() => undefined) };
  const parts = (start: () => Promise<void>) => [
    { name: 'ingest', part: patient },
    { name: 'rules', part: { ...patient, start } },
  ];
  await expect(startedPatiently(parts(() => Promise.reject(new Error('exit status 1'))))).rejects.toThrow('status 1');
  await expect(startedPatiently(parts(() => Promise.resolve()))).rejects.toThrow('rules is ready');
});

test.each(ORDERS.map((order, n) => ({ order, seed: SEED + n })))(
  '$order, and servers late (CHAOS_SEED=$seed)',
  {
    timeout: 300_000,
  },
  async ({ order, seed }) => {
    const house = await WholeHouse.prepare();
    onTestFinished(() => house.stop());
    const random = new Random(seed);
    const servers = (['mosquitto', 'influxd', 'postgres'] as const)
      .map((server) => ({ server, turn: random.next() }))
      .toSorted((a, b) => a.turn - b.turn)
      .map(({ server }) => server);
    for (const server of servers) await house.process(server).kill();

    const begin = performance.now();
    const starting = await startedPatiently(order.map((name) => ({ name, part: house.parts[name] })));
    for (const server of servers) {
      await house.process(server).start();
      await sleep(random.between(0, 2_000));
    }
    await Promise.all(starting);
    // Before the broker knows of our subscription it keeps nothing for us.
    await expect.poll(() => house.parts.ingest.log).toMatch(/"msg":"Connected to /);
    await sleep(500);
    const ready = (performance.now() - begin) / 1000;

    const fleet = await LedgerPublisher.connect(house.servers.mosquitto.url, GATEWAY, MESSAGES_PER_SECOND, message);
    fleet.start();
    await sleep(4_000);
    const { length: acknowledged } = await fleet.stop();
    const database = openDatabase({ databaseUrl: house.servers.settings['DATABASE_URL'], dataDir: '/nowhere' });
    await database.start();
    onTestFinished(() => database.stop());
    const { problems, lost } = await settle(house, database, acknowledged);
    expect({ problems, lost }).toEqual({ problems: [], lost: 0 });
    await measured(`starts ${order.join(', ')}`, {
      row: `started in that order while no server was there, which then came as ${servers.join(', ')}`,
      figures: `all ready after ${ready.toFixed(1)} s, nothing lost of ${acknowledged} messages`,
    });
  },
);
