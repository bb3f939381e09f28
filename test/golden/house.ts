/** A small house as version 0.1.0 kept it, with the schema of then: what later versions must be able to restore. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import { makeBackup } from '#shared/backup/make.ts';
import { writeBackup } from '#shared/backup/write-file.ts';
import { openDatabase } from '#shared/database/database.ts';
import { applyMigrations, knownMigrations } from '#shared/database/migrate.ts';
import { FileJournalWriter } from '#shared/journal/writer.ts';
import { DuckDbReadings } from '#shared/readings/duckdb.ts';
import { copyEmptyDatabase } from '#test/portal/embedded.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';

/** The newest change of the schema in it. */
const SCHEMA = '007-credentials.sql';
export const AT = Date.parse('2026-03-02T08:00:00Z');
export const PERSON = { login: 'meister', password: 'a password of 2026' };
const HASH = '$argon2id$v=19$m=19456,t=2,p=1$rx1oMSdKqCU8NG9ZQ8DQqQ$a1z1CakN1pt/2LFDGFRbsLt0s+LPXQ9letnRzA6Ndwk';

const PLANT = {
  version: 1,
  customers: [{ id: 'muster', name: 'Muster AG', tier: 'premium' }],
  models: [
    {
      id: 'press',
      name: 'Presse',
      components: [{ id: 'bearing', name: { de: 'Lager', en: 'Bearing' } }],
      sensors: [{ id: 'temp', component: 'bearing', unit: '°C', tolerance: { low: 40, high: 80 } }],
    },
  ],
  machines: [{ id: 'press-1', model: 'press', customer: 'muster' }],
};
const RULES = { version: 1, rules: [{ id: 'hot', when: { sensor: 'temp', outside: '20%' }, severity: 'danger' }] };

/** What the journal holds that nobody has read yet: a breach, and its end never came. */
export const MESSAGES = [
  { kind: 'config', topic: '', payload: '{"version":1}' },
  { kind: 'tick', topic: '', payload: '' },
  { kind: 'message', topic: 'machines/press-1/telemetry', payload: `{"ts":${AT},"values":{"temp":60}}` },
  { kind: 'message', topic: 'machines/press-1/telemetry', payload: `{"ts":${AT + 1000},"values":{"temp":96.4}}` },
  { kind: 'message', topic: 'machines/press-1/telemetry', payload: 'no JSON' },
  { kind: 'message', topic: 'machines/press-1/events', payload: `{"ts":${AT},"code":"E42","text":"Tür offen"}` },
] as const;

export async function writeJournal(dir: string): Promise<void> {
  const journal = new FileJournalWriter({ dir });
  await journal.start();
  const entries = MESSAGES.map(({ kind, topic, payload }, n) => ({
    kind,
    at: AT + n * 1000,
    topic,
    payload: Buffer.from(payload),
  }));
  await journal.append(entries);
  await journal.stop();
}

/** Makes the backup of it. */
export async function writeGoldenHouse(file: string): Promise<void> {
  const dataDir = await tempDir('golden');
  await copyEmptyDatabase(dataDir);
  const database = openDatabase({ dataDir });
  await database.startAsItIs();
  await database.transaction(async (tx) => {
    const known = await knownMigrations(tx);
    await sql.raw('drop schema public cascade; create schema public').execute(tx);
    await applyMigrations(
      tx,
      known.filter(({ name }) => name <= SCHEMA),
    );
    await sql.raw(rows()).execute(tx);
  });
  const readings = new DuckDbReadings(path.join(dataDir, 'readings.duckdb'));
  await readings.start();
  const past = Array.from({ length: 60 }, (_, n) => ({
    machine: 'press-1',
    sensor: 'temp',
    ts: AT - (60 - n) * 60_000,
    value: 60 + n / 8,
  }));
  await readings.write(past, []);
  await writeJournal(path.join(dataDir, 'journal'));
  await writeFile(path.join(dataDir, 'machine-key'), 'only-for-tests-machine-key\n');
  await writeBackup(file, makeBackup({ database, readings, dataDir, version: '0.1.0', clock: () => AT }));
  await readings.stop();
  await database.stop();
  await removeDir(dataDir);
}

function rows(): string {
  const at = `'${new Date(AT).toISOString()}'`;
  const text = (value: unknown) => `'${JSON.stringify(value).replaceAll("'", "''")}'`;
  return `
    insert into plant_version (created_at, content) values (${at}, ${text(PLANT)});
    insert into rulebook_version (created_at, content) values (${at}, ${text(RULES)});
    insert into configuration (plant_version, rulebook_version, created_at, position, effective_at) values (1, 1, ${at}, 0, ${at});
    insert into rule_version (rule, version, rulebook_version, created_at, content) values ('hot', 1, 1, ${at}, ${text(RULES.rules[0])});
    insert into customer (id, name, tier) values ('muster', '"Muster AG"', 'premium');
    insert into machine (id, model, customer) values ('press-1', 'press', 'muster');
    insert into tolerance_version (machine, sensor, valid_from, low, high, plant_version)
      values ('press-1', 'temp', '2025-01-01T00:00:00Z', 40, 80, 1);
    insert into account (id, login, name, role, password_hash, created_at)
      values ('id-meister', '${PERSON.login}', 'Meister', 'admin', '${HASH}', ${at});
    insert into service_case (id, status, severity, highest_severity, machine, component, customer, title, opened_at, last_at, closed_at)
      values ('case-1', 'closed', 'danger', 'danger', 'press-1', 'bearing', 'muster', '"Lager heiß"', '2026-01-05T07:00:00Z', '2026-01-05T07:00:00Z', '2026-01-06T07:00:00Z');
    insert into case_event (case_id, at, kind, detail) values ('case-1', '2026-01-05T07:00:00Z', 'opened', '{}');
    insert into audit (at, actor, action) values (${at}, 'id-meister', 'session.opened');
    insert into reject (position, ordinal, at, reason, detail, topic, payload) values (0, 0, ${at}, 'json', '', 'machines/press-1/x', 'x');`;
}
