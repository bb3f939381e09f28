/** Leitwarte itself as a process of its own, as its users start it: the whole house, or one part of it. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ServerProcess } from '#test/servers/server-process.ts';
import { tempDir } from '#test/servers/tools.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

const MAINS = {
  house: 'portal/standalone.ts',
  ingest: 'ingest/main.ts',
  rules: 'rules/main.ts',
  portal: 'portal/main.ts',
} as const;

/** What the "ready" line tells. */
export interface Ready {
  readonly msg: 'ready';
  readonly portal?: string;
  readonly mqtt?: string;
}

export class HouseProcess extends ServerProcess {
  /** The newest "ready" line. Throws before the first. */
  ready(): Ready {
    const line = this.log.split('\n').findLast((text) => text.includes('"msg":"ready"'));
    if (line === undefined) throw new Error(`no "ready" line:\n${this.log}`);
    return JSON.parse(line) as Ready;
  }
}

export const ADMIN_PASSWORD = 'only-for-tests-1';

export type Main = keyof typeof MAINS;

/**
 * One main with settings of its own on free ports, not started yet. Its own folder goes with it; `dataDir` lets several parts
 * share one that belongs to nobody of them.
 */
export async function prepareHouse(
  main: Main,
  settings: Readonly<Record<string, string>> = {},
  dataDir?: string,
): Promise<HouseProcess> {
  const dir = await tempDir(main);
  return houseProcess(main, settings, { dir, dataDir: dataDir ?? dir });
}

/**
 * Starts one main with settings of its own on free ports and waits for "ready". `dataDir` is made where none is given;
 * `stop` removes it.
 */
export async function startHouse(
  main: Main,
  settings: Readonly<Record<string, string>> = {},
  dataDir?: string,
): Promise<HouseProcess> {
  const dir = dataDir ?? (await tempDir(main));
  const house = houseProcess(main, settings, { dir, dataDir: dir });
  await house.start();
  return house;
}

function houseProcess(
  main: Main,
  settings: Readonly<Record<string, string>>,
  { dir, dataDir }: { readonly dir: string; readonly dataDir: string },
): HouseProcess {
  return new HouseProcess({
    name: main,
    command: process.execPath,
    args: ['--import', TSX, path.join(ROOT, MAINS[main])],
    dir,
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      MQTT_PORT: '0',
      DATA_DIR: dataDir,
      ADMIN_PASSWORD,
      DEMO: 'off',
      LOG_LEVEL: 'info',
      ...settings,
    },
    ready: (log) => log.includes('"msg":"ready"'),
    // 2 s on a free computer, of which an embedded database takes one; many times that beside other tests.
    readyWithinMs: 120_000,
  });
}
