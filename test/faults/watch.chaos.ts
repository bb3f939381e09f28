/**
 * E9, B8: each part of the house dies in turn. What stands still is told by a part that does not, once, to people too, and is over
 * when the part is back. What mosquitto drops while ingest is away is told, and each number that is missing recorded.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { addAccount } from '#shared/database/queries/accounts.ts';
import { applyConfiguration } from '#shared/database/queries/configuration.ts';
import { latestHouseAlarms, stageReports, standingHouseAlarms } from '#shared/database/queries/house.ts';
import { HOUSE, judgeHouse, type Trouble } from '#shared/model/house.ts';
import { rawClient, publish } from '#test/contract/raw-mqtt.ts';
import { type HouseProcess, startHouse } from '#test/house/processes.ts';
import { type Influx, startInflux } from '#test/servers/influx.ts';
import { type Mosquitto, startMosquitto } from '#test/servers/mosquitto.ts';
import { type Postgres, startPostgres } from '#test/servers/postgres.ts';
import { tempDir } from '#test/servers/tools.ts';
import { measured } from './measured.ts';

const LIMIT_MS = 6_000;
const PATIENCE = { timeout: 90_000, interval: 100 };
const PASSWORDS = { house: 'only-for-tests', gateway: 'only-for-tests-too' };
const MESSAGES = 5_000;
const QUEUED = 1_000;

vi.setConfig({ testTimeout: 240_000 });
let servers: { mosquitto: Mosquitto; influx: Influx; postgres: Postgres };
let parts: { ingest: HouseProcess; rules: HouseProcess; portal: HouseProcess };
let database: Database;
const mails: string[] = [];
let post: SMTPServer;

beforeAll(async () => {
  const [mosquitto, influx, postgres] = await Promise.all([
    startMosquitto({ users: PASSWORDS, config: `max_queued_messages ${QUEUED}\nsys_interval 1` }),
    startInflux(),
    startPostgres(),
  ]);
  servers = { mosquitto, influx, postgres };
  await influx.query('CREATE DATABASE "leitwarte"');
  const databaseUrl = await postgres.createDatabase('leitwarte');
  database = openDatabase({ databaseUrl, dataDir: '/nowhere' });
  await database.start();
  await database.transaction(async (tx) => {
    const person = { login: 'lead', name: 'Lead', email: 'lead@example.com', role: 'lead' as const, passwordHash: 'x' };
    await addAccount(tx, { ...person, id: 'lead', customer: null, language: 'en', timezone: 'UTC' }, new Date());
    await applyConfiguration(tx, { plant: PLANT, rulebook: { version: 1, rules: [] }, author: null, reason: null });
  });
  const smtpUrl = await startPost();
  const settings = {
    MQTT_URL: mosquitto.url,
    MQTT_PASSWORD: PASSWORDS.house,
    INFLUX_URL: influx.url('leitwarte'),
    DATABASE_URL: databaseUrl,
    SMTP_URL: smtpUrl,
    HEARTBEAT_EVERY: '500ms',
    HEARTBEAT_LIMIT: `${LIMIT_MS}ms`,
  };
  const dir = await tempDir('watched');
  const ingest = await startHouse('ingest', settings, dir);
  const rules = await startHouse('rules', settings, dir);
  const portal = await startHouse('portal', settings, dir);
  parts = { ingest, rules, portal };
}, 180_000);

afterAll(async () => {
  await Promise.all([parts?.portal.kill(), parts?.rules.kill()]);
  await parts?.ingest.stop();
  await database?.stop();
  await Promise.all([servers?.mosquitto.stop(), servers?.influx.stop(), servers?.postgres.stop()]);
  await new Promise<void>((resolve) => (post === undefined ? resolve() : post.close(resolve)));
});

const PLANT = {
  version: 1 as const,
  customers: [{ id: 'muster', name: 'Muster', tier: 'standard' as const }],
  models: [{ id: 'press', name: 'Presse', components: [], sensors: [{ id: 'temp' }] }],
  machines: [{ id: 'press-1', model: 'press', customer: 'muster' }],
};

/** A mail server that keeps the subjects. */
function startPost(): Promise<string> {
  post = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(/^Subject: (.*(?:\r?\n[ \t].*)*)/m.exec(Buffer.concat(chunks).toString())?.[1] ?? '');
        done();
      });
    },
  });
  return new Promise((resolve) => {
    const server = post.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`smtp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    });
  });
}

const standing = async () => (await standingHouseAlarms(database.kysely)).map(({ what }) => what);

async function allWell(): Promise<boolean> {
  const limits = { limitMs: LIMIT_MS, watchingSince: 0 };
  const verdicts = judgeHouse(await stageReports(database.kysely), Date.now(), limits);
  return [...verdicts.values()].every(({ is }) => is === 'well') && (await standing()).length === 0;
}

/** Breaks it, waits until the alarm stands, mends it, waits until all is well. Answers the alarm. */
async function through(what: Trouble, breakIt: () => Promise<unknown>, mend: () => Promise<unknown>) {
  await expect.poll(allWell, PATIENCE).toBe(true);
  const begun = Date.now();
  await breakIt();
  await expect.poll(standing, PATIENCE).toContain(what);
  const seconds = (Date.now() - begun) / 1000;
  await mend();
  await expect.poll(allWell, PATIENCE).toBe(true);
  const raised = (await latestHouseAlarms(database.kysely, 50)).filter(
    (alarm) => alarm.what === what && alarm.raised_at.getTime() >= begun,
  );
  expect(raised).toHaveLength(1);
  await measured(`watch ${what}`, {
    row: `${what} broken, a heartbeat every 0.5 s, missing after ${LIMIT_MS / 1000} s`,
    figures: `one alarm, ${seconds.toFixed(1)} s after it broke; gone by itself when mended`,
  });
  return raised[0];
}

test('mosquitto drops what finds no room while ingest is away: alarm, case, and each missing number', async () => {
  const { ingest } = parts;
  await expect.poll(allWell, PATIENCE).toBe(true);
  await say(1, 1);
  await expect.poll(() => lastNumber(), PATIENCE).toBe(1);
  const alarm = await through(
    'ingest',
    async () => {
      await ingest.kill();
      await say(2, MESSAGES);
    },
    () => ingest.restart(),
  );
  expect(alarm?.raised_by).toMatch(/rules|portal/);
  // Something behind the hole shows its end.
  await say(MESSAGES + 2, 1);
  await expect.poll(() => lastNumber(), PATIENCE).toBe(MESSAGES + 2);
  const breaks = await database.kysely.selectFrom('sequence_break').selectAll().execute();
  const missing = breaks.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  // The house's own heartbeats stand in the queue too.
  expect(missing).toBeGreaterThanOrEqual(MESSAGES - QUEUED);
  expect(missing).toBeLessThan(MESSAGES - QUEUED + 20);
  await expect.poll(() => houseCase(), PATIENCE).toMatch(/Der Broker hat \d+ Nachrichten verworfen/);
});

test('rules died: the portal tells it, by mail too, though that is the business of the rules', async () => {
  mails.length = 0;
  const alarm = await through(
    'rules',
    async () => {
      await parts.rules.kill();
      await expect.poll(() => mails, PATIENCE).toContain('Leitwarte: The rules stand still');
    },
    () => parts.rules.restart(),
  );
  expect(alarm?.raised_by).toBe('portal');
  await expect.poll(() => mails, PATIENCE).toContain('Leitwarte: mended: The rules stand still');
  expect(mails.filter((subject) => subject === 'Leitwarte: The rules stand still')).toHaveLength(1);
});

test('the portal died: the rules tell it', async () => {
  const { portal } = parts;
  const alarm = await through(
    'portal',
    () => portal.kill(),
    () => portal.restart(),
  );
  expect(alarm?.raised_by).toBe('rules');
});

test('InfluxDB hangs: nothing is stored, and nothing else stands still', async () => {
  const { influx } = servers;
  const alarm = await through(
    'writer',
    async () => influx.pause(),
    async () => influx.resume(),
  );
  const begun = alarm?.raised_at.getTime() ?? 0;
  const later = (await latestHouseAlarms(database.kysely, 50)).filter(({ raised_at }) => raised_at.getTime() >= begun);
  expect(later.map(({ what }) => what)).toEqual(['writer']);
});

test('the broker died and has forgotten everything: the alarm, and a case of the session it lost', async () => {
  const { mosquitto } = servers;
  await through(
    'broker',
    () => mosquitto.kill(),
    async () => {
      await rm(path.join(mosquitto.dir, 'mosquitto.db'), { force: true });
      await mosquitto.restart();
    },
  );
  await expect.poll(() => houseCase(), PATIENCE).toContain('Der Broker hat unsere Sitzung vergessen');
});

/** Numbers from `first` on, all acknowledged by the broker. */
async function say(first: number, count: number): Promise<void> {
  const peer = await rawClient(servers.mosquitto.url, { username: 'gateway', password: PASSWORDS.gateway });
  for (let n = 0; n < count; n++) {
    const payload = JSON.stringify({ ts: Date.now(), seq: first + n, values: { temp: 60 } });
    peer.send(publish('machines/press-1/telemetry', payload, n + 1), 4);
    if (n % 500 === 499) await peer.some('puback', n + 1);
  }
  await peer.some('puback', count);
  peer.socket.destroy();
}

async function lastNumber(): Promise<number | undefined> {
  const row = await database.kysely.selectFrom('machine_sequence').select('last').executeTakeFirst();
  return row?.last;
}

/** What the timeline of the house's own case tells. */
async function houseCase(): Promise<string> {
  const rows = await database.kysely
    .selectFrom('case_event')
    .innerJoin('service_case', 'service_case.id', 'case_event.case_id')
    .select('case_event.detail')
    .where('service_case.machine', '=', HOUSE)
    .where('case_event.kind', '=', 'comment')
    .execute();
  return rows.map(({ detail }) => String(detail['text'])).join('\n');
}
