/**
 * `npm run bench:ingest`: how fast readings go from the broker into the journal (where they are acknowledged) and on into the
 * reading store, side by side with an mqtt.js subscriber that does nothing with the same messages. Both by turns, medians of three.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { Plant } from '#shared/model/plant.ts';
import { startInflux } from '#test/servers/influx.ts';
import { startMosquitto } from '#test/servers/mosquitto.ts';
import { tempDir } from '#test/servers/tools.ts';
import type { PublishOrder } from './ingest-publisher.ts';

const ROUNDS = 3;
const MACHINES = 20;
const WITHIN_MS = 60_000;
const USERS = { house: 'only-for-benches', publisher: 'only-for-benches' };
const PUBLISHER = { username: 'publisher', password: USERS.publisher };
const DAY_MS = 86_400_000;

/** What is published in one round, each round at later times. */
interface Load {
  readonly readings: number;
  readonly messages: number;
}
const LOADS: readonly Load[] = [
  { readings: 1, messages: 100_000 },
  { readings: 50, messages: 15_000 },
];

const PLANT: Plant = {
  version: 1,
  customers: [{ id: 'c', name: 'C', tier: 'standard' }],
  models: [
    {
      id: 'm',
      name: 'M',
      components: [],
      sensors: Array.from({ length: 50 }, (_, i) => ({ id: `s${i}`, unit: '°C' })),
    },
  ],
  machines: Array.from({ length: MACHINES }, (_, i) => ({ id: `m-${i}`, model: 'm', customer: 'c' })),
};

interface Told {
  readonly at: number;
  readonly messages: number;
  readonly readings: number;
}

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

function start(file: string, argument: unknown): ChildProcess {
  const child = fork(path.join(import.meta.dirname, file), [JSON.stringify(argument)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** A process that takes messages, followed by the counters it tells. */
class Taker {
  readonly port: number;
  readonly login: typeof PUBLISHER | undefined;
  readonly #child: ChildProcess;
  #newest: Told = { at: 0, messages: 0, readings: 0 };

  private constructor(child: ChildProcess, port: number, login: typeof PUBLISHER | undefined) {
    this.#child = child;
    this.port = port;
    this.login = login;
    child.on('message', (told: Told) => (this.#newest = told));
  }

  /** `port`: of the broker it subscribes to; left out where it is the broker. */
  static async start(file: string, argument: unknown, port?: number): Promise<Taker> {
    const child = start(file, argument);
    await once(child, 'message', { signal: AbortSignal.timeout(WITHIN_MS) });
    if (port !== undefined) return new Taker(child, port, PUBLISHER);
    const [{ mqtt }] = (await once(child, 'message')) as [{ mqtt: string }];
    return new Taker(child, Number(new URL(mqtt).port), undefined);
  }

  get newest(): Told {
    return this.#newest;
  }

  /** When its counter reached `count`, epoch ms. */
  async reach(what: 'messages' | 'readings', count: number): Promise<number> {
    const signal = AbortSignal.timeout(WITHIN_MS);
    while (this.#newest[what] < count) {
      if (this.#child.exitCode !== null) throw new Error('a process of the bench has ended');
      await once(this.#child, 'message', { signal });
    }
    return this.#newest.at;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}

interface Round {
  /** Messages a second: acknowledged, and in the reading store. */
  readonly taken: number;
  readonly stored: number;
}

async function round(taker: Taker, load: Load, from: number, stores: boolean): Promise<Round> {
  const { messages, readings } = load;
  const before = taker.newest;
  const order: PublishOrder = {
    port: taker.port,
    ...load,
    machines: MACHINES,
    from,
    ...(taker.login && { login: taker.login }),
  };
  const publisher = start('ingest-publisher.ts', order);
  const [{ begin }] = (await once(publisher, 'message', { signal: AbortSignal.timeout(WITHIN_MS) })) as [
    { begin: number },
  ];
  const perSecond = (at: number): number => messages / ((at - begin) / 1000);
  const taken = perSecond(await taker.reach('messages', before.messages + messages));
  const stored = stores ? perSecond(await taker.reach('readings', before.readings + messages * readings)) : 0;
  return { taken, stored };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const grouped = (value: number): string => Math.round(value).toLocaleString('en-GB');

const HEAD = ['', 'messages/s', 'readings/s', 'to do-nothing', 'three rounds, messages/s'];

function row(name: string, rates: readonly number[], load: Load, reference: readonly number[]): readonly string[] {
  const rate = median(rates);
  const ratio = `${(rate / median(reference)).toFixed(2)}`;
  return [name, grouped(rate), grouped(rate * load.readings), ratio, rates.map(grouped).join(' ')];
}

function print(title: string, rows: readonly (readonly string[])[]): void {
  const widths = HEAD.map((_, i) => Math.max(...[HEAD, ...rows].map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  console.log(`\n${title}\n${line(HEAD)}\n${rows.map(line).join('\n')}`);
}

// Two brokers alike: the session of the one taker would otherwise queue what is published for the other.
const [brokerOfNothing, broker, influx] = await Promise.all([
  startMosquitto({ users: USERS }),
  startMosquitto({ users: USERS }),
  startInflux(),
]);
await influx.query('CREATE DATABASE bench');
const dirs = [await tempDir('bench-servers'), await tempDir('bench-embedded')] as const;
const common = { ADMIN_PASSWORD: 'only-for-benches', MQTT_PORT: '0', LOG_LEVEL: 'warn' };
const real = {
  ...common,
  DATA_DIR: dirs[0],
  MQTT_URL: broker.url,
  MQTT_PASSWORD: USERS.house,
  INFLUX_URL: influx.url('bench'),
};
const takers = {
  nothing: await Taker.start(
    'ingest-subscriber.ts',
    { url: brokerOfNothing.url, username: 'house', password: USERS.house },
    brokerOfNothing.port,
  ),
  servers: await Taker.start('ingest-house.ts', { env: real, plant: PLANT }, broker.port),
  embedded: await Taker.start('ingest-house.ts', { env: { ...common, DATA_DIR: dirs[1] }, plant: PLANT }),
};

try {
  let from = Date.now() - 30 * DAY_MS;
  for (const load of LOADS) {
    const rounds: Record<keyof typeof takers, Round[]> = { nothing: [], servers: [], embedded: [] };
    for (let n = 0; n < ROUNDS; n++) {
      for (const [name, taker] of Object.entries(takers) as [keyof typeof takers, Taker][]) {
        rounds[name].push(await round(taker, load, from, name !== 'nothing'));
      }
      from += load.messages;
    }
    const reference = rounds.nothing.map(({ taken }) => taken);
    const rows = [
      row('mosquitto → mqtt.js subscriber that does nothing', reference, load, reference),
      row(
        'mosquitto → journal, acknowledged',
        rounds.servers.map(({ taken }) => taken),
        load,
        reference,
      ),
      row(
        'mosquitto → journal → InfluxDB',
        rounds.servers.map(({ stored }) => stored),
        load,
        reference,
      ),
      row(
        'embedded broker → journal, acknowledged',
        rounds.embedded.map(({ taken }) => taken),
        load,
        reference,
      ),
      row(
        'embedded broker → journal → DuckDB',
        rounds.embedded.map(({ stored }) => stored),
        load,
        reference,
      ),
    ];
    print(
      `QoS 1, ${load.readings} reading${load.readings === 1 ? '' : 's'} a message, ${grouped(load.messages)} messages a round`,
      rows,
    );
  }
} finally {
  for (const taker of Object.values(takers)) taker.stop();
  await Promise.all([brokerOfNothing.stop(), broker.stop(), influx.stop()]);
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
}
