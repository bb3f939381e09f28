/** A house under the load of the fleet, what is in its stores once it stands still, and the commands people type. */
import path from 'node:path';
import { openDatabase } from '#shared/database/database.ts';
import { openReadingStore } from '#shared/readings/open.ts';
import { mustRun, program, run, type RunResult } from '#test/servers/tools.ts';
import { alarmsOf } from './house/alarms.ts';
import { numberOf, said } from './house/fleet.ts';

/** Beside the fleet: it comes with a password of its own. */
export const OWN_MACHINE = 'press-own';

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Stores {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly influxUrl: string | undefined;
}

/** `npm run backup` or `restore` with these stores. */
export function command(name: 'backup' | 'restore', stores: Stores, ...args: readonly string[]): Promise<RunResult> {
  return run(process.execPath, ['--import', 'tsx', `portal/${name}-command.ts`, ...args], {
    cwd: ROOT,
    env: environment(stores),
    timeoutMs: 120_000,
  });
}

export function environment({ dataDir, databaseUrl, influxUrl }: Stores): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    DATA_DIR: dataDir,
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    ...(influxUrl !== undefined && { INFLUX_URL: influxUrl }),
  };
}

/** Messages whose temperature is stored. Throws where one is there twice, or is none that was sent. */
export async function storedMessages({ dataDir, influxUrl }: Stores): Promise<ReadonlySet<number>> {
  const store = openReadingStore({ dataDir, influxUrl });
  await store.start();
  const series = (await store.latest()).filter(({ machine, sensor }) => machine !== OWN_MACHINE && sensor === 'temp');
  const [from, to] = [Math.min(...series.map(({ ts }) => ts)) - 1e10, Math.max(...series.map(({ ts }) => ts)) + 1];
  const found = new Set<number>();
  for await (const { series: places, ts, value } of store.scan({ series, from, to })) {
    for (let row = 0; row < ts.length; row++) {
      const n = numberOf(series[places[row] ?? -1]?.machine ?? '', ts[row] ?? 0);
      if (n === undefined || said(n).temp !== value[row] || found.has(n))
        throw new Error(`stored twice, or never sent: ${series[places[row] ?? -1]?.machine} ${ts[row]} ${value[row]}`);
      found.add(n);
    }
  }
  await store.stop();
  return found;
}

/** Those of the first `acknowledged` messages that are not stored and should be. */
export function missing(stored: ReadonlySet<number>, acknowledged: number): readonly number[] {
  return Array.from({ length: acknowledged }, (_, n) => n).filter((n) => !said(n).isBroken && !stored.has(n));
}

export interface Judged {
  readonly alarms: readonly string[];
  readonly cases: readonly string[];
  readonly rejects: number;
}

/** Alarms up to a time of the machines, cases opened and messages set aside before a time of receipt, epoch ms. */
export async function judged(stores: Stores, until: number, before: number): Promise<Judged> {
  const database = openDatabase(stores);
  await database.start();
  const at = new Date(before);
  const { kysely } = database;
  const cases = await kysely
    .selectFrom('service_case')
    .select(['machine', 'component', 'opened_at'])
    .where('opened_at', '<', at)
    .execute();
  const rejects = await kysely.selectFrom('reject').select('position').where('at', '<', at).execute();
  const alarms = await alarmsOf(database, until);
  await database.stop();
  const lines = cases.map((one) => `${one.machine} ${one.component} ${one.opened_at.toISOString()}`);
  return { alarms, cases: lines.toSorted(), rejects: rejects.length };
}

/** The machine that has a password of its own speaks; throws where it is not let in. */
export async function speaks(url: string, login: { username: string; password: string }): Promise<void> {
  const { hostname, port } = new URL(url);
  const who = ['-i', login.username, '-u', login.username, '-P', login.password];
  const what = ['-q', '1', '-t', `machines/${OWN_MACHINE}/telemetry`, '-m', '{"values":{"temp":60}}'];
  await mustRun(program('mosquitto_pub'), ['-h', hostname, '-p', port, ...who, ...what]);
}
