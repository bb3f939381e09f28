/** A small house in three stores, backed up and restored; and what a restore refuses. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { FileJournalWriter } from '#shared/journal/writer.ts';
import { openReadingStore } from '#shared/readings/open.ts';
import { FIRST, UNIT_MS } from '#shared/readings/rollups/port.ts';
import { copyEmptyDatabase } from '#test/portal/embedded.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { BackupDamaged } from './archive.ts';
import { makeBackup } from './make.ts';
import { checkBackup, restoreBackup, type RestoreOptions } from './restore.ts';
import { noteUnfinished, settleRestore } from './unfinished.ts';
import { backupPath, NoBackup, writeBackup } from './write-file.ts';

const START = Date.parse('2026-03-02T08:00:00Z');
const SEGMENT = 64 * 1024;
const READINGS = 5_000;
const FIRST_HOUR = { from: START, to: START + 3_600_000 };
/** Those that are kept one by one. */
const KEPT = READINGS - 3_600;

let root: string;
let house: string;
let file: string;

beforeAll(async () => {
  root = await tempDir('backup');
  house = path.join(root, 'house');
  file = path.join(root, 'house.tar');
  await furnish(house, 'Muster AG');
  const { database, readings } = await opened(house);
  await writeBackup(file, makeBackup({ database, readings, dataDir: house, version: '1.2.3', clock: () => START }));
  await database.stop();
  await readings.stop();
});
afterAll(() => removeDir(root));

async function opened(dataDir: string): Promise<{ database: Database; readings: ReturnType<typeof openReadingStore> }> {
  const database = openDatabase({ dataDir });
  const readings = openReadingStore({ dataDir });
  await database.start();
  await readings.start();
  return { database, readings };
}

/** One customer, rows that point at one another in a circle, a journal of several segments, readings, events, secrets. */
async function furnish(dataDir: string, customer: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await copyEmptyDatabase(dataDir);
  const { database, readings } = await opened(dataDir);
  await database.transaction(async (tx) => {
    await tx
      .insertInto('customer')
      .values({ id: 'muster', name: named(customer), tier: 'premium', removed_at: null })
      .execute();
    await tx
      .insertInto('machine')
      .values({ id: 'press-1', model: 'press', customer: 'muster' } as never)
      .execute();
    const one = {
      machine: 'press-1',
      component: 'c',
      customer: 'muster',
      severity: 'danger',
      highest_severity: 'danger',
    };
    const times = { opened_at: new Date(START), last_at: new Date(START) };
    const rows = [
      { ...one, ...times, id: 'case-1', status: 'merged', title: named('Übertemperatur "heiß"\n\\') },
      { ...one, ...times, id: 'case-2', status: 'new', title: named('b') },
    ];
    await tx
      .insertInto('service_case')
      .values(rows as never)
      .execute();
    await tx.updateTable('service_case').set({ merged_into: 'case-2' }).where('id', '=', 'case-1').execute();
    const event = { case_id: 'case-2', at: new Date(START), kind: 'opened' };
    await tx
      .insertInto('case_event')
      .values([event, event] as never)
      .execute();
    await tx.deleteFrom('case_event_unread').where('id', '=', 2).execute();
    await tx.deleteFrom('case_event').where('id', '=', 2).execute();
    const state = Buffer.from([0, 1, 2, 255]);
    await tx
      .insertInto('engine_snapshot')
      .values({ name: 'rules', position: 7, configuration: null, state } as never)
      .execute();
  });
  await readings.write(
    Array.from({ length: READINGS }, (_, n) => ({
      machine: `press-${n % 3}`,
      sensor: n % 2 ? 'temp' : 'load',
      ts: START + n * 1000,
      value: n / 7,
    })),
    [{ machine: 'press-1', ts: START, code: 'E42', text: 'Tür offen' }],
  );
  // Of the first hour only what is rolled up is kept.
  await readings.rollups.rollUp(FIRST_HOUR);
  await readings.rollups.save({ from: FIRST, to: FIRST_HOUR.to, rawFrom: FIRST_HOUR.to, minutesFrom: START });
  await readings.rollups.remove({ readings: FIRST_HOUR.to });
  await database.stop();
  await readings.stop();
  const journal = new FileJournalWriter({ dir: path.join(dataDir, 'journal'), segmentBytes: SEGMENT });
  await journal.start();
  for (let n = 0; n < 300; n++)
    await journal.append([{ kind: 'message', at: START + n, topic: 'a', payload: Buffer.alloc(1000, n) }]);
  await journal.stop();
  await writeFile(path.join(dataDir, 'machine-key'), `${customer}\n`, { mode: 0o600 });
  await writeFile(path.join(dataDir, 'writer.json'), JSON.stringify({ format: 1, position: 0 }));
}

