/** What the broker lost or may have lost is told in one case of the house's own data, in no list of machines or customers. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { addAccount } from '#shared/database/queries/accounts.ts';
import { countBroker } from '#shared/database/queries/broker-notes.ts';
import { HOUSE } from '#shared/model/house.ts';
import { copyEmptyDatabase } from '#test/portal/embedded.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { judgeNotes, type Noted } from './broker-notes.ts';

const T0 = Date.parse('2026-06-01T00:00:00Z');
const HOUR = 3_600_000;
const surroundings = {
  limits: { reopenWithinMs: 24 * HOUR, absorbForMs: 24 * HOUR },
  knowledge: { customerOf: () => null, sentence: () => '', excess: () => undefined },
};

let dir: string;
let database: Database;
beforeAll(async () => {
  dir = await tempDir('broker-notes');
  await copyEmptyDatabase(dir);
  database = openDatabase({ dataDir: dir });
  await database.start();
  const person = { id: 'i', login: 'i', name: 'I', email: null, role: 'integrator' as const, passwordHash: 'x' };
  await database.transaction((tx) =>
    addAccount(tx, { ...person, customer: null, language: 'de', timezone: 'UTC' }, new Date(T0)),
  );
});
afterAll(async () => {
  await database.stop();
  await removeDir(dir);
});

const judge = (...notes: Noted[]) => database.transaction((tx) => judgeNotes(tx, notes, surroundings));
const drops = (hours: number, total: number): Noted => ({ note: 'broker-drops', total, at: T0 + hours * HOUR });
const cases = () =>
  database.kysely
    .selectFrom('service_case')
    .select(['machine', 'component', 'customer', 'occurrences', 'owner', 'severity'])
    .execute();
async function comments(): Promise<string[]> {
  const rows = await database.kysely.selectFrom('case_event').selectAll().where('kind', '=', 'comment').execute();
  return rows.map(({ detail }) => String(detail['text']));
}

/** The same count twice, of a broker nobody has looked at. */
async function noNews(judging: typeof judge, hours: number): Promise<void> {
  expect(await judging(drops(hours, 7), drops(hours, 7))).toEqual([]);
  expect(await cases()).toEqual([]);
}

test('a count that was there before anybody looked, and one that stays, are no news', async () => {
  await expect(noNews(judge, 0)).resolves.toBeUndefined();
});

test('dropped messages open a case with the integrator; more of them within the hour are counted there', async () => {
  expect(await judge(drops(1, 4_007))).toMatchObject([{ kind: 'case', customer: HOUSE }]);
  await judge(drops(1.1, 4_010), drops(1.2, 4_020));
  expect(await cases()).toEqual([
    { machine: HOUSE, component: '~data', customer: HOUSE, occurrences: 3, owner: 'i', severity: 'notice' },
  ]);
  expect(await comments()).toEqual([expect.stringContaining('4000 Nachrichten verworfen')]);
});

test('a broker that was started anew counts from the beginning', async () => {
  await judge(drops(3, 0));
  expect(await comments()).toHaveLength(1);
  await judge(drops(4.5, 12));
  expect((await comments()).at(-1)).toContain('12 Nachrichten verworfen');
});

test('a session the broker forgot is told each time, with since when messages may be missing', async () => {
  const lost = (minutes: number): Noted => ({ note: 'session-lost', since: T0, at: T0 + 5 * HOUR + minutes * 60_000 });
  await judge(lost(0), lost(1));
  expect((await comments()).filter((text) => text.includes('seit 2026-06-01T00:00:00.000Z'))).toHaveLength(2);
  expect(await cases()).toHaveLength(1);
});

test('the rows the case hangs on are in no list of what there is', async () => {
  const { kysely } = database;
  expect(await kysely.selectFrom('machine').select('id').where('removed_at', 'is', null).execute()).toEqual([]);
  expect(await kysely.selectFrom('customer').select('id').where('removed_at', 'is', null).execute()).toEqual([]);
});

test('mutant: a judge that takes each count for news is found out', async () => {
  const forgetful: typeof judge = (...notes) =>
    database.transaction(async (tx) => {
      await countBroker(tx, 'dropped', 0, new Date(T0));
      return judgeNotes(tx, notes, surroundings);
    });
  await expect(noNews(forgetful, 100)).rejects.toThrow('to deeply equal []');
});
