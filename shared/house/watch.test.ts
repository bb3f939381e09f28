import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { addAccount } from '#shared/database/queries/accounts.ts';
import { latestHouseAlarms, reportStage, standingHouseAlarms } from '#shared/database/queries/house.ts';
import { type Stage, STAGES, type StageReport } from '#shared/model/house.ts';
import { createLog } from '#shared/process/log.ts';
import { copyEmptyDatabase } from '#test/portal/embedded.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { Outside } from './outside.ts';
import { Watch } from './watch.ts';

const START = Date.parse('2026-03-02T08:00:00Z');
const LIMIT_MS = 150_000;

let dir: string;
let database: Database;
let now = START;
let logged: string[] = [];
const log = createLog('info', { destination: { write: (line) => void logged.push(line) } });

beforeAll(async () => {
  dir = await tempDir('watch');
  await copyEmptyDatabase(dir);
  database = openDatabase({ dataDir: dir });
  await database.start();
  await database.transaction(async (tx) => {
    for (const role of ['lead', 'integrator', 'technician', 'admin'] as const) {
      const person = { id: role, login: role, name: role, email: `${role}@example.com`, role, passwordHash: 'x' };
      await addAccount(tx, { ...person, customer: null, language: 'de', timezone: 'Europe/Berlin' }, new Date(START));
    }
  });
});
afterAll(async () => {
  await database.stop();
  await removeDir(dir);
});
beforeEach(async () => {
  await database.kysely.deleteFrom('notification').execute();
  await database.kysely.deleteFrom('house_alarm').execute();
  await database.kysely.deleteFrom('house_stage').execute();
  now = START;
  logged = [];
});

async function watching(by: Stage, looked?: (allWell: boolean) => void): Promise<Watch> {
  const watch = new Watch({ database, by, limitMs: LIMIT_MS, clock: () => now, log, ...(looked && { looked }) });
  await watch.start();
  await watch.stop();
  return watch;
}

/** Minutes go by in which everybody but these goes on. */
async function pass(minutes: number, ...dead: readonly Stage[]): Promise<void> {
  now += minutes * 60_000;
  for (const stage of STAGES.filter((each) => !dead.includes(each))) {
    const downstream = dead.includes('ingest');
    const beats = downstream ? {} : { beatAt: now - 1_000, beatsSince: START };
    const report: StageReport = { stage, toldAt: now, startedAt: START, beatAt: null, beatsSince: null, figures: null };
    await reportStage(database.kysely, { ...report, ...beats });
  }
}

const standing = async () =>
  (await standingHouseAlarms(database.kysely)).map(({ what, raised_by }) => [what, raised_by]);

test('ingest died: rules and portal both notice, one alarm stands, leads and integrators are told once', async () => {
  const [rules, portal] = [await watching('rules'), await watching('portal')];
  await pass(1);
  await rules.look();
  await portal.look();
  expect(await standing()).toEqual([]);
  await pass(2, 'ingest', 'writer');
  await pass(1, 'ingest', 'writer');
  await Promise.all([rules.look(), portal.look()]);
  await rules.look();
  expect(await standing()).toEqual([['ingest', expect.stringMatching(/rules|portal/)]]);
  const told = await database.kysely.selectFrom('notification').select(['account', 'kind', 'detail']).execute();
  expect(told.map(({ account }) => account).toSorted()).toEqual(['integrator', 'lead']);
  const since = new Date(START + 60_000).toISOString();
  expect(told[0]).toMatchObject({ kind: 'house-still', detail: { what: 'ingest', since } });
  expect(logged.filter((line) => line.includes('stands still'))).toHaveLength(1);
});

test('it is cleared by itself when heartbeats are back, and that is told too', async () => {
  const portal = await watching('portal');
  await pass(1);
  await pass(4, 'rules');
  await portal.look();
  expect(await standing()).toEqual([['rules', 'portal']]);
  await pass(1);
  await portal.look();
  expect(await standing()).toEqual([]);
  const [alarm] = await latestHouseAlarms(database.kysely, 5);
  expect(alarm).toMatchObject({ what: 'rules', cleared_at: new Date(now) });
  const kinds = await database.kysely.selectFrom('notification').select('kind').distinct().execute();
  expect(kinds.map(({ kind }) => kind).toSorted()).toEqual(['house-again', 'house-still']);
});

test('a watcher that has just begun neither raises nor clears', async () => {
  const portal = await watching('portal');
  await pass(1);
  await pass(4, 'rules');
  await portal.look();
  const young = await watching('portal');
  await young.look();
  expect(await standing()).toEqual([['rules', 'portal']]);
  await database.kysely.deleteFrom('house_alarm').execute();
  await young.look();
  expect(await standing()).toEqual([]);
});

test('an outside watcher is called each minute while all is well, and not while something stands still', async () => {
  const calls: string[] = [];
  const url = 'https://hc.example.com/ping/secret';
  let answer: () => Promise<void> = () => Promise.resolve();
  const outside = new Outside({
    url,
    call: (address) => {
      calls.push(address);
      return answer();
    },
    clock: () => now,
    log,
  });
  const portal = await watching('portal', (allWell) => outside.looked(allWell));
  await pass(1);
  await portal.look();
  now += 10_000;
  await portal.look();
  expect(calls).toEqual([url]);
  await pass(1);
  await portal.look();
  expect(calls).toEqual([url, url]);
  await pass(4, 'rules');
  await portal.look();
  expect(calls).toHaveLength(2);
  await pass(1);
  answer = () => Promise.reject(new Error('it answers 502'));
  await portal.look();
  await outside.settled();
  expect(calls).toHaveLength(3);
  expect(logged.join('')).toContain('hc.example.com');
  expect(logged.join('')).not.toContain('secret');
});