function named(text: string): never {
  return JSON.stringify(text) as never;
}

const options = (dataDir: string, more: Partial<RestoreOptions> = {}): RestoreOptions => ({
  from: file,
  dataDir,
  databaseUrl: undefined,
  influxUrl: undefined,
  replace: false,
  clock: () => START,
  tell: () => undefined,
  ...more,
});

/** Everything a house holds, in a form to compare. */
async function contents(dataDir: string): Promise<unknown> {
  const { database, readings } = await opened(dataDir);
  const { kysely } = database;
  const latest = [...(await readings.latest())].toSorted((a, b) =>
    `${a.machine}${a.sensor}` < `${b.machine}${b.sensor}` ? -1 : 1,
  );
  const found = {
    customers: await kysely.selectFrom('customer').selectAll().execute(),
    cases: await kysely.selectFrom('service_case').selectAll().orderBy('id').execute(),
    events: await kysely.selectFrom('case_event').selectAll().execute(),
    unread: await kysely.selectFrom('case_event_unread').selectAll().execute(),
    snapshot: await kysely.selectFrom('engine_snapshot').selectAll().execute(),
    latest,
    count: await readings.count(),
    raw: await readings.raw({ machine: 'press-1', sensor: 'temp', from: START, to: START + 1e9, limit: 10 }),
    rolled: await rolled(readings),
    state: await readings.rollups.state(),
    stored: await readings.events({ machine: 'press-1', from: 0, to: START + 1e9, limit: 10 }),
    key: await readFile(path.join(dataDir, 'machine-key'), 'utf8'),
  };
  await database.stop();
  await readings.stop();
  const journal = new FileJournalReader({ dir: path.join(dataDir, 'journal') });
  const records: string[] = [];
  for (let from = await journal.begin(); ; ) {
    const { records: some, next } = await journal.read(from);
    records.push(...some.map(({ position, at, payload }) => `${position} ${at} ${payload.length} ${payload[0]}`));
    if (next === from) break;
    from = next;
  }
  await journal.stop();
  return { ...found, records };
}

async function rolled({ rollups }: ReturnType<typeof openReadingStore>): Promise<unknown> {
  const query = { machine: 'press-1', sensors: ['temp', 'load'], ...FIRST_HOUR };
  const units = (['minute', 'hour'] as const).map((unit) =>
    rollups.rolled(unit, query, { start: 0, width: UNIT_MS[unit] }),
  );
  const found = await Promise.all(units);
  return found.map((shares) =>
    [...shares].map(([sensor, some]) => [sensor, some.toSorted((a, b) => a.place - b.place)]),
  );
}

test('the restored house holds what the first one held, and goes on counting', async () => {
  const other = path.join(root, 'other');
  const { facts, readings, events } = await restoreBackup(options(other));
  expect({ leitwarte: facts.leitwarte, readings, events }).toEqual({
    leitwarte: '1.2.3',
    readings: KEPT,
    events: 1,
  });
  expect(await contents(other)).toEqual(await contents(house));
  expect((await stat(path.join(other, 'machine-key'))).mode & 0o777).toBe(0o600);
  const database = openDatabase({ dataDir: other });
  await database.start();
  const event = { case_id: 'case-2', at: new Date(START), kind: 'comment' };
  await database.kysely
    .insertInto('case_event')
    .values(event as never)
    .execute();
  const ids = await database.kysely.selectFrom('case_event').select('id').orderBy('id').execute();
  // 2 was given once, and never again.
  expect(ids.map(({ id }) => id)).toEqual([1, 3]);
  await expect(
    database.kysely.updateTable('service_case').set({ merged_into: 'nobody' }).where('id', '=', 'case-2').execute(),
  ).rejects.toThrow('foreign key');
  const { rows } = await database.kysely
    .selectFrom('audit')
    .selectAll()
    .execute()
    .then((all) => ({ rows: all }));
  expect(rows.map(({ action }) => action)).toEqual(['backup.restored']);
  await database.stop();
});

test('a house that is lived in is replaced only where that is said', async () => {
  const other = path.join(root, 'lived-in');
  await furnish(other, 'Andere GmbH');
  const before = await contents(other);
  await expect(restoreBackup(options(other))).rejects.toThrow('--replace');
  expect(await contents(other)).toEqual(before);
  await restoreBackup(options(other, { replace: true }));
  expect(await contents(other)).toEqual(await contents(house));
});

