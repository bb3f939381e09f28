/** The whole house as it runs for work: three servers, three parts of Leitwarte, and a wire between any two that can be cut. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '#shared/database/database.ts';
import { applyConfiguration } from '#shared/database/queries/configuration.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { type HouseProcess, type Main, prepareHouse } from '#test/house/processes.ts';
import type { ServerProcess } from '#test/servers/server-process.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { type RealServers, startRealServers } from '#test/stories/assembly.ts';
import { Proxy } from '../proxy.ts';
import { PLANT, RULEBOOK } from './fleet.ts';

export const VICTIMS = ['mosquitto', 'influxd', 'postgres', 'ingest', 'rules', 'portal'] as const;
export type Victim = (typeof VICTIMS)[number];
const PARTS = ['ingest', 'rules', 'portal'] as const;

/** From which part to which server. */
export const WIRES = ['broker', 'readings', 'database'] as const;
type Wire = (typeof WIRES)[number];

/** A start that fails because a neighbour is away is tried again, as whoever supervises processes does. */
const AGAIN_AFTER_MS = 500;

export class WholeHouse {
  readonly servers: RealServers;
  readonly parts: Readonly<Record<Main & Victim, HouseProcess>>;
  readonly wires: Readonly<Record<Wire, Proxy>>;
  readonly dataDir: string;
  /** Starts that had to be repeated. */
  startsAgain = 0;
  #over = false;

  private constructor(servers: RealServers, parts: WholeHouse['parts'], wires: WholeHouse['wires'], dataDir: string) {
    this.servers = servers;
    this.parts = parts;
    this.wires = wires;
    this.dataDir = dataDir;
  }

  /** Servers that run, with the fleet's plant and rules imported; parts that do not run yet. */
  static async prepare(settings: Readonly<Record<string, string>> = {}): Promise<WholeHouse> {
    const servers = await startRealServers();
    await importFleet(servers);
    const { MQTT_URL = '', INFLUX_URL = '', DATABASE_URL = '' } = servers.settings;
    const [broker, readings, database] = await Promise.all([MQTT_URL, INFLUX_URL, DATABASE_URL].map(wireTo));
    if (!broker || !readings || !database) throw new Error('no wires');
    const through = {
      ...servers.settings,
      MQTT_URL: broker.url,
      INFLUX_URL: readings.url,
      DATABASE_URL: database.url,
      ...settings,
    };
    const dataDir = await tempDir('house');
    const [ingest, rules, portal] = await Promise.all(PARTS.map((part) => prepareHouse(part, through, dataDir)));
    if (!ingest || !rules || !portal) throw new Error('no parts');
    const wires = { broker: broker.proxy, readings: readings.proxy, database: database.proxy };
    return new WholeHouse(servers, { ingest, rules, portal }, wires, dataDir);
  }

  async start(): Promise<void> {
    await Promise.all(PARTS.map((part) => this.parts[part].start()));
  }

  process(victim: Victim): ServerProcess {
    const { mosquitto, influx, postgres } = this.servers;
    return { mosquitto, influxd: influx, postgres, ...this.parts }[victim];
  }

  /** Starts it until it runs; killed meanwhile, it is started once more. */
  async revive(victim: Victim): Promise<void> {
    for (;;) {
      try {
        await this.process(victim).start();
        return;
      } catch (error) {
        if (this.#over) return;
        if (/ended with \d/.test((error as Error).message)) this.startsAgain++;
        await sleep(AGAIN_AFTER_MS);
      }
    }
  }

  /** End of the journal, and how far the rules have committed. */
  async progress(): Promise<{ readonly end: number; readonly rules: number }> {
    const journal = new FileJournalReader({ dir: `${this.dataDir}/journal` });
    const database = openDatabase({ databaseUrl: this.servers.settings['DATABASE_URL'], dataDir: '/nowhere' });
    await database.start();
    const end = await journal.end();
    const row = await database.kysely
      .selectFrom('reader_position')
      .select('position')
      .where('name', '=', 'rules')
      .executeTakeFirst();
    await database.stop();
    await journal.stop();
    return { end, rules: row?.position ?? 0 };
  }

  async stop(): Promise<void> {
    this.#over = true;
    await Promise.all(PARTS.map((part) => this.parts[part].stop()));
    await Promise.all(Object.values(this.wires).map((wire) => wire.stop()));
    await this.servers.stop();
    await removeDir(this.dataDir);
  }
}

async function wireTo(url: string): Promise<{ proxy: Proxy; url: string }> {
  const proxy = await Proxy.before(url);
  const through = new URL(url);
  through.port = String(proxy.port);
  return { proxy, url: through.href };
}

async function importFleet({ settings }: RealServers): Promise<void> {
  const database = openDatabase({ databaseUrl: settings['DATABASE_URL'], dataDir: '/nowhere' });
  await database.start();
  await database.transaction((tx) =>
    applyConfiguration(tx, { plant: PLANT, rulebook: RULEBOOK, author: null, reason: null }),
  );
  await database.stop();
}
