import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Transition } from '#rules/engine/types.ts';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { takeStep } from '#shared/database/queries/case-steps.ts';
import type { Severity } from '#shared/model/rule.ts';
import { textIn } from '#shared/model/text.ts';
import { decide } from './decide.ts';
import type { Surroundings } from './told.ts';

const T0 = Date.parse('2026-04-01T12:00:00Z');
const HOUR = 3_600_000;
const AROUND: Surroundings = {
  limits: { reopenWithinMs: 24 * HOUR, absorbForMs: 24 * HOUR },
  knowledge: { customerOf: () => 'muster', sentence: () => '', excess: () => undefined },
};

let dataDir: string;
let database: Database;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'decide-'));
  database = openDatabase({ dataDir });
  await database.start();
  await database.kysely
    .insertInto('account')
    .values({ id: 'ada', login: 'ada', name: 'Ada', role: 'technician', password_hash: '-' })
    .execute();
});
afterAll(async () => {
  await database.stop();
  await rm(dataDir, { recursive: true });
});

interface Say {
  readonly machine: string;
  readonly rule?: string;
  readonly severity?: Severity;
  readonly mode?: Transition['mode'];
  readonly component?: string | null;
  readonly at?: number;
}

/** Tells that an alarm was raised or cleared; answers the kinds of what the portal must learn. */
async function say(transition: 'raised' | 'cleared', options: Say): Promise<string[]> {
  const { machine, rule = 'hot', severity = 'warning', mode = 'live', component = 'bearing', at = T0 } = options;
  const reason = { since: at, delayMs: 0, fact: { test: 'state', state: 'x', verdict: true } } as const;
  const told = {
    transition: { t: at - 5, machine, rule, mode, transition, severity, component, reason },
    at,
    ruleVersion: 3,
    customer: 'muster',
    sentence: { de: `${rule} ${transition}`, en: `${rule} ${transition}` },
  };
  const changes = await database.transaction((tx) => decide(tx, { told: [told], tick: undefined }, AROUND));
  return changes.map(({ kind }) => kind);
}

const casesOf = (machine: string) =>
  database.kysely.selectFrom('service_case').selectAll().where('machine', '=', machine).orderBy('number').execute();

async function timeline(machine: string): Promise<string[]> {
  const rows = await database.kysely
    .selectFrom('case_event as e')
    .innerJoin('service_case as c', 'c.id', 'e.case_id')
    .select('e.kind')
    .where('c.machine', '=', machine)
    .orderBy('e.id')
    .execute();
  return rows.map(({ kind }) => kind);
}

async function close(
  machine: string,
  step: 'resolve' | 'close',
  verdict: 'valid' | 'false-alarm',
  at = T0,
): Promise<void> {
  const [open] = (await casesOf(machine)).slice(-1);
  const body = { cause: 'a', remedy: 'b', verdict };
  const result = await database.transaction((tx) =>
    takeStep(tx, { step, body, case: open?.id ?? '', who: 'ada', at: new Date(at) }),
  );
  expect(result.done).toBe(true);
}

test('the first alarm opens a case, the next of the same component joins it, each counts once', async () => {
  expect(await say('raised', { machine: 'm-1' })).toEqual(['alarm', 'machine', 'case']);
  expect(await say('raised', { machine: 'm-1' })).toEqual([]);
  await say('raised', { machine: 'm-1', rule: 'loud', at: T0 + HOUR });
  await say('raised', { machine: 'm-1', rule: 'leak', component: 'pump' });
  await say('raised', { machine: 'm-1', rule: 'lost', component: null });
  expect(await casesOf('m-1')).toMatchObject([
    {
      component: 'bearing',
      occurrences: 2,
      status: 'new',
      opened_at: new Date(T0),
      last_at: new Date(T0 + HOUR),
      customer: 'muster',
    },
    { component: 'pump', occurrences: 1 },
    { component: '', occurrences: 1 },
  ]);
});

test('the severity is the highest of the alarms that stand, the title tells of the one that set it', async () => {
  const now = async () => {
    const [found] = await casesOf('m-2');
    return [found?.severity, found?.highest_severity, textIn(found?.title, 'de')];
  };
  await say('raised', { machine: 'm-2', rule: 'warm', severity: 'notice' });
  expect(await now()).toEqual(['notice', 'notice', 'warm raised']);
  await say('raised', { machine: 'm-2', rule: 'burning', severity: 'danger' });
  await say('raised', { machine: 'm-2', rule: 'hot', severity: 'warning' });
  expect(await now()).toEqual(['danger', 'danger', 'burning raised']);
  await say('cleared', { machine: 'm-2', rule: 'burning' });
  expect(await now()).toEqual(['warning', 'danger', 'burning raised']);
  await say('cleared', { machine: 'm-2', rule: 'warm' });
  await say('cleared', { machine: 'm-2', rule: 'hot' });
  expect(await now()).toEqual(['warning', 'danger', 'burning raised']);
  await say('raised', { machine: 'm-2', rule: 'warm', severity: 'notice' });
  expect(await now()).toEqual(['notice', 'danger', 'warm raised']);
  expect(await timeline('m-2')).toEqual([
    'opened',
    'raised',
    'severity',
    'raised',
    'raised',
    'cleared',
    'severity',
    'cleared',
    'cleared',
    'severity',
    'raised',
  ]);
});

test('a case stays open when its alarms clear; what was not standing cannot clear', async () => {
  await say('raised', { machine: 'm-3' });
  expect(await say('cleared', { machine: 'm-3' })).toEqual(['alarm', 'machine', 'case']);
  expect(await say('cleared', { machine: 'm-3' })).toEqual([]);
  expect(await casesOf('m-3')).toMatchObject([{ status: 'new', severity: 'warning' }]);
});

test('a pilot rule is counted and opens nothing', async () => {
  expect(await say('raised', { machine: 'm-4', mode: 'pilot' })).toEqual(['alarm', 'machine']);
  expect(await casesOf('m-4')).toEqual([]);
});

test.each(['resolve', 'close'] as const)(
  'after %s within a day the case is opened again, later a new one',
  async (step) => {
    const machine = `m-5-${step}`;
    await say('raised', { machine });
    await close(machine, step, 'valid');
    await say('cleared', { machine });
    await say('raised', { machine, at: T0 + 24 * HOUR });
    expect(await casesOf(machine)).toMatchObject([
      { status: 'new', occurrences: 2, revision: 3, verdict: null, resolved_at: null, closed_at: null, cause: 'a' },
    ]);
    await close(machine, step, 'valid');
    await say('cleared', { machine });
    await say('raised', { machine, at: T0 + 24 * HOUR + 1 });
    expect(await casesOf(machine)).toMatchObject([
      { status: step === 'close' ? 'closed' : 'resolved' },
      { status: 'new', occurrences: 1 },
    ]);
    expect((await timeline(machine)).filter((kind) => kind === 'reopened')).toHaveLength(1);
  },
);

test('a false alarm is not opened again', async () => {
  await say('raised', { machine: 'm-6' });
  await close('m-6', 'close', 'false-alarm');
  await say('cleared', { machine: 'm-6' });
  await say('raised', { machine: 'm-6', at: T0 + 1 });
  expect(await casesOf('m-6')).toMatchObject([{ status: 'closed', severity: 'warning' }, { status: 'new' }]);
});