test('a damaged backup changes nothing and is told with its place', async () => {
  const bytes = await readFile(file);
  const other = path.join(root, 'untouched');
  const damaged = path.join(root, 'damaged.tar');
  for (const at of [600, Math.floor(bytes.length / 2), bytes.length - 3000]) {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 1;
    await writeFile(damaged, copy);
    await expect(restoreBackup(options(other, { from: damaged, replace: true }))).rejects.toThrow(BackupDamaged);
  }
  await writeFile(damaged, bytes.subarray(0, bytes.length - 5000));
  await expect(checkBackup(damaged)).rejects.toThrow('ends there, before its end');
  await expect(stat(path.join(other, 'database'))).rejects.toThrow('ENOENT');
});

test('a house that runs is not restored over', async () => {
  const { database, readings } = await opened(house);
  await expect(restoreBackup(options(house, { replace: true }))).rejects.toThrow('in use');
  await database.stop();
  await readings.stop();
});

test('killed at any instant a restore leaves the old house or the new one', async () => {
  const other = path.join(root, 'killed');
  const [old, fresh] = ['Andere GmbH', 'Muster AG'];
  await furnish(other, old);
  const seen = new Set<string>();
  for (const sign of ['restore.new/readings.duckdb', 'restore.new/journal', 'restore.json']) {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'portal/restore-command.ts', '--from', file, '--replace'],
      { env: { PATH: process.env['PATH'], DATA_DIR: other }, stdio: 'ignore' },
    );
    let isOver = false;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    void ended.then(() => (isOver = true));
    while (!isOver && !existsSync(path.join(other, sign))) await sleep(1);
    child.kill('SIGKILL');
    await ended;
    await settleRestore(other);
    const { customers, key, records } = (await contents(other)) as Record<string, unknown[]>;
    const text = JSON.stringify([customers, key]);
    expect([old, fresh].filter((name) => text.includes(name))).toHaveLength(1);
    expect(records).toHaveLength(300);
    seen.add(text);
  }
  expect(seen.size).toBeGreaterThan(0);
});

test('everything that was ready takes its place after a crash in the middle of that', async () => {
  const dataDir = path.join(root, 'swapped');
  const at = (...names: string[]) => path.join(dataDir, ...names);
  await mkdir(at('journal'), { recursive: true });
  await mkdir(at('restore.new', 'journal'), { recursive: true });
  await mkdir(at('restore.old'));
  await writeFile(at('journal', 'x'), 'old');
  await writeFile(at('restore.new', 'journal', 'x'), 'new');
  // The first has taken its place already, the second was moved away, the third is to go.
  await writeFile(at('machine-key'), 'new');
  await writeFile(at('restore.old', 'writer.json'), 'old');
  await writeFile(at('restore.new', 'writer.json'), 'new');
  await writeFile(at('demo-password'), 'old');
  const files = ['machine-key', 'writer.json', 'journal', 'demo-password', 'mqtt-password'];
  const state = files.map((name, i) => ({ name, isNew: i < 3 }));
  await noteUnfinished(dataDir, { phase: 'swapping', from: file, files: state });
  await settleRestore(dataDir);
  const texts = ['machine-key', 'writer.json', 'journal/x'].map((name) => readFile(at(name), 'utf8'));
  expect(await Promise.all(texts)).toEqual(['new', 'new', 'new']);
  for (const gone of ['demo-password', 'restore.json', 'restore.new', 'restore.old'])
    await expect(stat(at(gone))).rejects.toThrow('ENOENT');
  await noteUnfinished(dataDir, { phase: 'loading', from: file, files: [] });
  await expect(settleRestore(dataDir)).rejects.toThrow('Do it again: npm run -s restore');
});

test('a file that is there is not overwritten, and one that does not get whole does not stay', async () => {
  await expect(backupPath(file, new Date(START))).rejects.toThrow(NoBackup);
  expect(await backupPath(root, new Date(START))).toBe(path.join(root, 'leitwarte-20260302T080000Z.tar'));
  const torn = path.join(root, 'torn.tar');
  const half = async function* () {
    yield (await readFile(file)).subarray(0, 4000);
  };
  await expect(writeBackup(torn, half())).rejects.toThrow(BackupDamaged);
  await expect(stat(torn)).rejects.toThrow('ENOENT');
  await rm(torn, { force: true });
});
