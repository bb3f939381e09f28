/** Whatever is killed, frozen or taken away, alarms and cases are those of an uninterrupted run. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RulesReader } from '#rules/reader/reader.ts';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { readerPosition } from '#shared/database/queries/reader.ts';
import type { Entry } from '#shared/journal/port.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { FileJournalWriter } from '#shared/journal/writer.ts';
import { createLog } from '#shared/process/log.ts';
import { Metrics } from '#shared/process/metrics.ts';
import { type RulesProcess, rulesProcess } from '#test/faults/rules-process.ts';
import { configuredWorkload, differences, outcome } from '#test/faults/rules-workload.ts';
import { type Postgres, startPostgres } from '#test/servers/postgres.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';

const MACHINES = 20;
const ENTRIES = 3_000;
const KILLS = 10;
const PATIENCE = { timeout: 90_000, interval: 50 };

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

let journalDir: string;
let journal: FileJournalWriter;
const ending: (() => Promise<void>)[] = [];
beforeEach(async () => {
  journalDir = await tempDir('journal');
  journal = new FileJournalWriter({ dir: journalDir, segmentBytes: 128 * 1024 });
  // The uninterrupted run reads it from the beginning once more.
  const reference = new FileJournalReader({ dir: journalDir });
  await reference.release('reference', 0);
  await reference.stop();
  await journal.start();
});
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
  await journal.stop();
  await removeDir(journalDir);
});

async function onPostgres(name: string): Promise<{ database: Database; databaseUrl: string }> {
  const databaseUrl = await postgres.createDatabase(name);
  const database = openDatabase({ databaseUrl, dataDir: '/nowhere' });
  await database.start();
  ending.push(() => database.stop());
  return { database, databaseUrl };
}

async function append(entries: readonly Entry[]): Promise<void> {
  for (let n = 0; n < entries.length; n += 100) await journal.append(entries.slice(n, n + 100));
}

/** The entries in so many parts. */
function parts(entries: readonly Entry[], count: number): readonly Entry[][] {
  const length = Math.ceil(entries.length / count);
  return Array.from({ length: count }, (_, n) => entries.slice(n * length, (n + 1) * length));
}

async function caughtUp(database: Database): Promise<void> {
  await expect
    .poll(async () => (await readerPosition(database.kysely, 'rules'))?.position, PATIENCE)
    .toBe(journal.end());
}

/** The same journal, read in one go by one reader. */
async function uninterrupted(name: string) {
  const { database } = await onPostgres(name);
  await configuredWorkload(database, MACHINES, 0);
  const reader = new RulesReader({
    journal: new FileJournalReader({ dir: journalDir, writer: journal }),
    database,
    settings: { mqttPrefix: 'machines', reopenHours: 24, caseAbsorbFor: 86_400_000 },
    log: createLog('error'),
    metrics: new Metrics(),
  });
  await reader.start();
  await caughtUp(database);
  await reader.stop();
  return outcome(database);
}

async function child(options: { databaseUrl?: string; dataDir?: string }): Promise<RulesProcess> {
  const rules = await rulesProcess({ dataDir: '/nowhere', journalDir, ...options });
  ending.push(() => rules.stop());
  return rules;
}

describe.each(['PostgreSQL', 'PGlite'])('on %s', (kind) => {
  test('ten kills of the rules leave the alarms and cases of an uninterrupted run', { timeout: 300_000 }, async () => {
    const dataDir = await tempDir('embedded');
    const databaseUrl = kind === 'PostgreSQL' ? await postgres.createDatabase('killed') : undefined;
    const options = { dataDir, ...(databaseUrl ? { databaseUrl } : {}) };
    const database = openDatabase(options);
    await database.start();
    const entries = await configuredWorkload(database, MACHINES, ENTRIES);
    await database.stop();
    const rules = await child(options);
    for (const part of parts(entries, KILLS)) {
      await append(part);
      const before = rules.position;
      await rules.start();
      await expect.poll(() => rules.position, PATIENCE).toBeGreaterThan(before);
      await sleep(Math.random() * 100);
      await rules.kill();
    }
    await rules.start();
    await expect.poll(() => rules.position, PATIENCE).toBe(journal.end());
    await rules.stop();
    await database.start();
    const result = await outcome(database);
    await database.stop();
    const reference = await uninterrupted(`reference-${kind.toLowerCase()}`);
    expect(reference.alarms.length).toBeGreaterThan(400);
    expect(reference.cases.length).toBeGreaterThan(MACHINES);
    expect(differences(result, reference)).toEqual([]);
    await removeDir(dataDir);
  });
});

test('PostgreSQL killed again and again, and the rules between, changes nothing', { timeout: 300_000 }, async () => {
  const { database, databaseUrl } = await onPostgres('both');
  const entries = await configuredWorkload(database, MACHINES, ENTRIES);
  const rules = await child({ databaseUrl });
  await rules.start();
  for (const [n, part] of parts(entries, 4).entries()) {
    await append(part);
    await sleep(200 + Math.random() * 300);
    await postgres.kill();
    if (n === 1) await rules.kill();
    await sleep(n * 500);
    await postgres.start();
    if (n === 1) await rules.start();
  }
  await caughtUp(database);
  await rules.stop();
  expect(differences(await outcome(database), await uninterrupted('both-reference'))).toEqual([]);
});

test('a leader that hangs is replaced, and when it wakes it writes nothing any more', {
  timeout: 300_000,
}, async () => {
  const { database, databaseUrl } = await onPostgres('leaders');
  const [first = [], second = []] = parts(await configuredWorkload(database, MACHINES, ENTRIES), 2);
  const leader = await child({ databaseUrl });
  const waiting = await child({ databaseUrl });
  await leader.start();
  await waiting.start();
  await append(first);
  await expect.poll(() => leader.position, PATIENCE).toBeGreaterThan(0);
  await expect.poll(() => waiting.log, PATIENCE).toContain('another process leads the rules; waiting');
  leader.pause();
  await append(second);
  const position = async () => (await readerPosition(database.kysely, 'rules'))?.position ?? 0;
  const stuck = await position();
  await expect.poll(position, PATIENCE).toBeGreaterThan(stuck);
  leader.resume();
  await caughtUp(database);
  await expect.poll(() => leader.log, PATIENCE).toContain('Another process leads');
  await waiting.stop();
  await leader.stop();
  expect(differences(await outcome(database), await uninterrupted('leaders-reference'))).toEqual([]);
});
