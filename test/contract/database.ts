/** What every database promises, whether PostgreSQL or PGlite: one dialect, one set of types, one behaviour. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '#shared/database/database.ts';
import { json } from '#shared/database/json.ts';
import { type Alarm, insertAlarms, standingOf, UNNOTICED, updateAlarms } from '#shared/database/queries/alarms.ts';
import { takeStep } from '#shared/database/queries/case-steps.ts';
import { endShelving } from '#shared/database/queries/case-due.ts';
import { addOccurrence, lockPlace, openCase } from '#shared/database/queries/cases.ts';
import { changesSince, latestChange, recordChanges } from '#shared/database/queries/changes.ts';
import {
  applyConfiguration,
  configuration,
  configurationAt,
  latestConfiguration,
  markEffective,
  pendingConfigurations,
  waitEffective,
} from '#shared/database/queries/configuration.ts';
import {
  addCredential,
  closeEndedCredentials,
  credentialOf,
  credentialsOf,
  endCredentialsBy,
  hashMachinePassword,
  nextCredentialEnd,
  revokeCredentials,
} from '#shared/database/queries/credentials.ts';
import {
  advance,
  loadSnapshot,
  readerPosition,
  resign,
  saveSnapshot,
  takeLead,
} from '#shared/database/queries/reader.ts';
import { addQuality, insertRejects, pruneRejects } from '#shared/database/queries/rejects.ts';
import { machineStatuses, updateStatuses } from '#shared/database/queries/status.ts';
import { toleranceSpans } from '#shared/database/queries/tolerances.ts';
import type { Plant } from '#shared/model/plant.ts';
import type { Reason } from '#shared/model/reason.ts';
import type { Rule, Rulebook } from '#shared/model/rule.ts';

const reason: Reason = { since: 0, delayMs: 0, fact: { test: 'state', state: 'running', verdict: true } };
const ALARM: Alarm = {
  id: '',
  machine: '',
  rule: 'hot',
  rule_version: 1,
  mode: 'live',
  severity: 'danger',
  component: '',
  raised_at: new Date(5),
  noted_at: new Date(6),
  reason,
  ...UNNOTICED,
};
const rule = (id: string, above: number): Rule => ({ id, when: { sensor: 'temp', above }, severity: 'warning' });
const rulebook = (...rules: Rule[]): Rulebook => ({ version: 1, rules });

function plant(high: number, machines: readonly string[]): Plant {
  const temp = { id: 'temp', component: 'pump', tolerance: { low: 0, high } };
  return {
    version: 1,
    customers: [{ id: 'muster', name: 'Muster', tier: 'premium' }],
    models: [{ id: 'p-1', name: { de: 'Pumpe' }, components: [{ id: 'pump', name: 'Pumpe' }], sensors: [temp] }],
    machines: machines.map((id) => ({ id, model: 'p-1', customer: 'muster' })),
  };
}

export function databaseContract(
  name: string,
  make: () => Promise<{ database: Database; remove(): Promise<void> }>,
): void {
  describe(`database: ${name}`, () => {
    let database: Database;
    let remove: () => Promise<void>;
    beforeAll(async () => {
      ({ database, remove } = await make());
      await database.start();
      const { kysely } = database;
      await kysely
        .insertInto('customer')
        .values({ id: 'c-1', name: json('C'), tier: 'standard' })
        .execute();
      await kysely
        .insertInto('account')
        .values(
          ['ada', 'bob'].map((id) => ({ id, login: id, name: id, role: 'technician' as const, password_hash: '-' })),
        )
        .execute();
    });
    afterAll(async () => {
      await database.stop();
      await remove();
    });

    async function open(machine: string, component = 'pump', at = new Date()) {
      return database.transaction((tx) =>
        openCase(tx, { machine, component, severity: 'warning', customer: 'c-1', title: { de: 'Titel' }, at }),
      );
    }

    test('gives back every type as it was written', async () => {
      const at = new Date('2026-03-29T01:59:59.999Z');
      const content = { a: [1, 'zwei', null, { b: -0.1 }], 'ü"\\': true };
      const audit = await database.kysely
        .insertInto('audit')
        .values({ at, actor: null, action: 'test', detail: json(content) })
        .returningAll()
        .executeTakeFirstOrThrow();
      expect(audit).toEqual({
        id: expect.any(Number),
        at,
        actor: null,
        action: 'test',
        subject: null,
        detail: content,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      const state = new Uint8Array([0, 255, 10, 0]);
      await database.transaction((tx) =>
        saveSnapshot(tx, 'types', { position: 2 ** 50 + 1, configuration: null, state }),
      );
      const snapshot = await loadSnapshot(database.kysely, 'types');
      expect({ ...snapshot, state: new Uint8Array(snapshot?.state ?? []) }).toEqual({
        position: 2 ** 50 + 1,
        configuration: null,
        state,
      });
      const { rows } =
        await sql<object>`select count(*) as n, sum(x) as s, avg(x) as m, true as t, 0.1::float8 as f, null as z
        from generate_series(1, 4) x`.execute(database.kysely);
      expect(rows).toEqual([{ n: 4, s: 10, m: 2.5, t: true, f: 0.1, z: null }]);
    });

    test.each([
      ['a plain string', 'text', 'text'],
      ['an array', ['a', 1], ['a', 1]],
      ['a quote and a backslash', 'a"b\\u0000c', 'a"b\\u0000c'],
      ['NUL', 'a\u0000b', 'a\uFFFDb'],
      ['half a surrogate pair', 'a\ud800b', 'a\uFFFDb'],
      ['a whole pair', '😀', '😀'],
    ])('keeps %s as JSON', async (_what, value, kept) => {
      const row = await database.kysely
        .insertInto('audit')
        .values({ actor: null, action: 'json', detail: json<NonNullable<unknown>>(value) })
        .returning('detail')
        .executeTakeFirstOrThrow();
      expect(row.detail).toEqual(kept);
    });

    test('a transaction that fails leaves nothing behind', async () => {
      const attempt = database.transaction(async (tx) => {
        await tx.insertInto('audit').values({ actor: null, action: 'undone', detail: null }).execute();
        throw new Error('no');
      });
      await expect(attempt).rejects.toThrow('no');
      const rows = await database.kysely.selectFrom('audit').selectAll().where('action', '=', 'undone').execute();
      expect(rows).toEqual([]);
    });

    test('a query beside the transaction it is made in is refused, not waited for', async () => {
      const attempt = database.transaction(() => database.kysely.selectFrom('audit').selectAll().execute());
      await expect(attempt).rejects.toThrow('must go through the transaction');
      await database.check();
    });

    test('notices come after the commit, in order, and never of what was undone', async () => {
      const heard: (string | undefined)[] = [];
      const stop = await database.listen('test_channel', (payload) => heard.push(payload));
      const notify = (payload: string) => sql`select pg_notify('test_channel', ${payload})`;
      await database.transaction(async (tx) => {
        await notify('1').execute(tx);
        await notify('2').execute(tx);
        await sleep(20);
        expect(heard).toEqual([]);
      });
      await database
        .transaction((tx) =>
          notify('3')
            .execute(tx)
            .then(() => Promise.reject(new Error('no'))),
        )
        .catch(() => 0);
      await notify('4').execute(database.kysely);
      await expect.poll(() => heard).toEqual(['1', '2', '4']);
      await stop();
      await notify('5').execute(database.kysely);
      await sleep(20);
      expect(heard).toHaveLength(3);
    });

    test('one lock has one holder', async () => {
      const lock = await database.tryLock('test');
      expect(lock).toBeDefined();
      expect(await database.tryLock('test')).toBeUndefined();
      expect(await database.tryLock('another')).toBeDefined();
      await lock?.release();
      await lock?.lost;
      const again = await database.tryLock('test');
      expect(again).toBeDefined();
      await again?.release();
    });

    test('forty who open a case of one component at once open one, and every occurrence counts', async () => {
      const opened = await Promise.all(Array.from({ length: 40 }, () => open('race-1')));
      expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
      const rows = await database.kysely
        .selectFrom('service_case')
        .selectAll()
        .where('machine', '=', 'race-1')
        .execute();
      expect(rows).toMatchObject([{ occurrences: 40, status: 'new', revision: 1 }]);
    });

    test('an alarm raised twice stands once, and is cleared once', async () => {
      const twice = [1, 2, 3].map((n) => ({ ...ALARM, id: `twice-${n}`, machine: 'twice-1' }));
      const raise = (alarm: Alarm) => database.transaction((tx) => insertAlarms(tx, [alarm]));
      const raised = await Promise.allSettled(twice.map(raise));
      expect(raised.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const [standing] = await standingOf(database.kysely, [{ machine: 'twice-1', rule: 'hot' }]);
      const cleared = { ...(standing as Alarm), cleared_at: new Date(9), clear_reason: reason };
      await database.transaction((tx) => updateAlarms(tx, [cleared]));
      await raise({ ...ALARM, id: 'twice-4', machine: 'twice-1' });
      const rows = await database.kysely.selectFrom('alarm').selectAll().where('machine', '=', 'twice-1').execute();
      expect(rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)).at(-1)).toEqual({
        ...ALARM,
        id: 'twice-4',
        machine: 'twice-1',
      });
      expect(rows.find(({ id }) => id === cleared.id)).toEqual(cleared);
    });

    test('who follows the changes misses none, however many commit at once', async () => {
      let seen = await latestChange(database.kysely);
      const refs: string[] = [];
      const follow = async () => {
        for (const change of (await changesSince(database.kysely, seen)) ?? []) {
          refs.push(change.ref);
          seen = change.id;
        }
      };
      let writing = true;
      const writers = Array.from({ length: 30 }, (_, n) =>
        database.transaction(async (tx) => {
          await sleep(Math.random() * 20);
          await recordChanges(tx, [{ kind: 'case', ref: `w${n}`, customer: null }]);
          await sleep(Math.random() * 5);
        }),
      );
      const done = Promise.all(writers).then(() => {
        writing = false;
      });
      while (writing) await follow();
      await done;
      await follow();
      expect(refs.toSorted()).toEqual(Array.from({ length: 30 }, (_, n) => `w${n}`).toSorted());
      expect(await changesSince(database.kysely, seen + 1000)).toBeUndefined();
    });

    describe('configuration', () => {
      const apply = (next: { plant?: Plant; rulebook?: Rulebook }, author = 'ada') =>
        database.transaction((tx) => applyConfiguration(tx, { ...next, author, reason: 'test' }));

      test('is kept in versions; the same again changes nothing', async () => {
        const first = await apply({
          plant: plant(10, ['m-1', 'm-2']),
          rulebook: rulebook(rule('hot', 9), rule('cold', 1)),
        });
        expect(first).toEqual({ version: expect.any(Number), changed: true });
        expect(await apply({ plant: plant(10, ['m-1', 'm-2']) })).toEqual({ version: first.version, changed: false });
        const second = await apply({ plant: plant(12, ['m-1']), rulebook: rulebook(rule('hot', 11)) }, 'bob');
        const third = await apply({ rulebook: rulebook(rule('hot', 11), rule('cold', 1)) });
        const versions = async (version: number) => {
          const { plant: content, ruleVersions } = (await configuration(database.kysely, version)) ?? {};
          return [content?.machines.length, Object.fromEntries(ruleVersions ?? [])];
        };
        expect(await versions(first.version)).toEqual([2, { hot: 1, cold: 1 }]);
        expect(await versions(second.version)).toEqual([1, { hot: 2 }]);
        expect(await versions(third.version)).toEqual([1, { hot: 2, cold: 3 }]);
        expect((await latestConfiguration(database.kysely))?.version).toBe(third.version);
        const changes = database.kysely.selectFrom('rule_version').select(['rule', 'version', 'author', 'content']);
        expect(await changes.where('rule', '=', 'cold').orderBy('version').execute()).toEqual([
          { rule: 'cold', version: 1, author: 'ada', content: rule('cold', 1) },
          { rule: 'cold', version: 2, author: 'bob', content: null },
          { rule: 'cold', version: 3, author: 'ada', content: rule('cold', 1) },
        ]);
      });

      test('a machine that is gone keeps its row, and lives again when it is back', async () => {
        const removed = async () =>
          (await database.kysely.selectFrom('machine').select(['id', 'removed_at']).orderBy('id').execute()).map(
            ({ id, removed_at }) => [id, removed_at !== null],
          );
        await apply({ plant: plant(12, ['m-1']) });
        expect(await removed()).toEqual([
          ['m-1', false],
          ['m-2', true],
        ]);
        await apply({ plant: plant(12, ['m-1', 'm-2']) });
        expect(await removed()).toEqual([
          ['m-1', false],
          ['m-2', false],
        ]);
      });

      test('tolerances are known as they held at a time', async () => {
        await apply({ plant: plant(20, ['t-1']) });
        const between = new Date();
        await sleep(5);
        await apply({ plant: plant(25, ['t-1']) });
        await apply({ plant: plant(25, ['t-1', 't-2']) });
        await apply({ plant: plant(25, ['t-2']) });
        const from = new Date('2020-01-01T00:00:00Z');
        const range = { machine: 't-1', sensors: ['temp', 'other'], from, to: new Date(Date.now() + 1000) };
        const spans = await toleranceSpans(database.kysely, range);
        const old = { from, low: 0, high: 20, nominal: 10 };
        const changed = { from: expect.any(Date), low: 0, high: 25, nominal: 12.5 };
        expect([...spans]).toEqual([
          ['temp', [old, changed]],
          ['other', []],
        ]);
        expect(spans.get('temp')?.[1]?.from.getTime()).toBeGreaterThan(between.getTime());
        const early = await toleranceSpans(database.kysely, { ...range, to: between });
        expect(early.get('temp')).toEqual([old]);
      });

      test('takes effect where ingest writes it into the journal', async () => {
        const { version } = await apply({ plant: plant(30, ['m-1']) });
        expect(await pendingConfigurations(database.kysely)).toContain(version);
        const waiting = waitEffective(database, version, 60_000);
        await markEffective(database.kysely, version, 1_000, 7);
        await markEffective(database.kysely, version, 2_000, 8);
        expect(await waiting).toBe(true);
        expect(await waitEffective(database, 999_999, 10)).toBe(false);
        expect((await configurationAt(database.kysely, 1_500))?.version).toBe(version);
        expect(await configurationAt(database.kysely, 500)).toBeUndefined();
      });

      test('imports at once follow one another', async () => {
        const all = await Promise.all([31, 32, 33, 34].map((high) => apply({ plant: plant(high, ['m-1', 'm-3']) })));
        expect(new Set(all.map(({ version }) => version)).size).toBe(4);
        const spans = await toleranceSpans(database.kysely, {
          machine: 'm-3',
          sensors: ['temp'],
          from: new Date(0),
          to: new Date(Date.now() + 1000),
        });
        const latest = await latestConfiguration(database.kysely);
        expect(spans.get('temp')?.at(-1)?.high).toBe(latest?.plant.models[0]?.sensors[0]?.tolerance?.high);
      });

      test('a password of a machine holds until it ends or is revoked', async () => {
        await apply({ plant: plant(40, ['m-1']) });
        const now = new Date();
        const later = new Date(now.getTime() + 60_000);
        const hash = await hashMachinePassword('right');
        const add = (id: string, machine = 'm-1') =>
          database.transaction((tx) =>
            addCredential(tx, { id, machine, key: 'k', at: now, username: (taken) => `m-1~${taken.length}` }, hash),
          );
        const owner = async (username: string, password = 'right', at = now) =>
          (await credentialOf(database.kysely, username, password, at))?.credential;
        expect(await add('c', 'none')).toBeUndefined();
        const names = await Promise.all([add('a'), add('b')]);
        expect(new Set(names.map((made) => made?.username))).toEqual(new Set(['m-1~0', 'm-1~1']));
        const [a = '', b = ''] = names.map((made) => made?.username);
        expect([await owner(a), await owner(b), await owner(a, 'guess'), await owner('m-2')]).toEqual([
          'a',
          'b',
          undefined,
          undefined,
        ]);
        await endCredentialsBy(database.kysely, ['a'], later);
        expect(await nextCredentialEnd(database.kysely)).toEqual(later);
        expect([await owner(a), await owner(a, 'right', later), await owner(b, 'right', later)]).toEqual([
          'a',
          undefined,
          'b',
        ]);
        expect((await closeEndedCredentials(database.kysely, later)).map(({ id }) => id)).toEqual(['a']);
        expect(await closeEndedCredentials(database.kysely, later)).toEqual([]);
        expect((await revokeCredentials(database.kysely, 'm-1', now)).map(({ id }) => id)).toEqual(['b']);
        expect([await owner(b), await credentialsOf(database.kysely, 'm-1', now)]).toEqual([undefined, []]);
      });
    });

    describe('steps of a case', () => {
      const at = new Date('2026-05-01T10:00:00Z');
      const step = (options: Omit<Parameters<typeof takeStep>[1], 'who' | 'at'> & { who?: string }) =>
        database.transaction((tx) => takeStep(tx, { who: 'ada', at, ...options } as Parameters<typeof takeStep>[1]));
      const events = async (id: string) =>
        database.kysely
          .selectFrom('case_event')
          .select(['kind', 'actor', 'visibility', 'detail'])
          .where('case_id', '=', id)
          .orderBy('id')
          .execute();

      test('lead from new to closed, each with its place in timeline, audit and changes', async () => {
        const { id } = await open('steps-1');
        await database.transaction(async (tx) => {
          await insertAlarms(tx, [{ ...ALARM, id: 'steps-alarm', machine: 'steps-1', case_id: id }]);
        });
        const before = await latestChange(database.kysely);
        const body = { cause: 'Lager', remedy: 'getauscht', verdict: 'valid', why: 'Spiel gemessen' } as const;
        expect(await step({ case: id, step: 'acknowledge', body: { note: 'gesehen' }, ifMatch: 1 })).toMatchObject({
          done: true,
          case: { status: 'acknowledged', revision: 2 },
        });
        expect(await step({ case: id, step: 'assign', body: { nextStep: 'anrufen' }, ifMatch: 2 })).toMatchObject({
          case: { status: 'in-progress', owner: 'ada', next_step: 'anrufen', revision: 3 },
        });
        expect(await step({ case: id, step: 'resolve', body, ifMatch: 3 })).toMatchObject({
          case: { status: 'resolved', cause: 'Lager', verdict: 'valid', resolved_at: at },
        });
        expect(await step({ case: id, step: 'close', body: {} })).toMatchObject({
          case: { status: 'closed', remedy: 'getauscht' },
        });
        expect((await events(id)).map(({ kind, actor, visibility }) => [kind, actor, visibility])).toEqual([
          ['acknowledged', 'ada', 'customer'],
          ['comment', 'ada', 'internal'],
          ['assigned', 'ada', 'internal'],
          ['resolved', 'ada', 'customer'],
          ['closed', 'ada', 'customer'],
        ]);
        const alarms = await database.kysely.selectFrom('alarm').selectAll().where('case_id', '=', id).execute();
        expect(alarms).toMatchObject([{ acknowledged_by: 'ada', acknowledged_at: at }]);
        const changed = (await changesSince(database.kysely, before)) ?? [];
        expect(changed.map(({ kind }) => kind)).toEqual(['case', 'alarm', 'case', 'case', 'case']);
        const audit = await database.kysely
          .selectFrom('audit')
          .select('action')
          .where('subject', '=', id)
          .orderBy('id')
          .execute();
        expect(audit.map(({ action }) => action)).toEqual([
          'case.acknowledge',
          'case.assign',
          'case.resolve',
          'case.close',
        ]);
      });

      test('of two who change a case at once the second learns what it is now', async () => {
        const { id } = await open('steps-2');
        const both = await Promise.all([
          step({ case: id, step: 'assign', body: {}, ifMatch: 1 }),
          step({ case: id, step: 'assign', body: {}, ifMatch: 1, who: 'bob' }),
        ]);
        expect(both.filter(({ done }) => done)).toHaveLength(1);
        expect(both.find(({ done }) => !done)).toMatchObject({ why: 'changed', current: { revision: 2 } });
        expect(await events(id)).toHaveLength(1);
        expect(
          await step({ case: id, step: 'comment', body: { text: 'ja', visibility: 'customer' }, ifMatch: 1 }),
        ).toMatchObject({
          done: true,
        });
      });

      test('a step the status does not allow, or a body that does not do, changes nothing', async () => {
        const { id } = await open('steps-3');
        expect(await step({ case: 'nobody', step: 'acknowledge', body: {} })).toEqual({ done: false, why: 'unknown' });
        expect(await step({ case: id, step: 'reopen', body: { reason: 'x' } })).toMatchObject({ why: 'not-allowed' });
        expect(await step({ case: id, step: 'close', body: { cause: 'x' } })).toMatchObject({
          why: 'body',
          errors: [{ path: 'remedy' }, { path: 'verdict' }],
        });
        expect(await step({ case: id, step: 'assign', body: { owner: 'nobody' } })).toMatchObject({
          errors: [{ path: 'owner' }],
        });
        const until = '2026-05-01T09:00:00Z';
        expect(await step({ case: id, step: 'shelve', body: { until, reason: 'x' } })).toMatchObject({
          errors: [{ path: 'until' }],
        });
        expect(await events(id)).toEqual([]);
      });

      test('a case is not re-opened beside another open one of the same place', async () => {
        const { id } = await open('steps-4');
        await step({ case: id, step: 'close', body: { cause: 'a', remedy: 'b', verdict: 'false-alarm' } });
        const other = await open('steps-4');
        const reopen = { case: id, step: 'reopen', body: { reason: 'doch' } } as const;
        expect(await step(reopen)).toMatchObject({ why: 'other-open', other: { id: other.id, number: other.number } });
        await step({ case: other.id, step: 'close', body: { cause: 'a', remedy: 'b', verdict: 'valid' } });
        expect(await step(reopen)).toMatchObject({ case: { status: 'acknowledged', verdict: null, closed_at: null } });
      });

      test('shelving ends at its time', async () => {
        const { id } = await open('steps-5');
        await step({ case: id, step: 'assign', body: {} });
        await step({ case: id, step: 'shelve', body: { until: '2026-05-02T00:00:00Z', reason: 'Teil bestellt' } });
        const end = (time: string) => database.transaction((tx) => endShelving(tx, new Date(time)));
        expect(await end('2026-05-01T23:59:59Z')).toEqual([]);
        expect(await end('2026-05-02T00:00:00Z')).toMatchObject([{ id, status: 'in-progress', shelved_until: null }]);
      });

      test('an occurrence and a person who opens again at once leave one open case', async () => {
        for (let round = 0; round < 5; round++) {
          const machine = `steps-6-${round}`;
          const { id } = await open(machine);
          await step({ case: id, step: 'close', body: { cause: 'a', remedy: 'b', verdict: 'false-alarm' } });
          const place = { machine, component: 'pump' };
          const house = database.transaction(async (tx) => {
            await lockPlace(tx, place);
            if (await addOccurrence(tx, place, at, new Date(0))) return;
            await openCase(tx, { ...place, severity: 'warning', customer: 'c-1', title: 'x', at });
          });
          await Promise.all([house, step({ case: id, step: 'reopen', body: { reason: 'x' } })]);
          const rows = await database.kysely
            .selectFrom('service_case')
            .select('status')
            .where('machine', '=', machine)
            .execute();
          expect(rows.filter(({ status }) => status !== 'closed')).toHaveLength(1);
        }
      });
    });

    describe('readers of the journal', () => {
      const lead = (leader: string, alone: boolean, leaseMs = 60_000) =>
        takeLead(database.kysely, { name: 'reader', leader, leaseMs, alone });
      const move = (epoch: number, from: number, to: number) =>
        database.transaction((tx) => advance(tx, { name: 'reader', epoch, from, to, leaseMs: 60_000 }));

      test('one leads; who leads no more cannot move the position', async () => {
        const first = await lead('a', false);
        expect(first).toEqual({ position: 0, epoch: 1 });
        expect(await lead('b', false)).toBeUndefined();
        expect(await move(1, 0, 10)).toBe(true);
        expect(await move(1, 0, 20)).toBe(false);
        expect(await lead('b', true)).toEqual({ position: 10, epoch: 2 });
        expect(await move(1, 10, 20)).toBe(false);
        expect(await move(2, 10, 20)).toBe(true);
        await resign(database.kysely, 'reader', 1);
        expect(await lead('c', false)).toBeUndefined();
        await resign(database.kysely, 'reader', 2);
        expect(await lead('c', false, 1)).toEqual({ position: 20, epoch: 3 });
        await sleep(5);
        expect(await lead('d', false)).toEqual({ position: 20, epoch: 4 });
        expect(await readerPosition(database.kysely, 'reader')).toMatchObject({ position: 20, leader: 'd' });
      });
    });

    test('of a machine the newest word is kept, field by field', async () => {
      const update = (...changes: Parameters<typeof updateStatuses>[1]) =>
        database.transaction((tx) => updateStatuses(tx, changes));
      await update({ machine: 's-1', online: true, onlineAt: 5 }, { machine: 's-2', messageAt: 1 });
      await update({ machine: 's-1', state: 'running', stateAt: 6, readingAt: 9 });
      await update({ machine: 's-1', state: 'idle', stateAt: 3 });
      const known = (await machineStatuses(database.kysely)).find(({ machine }) => machine === 's-1');
      expect(known).toEqual({
        machine: 's-1',
        online: true,
        online_at: new Date(5),
        state: 'running',
        state_at: new Date(6),
        message_at: null,
        reading_at: new Date(9),
      });
    });

    test('rejects are written once and bounded, bad data is counted by the hour', async () => {
      const reject = (position: number, detail: string) => ({
        position,
        ordinal: 0,
        at: 1_000 + position,
        machine: null,
        sensor: null,
        reason: 'not-json',
        detail,
        topic: 't',
        payload: '{\u0000',
      });
      await database.transaction(async (tx) => {
        await insertRejects(tx, [reject(1, 'a'), reject(2, 'b')]);
        await insertRejects(tx, [reject(2, 'again'), reject(3, 'c')]);
        await addQuality(tx, [
          { machine: 'q', at: 3_600_000, what: 'late', count: 2 },
          { machine: 'q', at: 7_199_999, what: 'late', count: 3 },
          { machine: 'q', at: 7_200_000, what: 'late', count: 1 },
        ]);
      });
      await pruneRejects(database.kysely, 2);
      const kept = await database.kysely
        .selectFrom('reject')
        .select(['position', 'detail'])
        .orderBy('position')
        .execute();
      expect(kept).toEqual([
        { position: 2, detail: 'again' },
        { position: 3, detail: 'c' },
      ]);
      const counts = await database.kysely.selectFrom('quality').select(['hour', 'count']).orderBy('hour').execute();
      expect(counts).toEqual([
        { hour: new Date(3_600_000), count: 5 },
        { hour: new Date(7_200_000), count: 1 },
      ]);
    });
  });
}
