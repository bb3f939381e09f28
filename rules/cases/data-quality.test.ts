/** What is missing in a machine's count is recorded, counted, and a case of its own with the integrator. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { addAccount } from '#shared/database/queries/accounts.ts';
import type { JournalRecord } from '#shared/journal/port.ts';
import { interpret } from '#shared/telemetry/interpret.ts';
import { Work } from '#rules/reader/work.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { type Plant, PlantIndex } from '#shared/model/plant.ts';
import { judgeSequences } from './data-quality.ts';
import { tellExcess } from './excess.ts';

const T0 = Date.parse('2026-06-01T00:00:00Z');
const HOUR = 3_600_000;
const PLANT: Plant = {
  version: 1,
  customers: [{ id: 'muster', name: 'Muster', tier: 'premium' }],
  models: [{ id: 'press', name: 'Presse', components: [], sensors: [{ id: 'temp' }] }],
  machines: [1, 2, 3, 4, 5].map((n) => ({ id: `p-${n}`, model: 'press', customer: 'muster' })),
};
const index = new PlantIndex(PLANT);
const surroundings = {
  limits: { reopenWithinMs: 24 * HOUR, absorbForMs: 24 * HOUR },
  knowledge: {
    customerOf: (id: string) => index.machine(id)?.machine.customer ?? null,
    sentence: () => '',
    excess: () => undefined,
  },
};

let dir: string;
let database: Database;
beforeAll(async () => {
  dir = await tempDir('data-quality');
  database = openDatabase({ dataDir: dir });
  await database.start();
});
afterAll(async () => {
  await database.stop();
  await removeDir(dir);
});
/** Each test has a machine of its own. */
let machine: string;
let tests = 0;
beforeEach(() => {
  machine = `p-${++tests}`;
});

/** One stretch of the journal in which the machine sends these numbers, `at` ms after the beginning. */
async function stretch(at: number, ...numbers: number[]): Promise<void> {
  const work = new Work(0);
  for (const [i, seq] of numbers.entries()) {
    const payload = Buffer.from(JSON.stringify({ ts: T0 + at, seq, values: { temp: 60 } }));
    const place = { position: i, next: i + 1 };
    const record: JournalRecord = {
      ...place,
      kind: 'message',
      at: T0 + at,
      topic: `machines/${machine}/telemetry`,
      payload,
    };
    work.sequence(machine, record, interpret(record, index, 'machines').sequence);
  }
  await database.transaction((tx) => judgeSequences(tx, work.sequences, surroundings));
}

const cases = () =>
  database.kysely
    .selectFrom('service_case')
    .select(['component', 'occurrences', 'owner', 'severity'])
    .where('machine', '=', machine)
    .execute();

async function quality(): Promise<Record<string, number>> {
  const rows = await database.kysely
    .selectFrom('quality')
    .select(['what', 'count'])
    .where('machine', '=', machine)
    .execute();
  return Object.fromEntries(rows.map(({ what, count }) => [what, count]));
}

test('a machine that counts well opens nothing, over stretches and deliveries that come again', async () => {
  await stretch(0, 0, 1, 2);
  await stretch(1_000, 2, 3, 4);
  expect(await cases()).toEqual([]);
  expect(await quality()).toEqual({ repeated: 1 });
});

test('without an integrator the case is nobody’s, so that everybody sees it', async () => {
  await stretch(0, 100, 102);
  expect(await cases()).toEqual([{ component: '~data', occurrences: 1, owner: null, severity: 'notice' }]);
});

test('a hole is recorded with its numbers and opens one case with the integrator, told of once an hour', async () => {
  await addAccount(
    database.kysely,
    {
      id: 'ina',
      login: 'ina',
      name: 'Ina Integrator',
      email: null,
      role: 'integrator',
      customer: null,
      language: 'de',
      timezone: 'Europe/Berlin',
      passwordHash: 'x',
      assigned: [],
    },
    new Date(T0),
  );
  await stretch(0, 10, 11);
  await stretch(1_000, 15, 16, 18);
  await stretch(2_000, 20);
  const breaks = await database.kysely
    .selectFrom('sequence_break')
    .select(['kind', 'first', 'last'])
    .where('machine', '=', machine)
    .execute();
  expect(breaks).toEqual([
    { kind: 'hole', first: 12, last: 14 },
    { kind: 'hole', first: 17, last: 17 },
    { kind: 'hole', first: 19, last: 19 },
  ]);
  expect(await quality()).toEqual({ missing: 5 });
  expect(await cases()).toEqual([{ component: '~data', occurrences: 2, owner: 'ina', severity: 'notice' }]);
  const told = () =>
    database.kysely
      .selectFrom('case_event')
      .innerJoin('service_case', 'service_case.id', 'case_event.case_id')
      .select('kind')
      .where('machine', '=', machine)
      .where('kind', '=', 'comment')
      .execute();
  expect(await told()).toHaveLength(1);
  await stretch(2 * HOUR, 30);
  expect(await told()).toHaveLength(2);
});

test('a count that begins anew is told, and what follows is judged from there', async () => {
  await stretch(0, 500);
  await stretch(1_000, 0, 1, 2);
  await stretch(2_000, 3);
  expect(await quality()).toEqual({ reset: 1 });
  expect(await cases()).toHaveLength(1);
});

test('too many readings are told in the same case, in words that say the mend', async () => {
  await stretch(0, 100, 102);
  const detail = 'more than 100 a second; let the machine send less';
  await database.transaction((tx) =>
    tellExcess(tx, [{ kind: 'set aside', machine, at: T0 + 1_000, detail }], surroundings),
  );
  expect(await cases()).toMatchObject([{ component: '~data', occurrences: 2, severity: 'notice' }]);
  const told = await database.kysely
    .selectFrom('case_event')
    .innerJoin('service_case', 'service_case.id', 'case_event.case_id')
    .select('detail')
    .where('machine', '=', machine)
    .where('kind', '=', 'comment')
    .execute();
  expect(told).toHaveLength(2);
  expect(JSON.stringify(told)).toContain(detail);
});
