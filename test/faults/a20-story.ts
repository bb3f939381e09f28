/** Steps of the stories of A20: speak, back up meanwhile, restore elsewhere, compare. */
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { readArchive } from '#shared/backup/archive.ts';
import { type BackupFacts, readFacts } from '#shared/backup/facts.ts';
import { openDatabase } from '#shared/database/database.ts';
import { readerPosition } from '#shared/database/queries/reader.ts';
import { rulebookToYaml, toYaml } from '#shared/files/write.ts';
import { ADMIN_PASSWORD, type HouseProcess, startHouse } from '#test/house/processes.ts';
import { Browser } from '#test/portal/browser.ts';
import { removeDir, tempDir, waitFor } from '#test/servers/tools.ts';
import { tell } from '#test/stories/tell.ts';
import { command, judged, missing, OWN_MACHINE, speaks, storedMessages, type Stores } from './a20-house.ts';
import { horizon } from './house/alarms.ts';
import { PLANT, RULEBOOK } from './house/fleet.ts';
import type { LedgerPublisher } from './ledger-publisher.ts';

export const PER_SECOND = 1_500;
const MEISTER = { login: 'meister', password: 'a password of the master' };

export interface BackedUp {
  readonly file: string;
  readonly facts: BackupFacts;
  /** Messages acknowledged before the backup began. */
  readonly acknowledged: number;
}

/** Houses of a story; all are gone with it. */
export class Houses {
  readonly #dirs: string[] = [];
  #running: HouseProcess[] = [];

  async dir(): Promise<string> {
    const dir = await tempDir('a20');
    this.#dirs.push(dir);
    return dir;
  }

  async start(...given: Parameters<typeof startHouse>): Promise<HouseProcess> {
    const house = await startHouse(...given);
    this.#running.push(house);
    return house;
  }

  async kill(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((house) => house.kill()));
  }

  async stop(): Promise<void> {
    await this.kill();
    await Promise.all(this.#dirs.map(removeDir));
  }
}

export async function entered(house: HouseProcess, login = 'admin', password = ADMIN_PASSWORD): Promise<Browser> {
  const browser = new Browser(house.ready().portal ?? '');
  expect((await browser.logIn(login, password)).status).toBe(200);
  return browser;
}

/** Plant and rules of the fleet, a person, and a machine with a password of its own, which is answered. */
export async function furnish(house: HouseProcess): Promise<{ username: string; password: string }> {
  const admin = await entered(house);
  const own = { id: OWN_MACHINE, model: 'press', customer: 'muster' };
  const plant = toYaml({ ...PLANT, machines: [...PLANT.machines, own] });
  expect((await admin.post('/import/plant', plant)).status).toBe(200);
  expect((await admin.post('/import/rules', rulebookToYaml(RULEBOOK))).status).toBe(200);
  expect((await admin.post('/users', { ...MEISTER, name: 'Meister', role: 'lead' })).status).toBe(201);
  const { body } = await admin.post<{ username: string; password: string }>(`/machines/${OWN_MACHINE}/credentials`);
  await speaks(house.ready().mqtt ?? '', body);
  return body;
}

/** The person gets in, and where the house has a broker of its own the machine does. */
export async function livesOn(house: HouseProcess, login: { username: string; password: string }): Promise<void> {
  await entered(house, MEISTER.login, MEISTER.password);
  const { mqtt } = house.ready();
  if (mqtt !== undefined) await speaks(mqtt, login);
}

/** Speaks for a while, makes a backup meanwhile, and goes on speaking. */
export async function backUpUnderLoad(fleet: LedgerPublisher, stores: Stores, folder: string): Promise<BackedUp> {
  const from = fleet.acknowledged;
  await waitFor('messages', () => fleet.acknowledged > from + 3 * PER_SECOND);
  const { acknowledged } = fleet;
  const begin = performance.now();
  const { code, stdout, stderr } = await command('backup', stores, '--to', folder);
  expect([code, stderr]).toEqual([0, '']);
  const file = stdout.split(':')[0] ?? '';
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  tell(`backup under ${PER_SECOND} messages/s in ${seconds} s: ${stdout.trim()}`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await sleep(500);
  return { file, facts: await factsOf(file), acknowledged };
}

async function factsOf(file: string): Promise<BackupFacts> {
  const bytes = await readFile(file);
  const whole = async function* () {
    yield bytes;
  };
  for await (const member of readArchive(whole())) return readFacts(member.bytes);
  throw new Error('empty');
}

export async function restored(stores: Stores, { file }: BackedUp): Promise<void> {
  const { code, stdout, stderr } = await command('restore', stores, '--from', file);
  expect([code, stderr]).toEqual([0, '']);
  tell(stdout.trim().split('\n').at(-1) ?? '');
}

/** Waits until the rules have read what the journal had at the time of the backup, and the writer all; asks the house itself. */
export async function caughtUp(house: HouseProcess, { facts }: BackedUp): Promise<void> {
  const admin = await entered(house);
  await waitFor('the journal to be read', async () => {
    const { text } = await admin.get('//metrics');
    const figure = (name: string) => Number(new RegExp(`^leitwarte_${name} (\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);
    return figure('rules_position_bytes') >= facts.journal.end && figure('writer_lag_bytes') < 1_000;
  });
}

/** The same, asked of the servers. */
export async function rulesCaughtUp(stores: Stores, { facts }: BackedUp): Promise<void> {
  const database = openDatabase(stores);
  await database.start();
  await waitFor('the rules to have read what was restored', async () => {
    const { position = 0 } = (await readerPosition(database.kysely, 'rules')) ?? {};
    return position >= facts.journal.end;
  });
  await database.stop();
}

/** All that was acknowledged before the backup is in the second house, once, and judged as in the first. */
export async function agree(before: Stores, after: Stores, { acknowledged, facts }: BackedUp): Promise<void> {
  await waitFor('all readings', async () => missing(await storedMessages(after), acknowledged).length === 0, 20_000);
  const [was, is] = [
    await judged(before, horizon(acknowledged), facts.journal.at),
    await judged(after, horizon(acknowledged), facts.journal.at),
  ];
  expect(was.alarms.length).toBeGreaterThan(20);
  expect(was.cases.length).toBeGreaterThan(5);
  expect(was.rejects).toBeGreaterThan(20);
  expect(is).toEqual(was);
}
