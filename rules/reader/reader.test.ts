import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { CHANGE_CHANNEL } from '#shared/database/queries/changes.ts';
import { applyConfiguration, markEffective } from '#shared/database/queries/configuration.ts';
import { readerPosition } from '#shared/database/queries/reader.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { FileJournalWriter } from '#shared/journal/writer.ts';
import type { Plant } from '#shared/model/plant.ts';
import { createLog } from '#shared/process/log.ts';
import { Metrics } from '#shared/process/metrics.ts';
import { quickest } from '#test/servers/tools.ts';
import { RulesReader } from './reader.ts';

const PLANT: Plant = {
  version: 1,
  customers: [{ id: 'muster', name: 'Muster', tier: 'premium' }],
  models: [
    {
      id: 'press',
      name: 'Presse',
      components: [{ id: 'bearing', name: 'Lager' }],
      sensors: [
        { id: 'temp', component: 'bearing', name: 'Lagertemperatur', unit: '°C', tolerance: { low: 40, high: 80 } },
      ],
    },
  ],
  machines: [{ id: 'p-1', model: 'press', customer: 'muster' }],
};
const RULEBOOK = {
  version: 1,
  rules: [{ id: 'hot', when: { sensor: 'temp', outside: '20%' }, severity: 'danger' }],
} as const;

let dir: string;
let database: Database;
let version: number;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rules-'));
  database = openDatabase({ dataDir: join(dir, 'data') });
  await database.start();
  const next = { plant: PLANT, rulebook: RULEBOOK, author: null, reason: null };
  ({ version } = await database.transaction((tx) => applyConfiguration(tx, next)));
});
afterAll(async () => {
  await database.stop();
  await rm(dir, { recursive: true });
});

let journal: FileJournalWriter;
let folder: string;
let lines: string[];
const running: RulesReader[] = [];
beforeEach(async () => {
  await sql`truncate alarm, service_case, reader_position, engine_snapshot, machine_status cascade`.execute(
    database.kysely,
  );
  lines = [];
  await newJournal();
});
afterEach(async () => {
  for (const reader of running.splice(0)) await reader.stop();
  await journal.stop();
});

async function newJournal(): Promise<void> {
  folder = await mkdtemp(join(dir, 'journal-'));
  journal = new FileJournalWriter({ dir: folder });
  await journal.start();
  const position = await append('config', '', { version });
  await markEffective(database.kysely, version, position, Date.now());
}

function append(kind: 'config' | 'message', topic: string, payload: unknown): Promise<number> {
  return journal.append([{ kind, at: Date.now(), topic, payload: Buffer.from(JSON.stringify(payload)) }]);
}
const measure = (temp: number) => append('message', 'machines/p-1/telemetry', { values: { temp } });

async function startReader(): Promise<RulesReader> {
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const reader = new RulesReader({
    journal: new FileJournalReader({ dir: folder, writer: journal }),
    database,
    settings: { mqttPrefix: 'machines', reopenHours: 24, caseAbsorbFor: 86_400_000 },
    log: createLog('info', { destination }),
    metrics: new Metrics(),
  });
  running.push(reader);
  await reader.start();
  return reader;
}

async function caughtUp(): Promise<void> {
  await expect.poll(async () => (await readerPosition(database.kysely, 'rules'))?.position).toBe(journal.end());
}

const cases = () => database.kysely.selectFrom('service_case').select(['status', 'occurrences', 'title']).execute();
const alarms = () => database.kysely.selectFrom('alarm').select(['rule', 'rule_version', 'cleared_at']).execute();

test('a reading that breaks a rule is a case, and the portal told, well within a second', async () => {
  await startReader();
  await caughtUp();
  let turn = 0;
  const tookMs = await quickest(1_000, async () => {
    if (turn++ > 0) {
      await measure(60);
      await caughtUp();
    }
    let tell = (): void => undefined;
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const deafen = await database.listen(CHANGE_CHANNEL, () => tell());
    const published = performance.now();
    await measure(96.4);
    await told;
    const took = performance.now() - published;
    await deafen();
    return took;
  });
  expect(tookMs).toBeLessThan(1_000);
  expect(await cases()).toEqual([
    {
      status: 'new',
      occurrences: turn,
      title: { de: 'Lagertemperatur 96,4 °C, 82 % über Toleranz', en: 'Lagertemperatur 96.4 °C, 82 % above tolerance' },
    },
  ]);
});

test('stopped and started it goes on where it was: what stands is not raised again', async () => {
  const reader = await startReader();
  await measure(100);
  await caughtUp();
  await reader.stop();
  await measure(101);
  await startReader();
  await measure(60);
  await caughtUp();
  expect(await alarms()).toEqual([{ rule: 'hot', rule_version: 1, cleared_at: expect.any(Date) }]);
  expect(await cases()).toMatchObject([{ occurrences: 1, status: 'new' }]);
});

test('a memory that cannot be read is made again from the journal', async () => {
  const reader = await startReader();
  await measure(100);
  await caughtUp();
  await reader.stop();
  await sql`update engine_snapshot set state = '\\x00'`.execute(database.kysely);
  await startReader();
  await measure(102);
  await measure(60);
  await caughtUp();
  expect(await alarms()).toHaveLength(1);
  expect(lines.join()).toContain('the memory of the rules cannot be used');
});

test('another journal than the one the database knows is read from its beginning; standing alarms are taken over', async () => {
  const reader = await startReader();
  for (let n = 0; n < 20; n++) await measure(100);
  await caughtUp();
  await reader.stop();
  await journal.stop();
  await newJournal();
  await measure(103);
  const second = await startReader();
  await caughtUp();
  expect(lines.join()).toContain('it is another journal than the one the database knows');
  await second.stop();
  await startReader();
  await measure(60);
  await caughtUp();
  expect(await alarms()).toEqual([{ rule: 'hot', rule_version: 1, cleared_at: expect.any(Date) }]);
});

test('a configuration the database does not have is told, and the one before goes on', async () => {
  await startReader();
  await append('config', '', { version: 999 });
  await measure(100);
  await caughtUp();
  expect(await alarms()).toHaveLength(1);
  expect(lines.join()).toContain('the journal names a configuration that the database does not have');
});

test('of two readers one leads; when it stops the other goes on', async () => {
  const first = await startReader();
  await caughtUp();
  await startReader();
  await expect.poll(() => lines.join()).toContain('another process leads the rules; waiting');
  await measure(100);
  await caughtUp();
  await first.stop();
  await measure(60);
  await caughtUp();
  expect(await alarms()).toEqual([{ rule: 'hot', rule_version: 1, cleared_at: expect.any(Date) }]);
});
