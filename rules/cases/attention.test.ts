import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { applyConfiguration } from '#shared/database/queries/configuration.ts';
import { changeWindow, endWindow, planWindow } from '#shared/database/queries/maintenance.ts';
import { markNoData } from '#shared/database/queries/no-data.ts';
import { recordChanges } from '#shared/database/queries/changes.ts';
import { type NewShelving, shelveAlarm, unshelveAlarm } from '#shared/database/queries/shelving.ts';
import type { Plant } from '#shared/model/plant.ts';
import type { Severity } from '#shared/model/rule.ts';
import { windowState } from '#shared/model/service/maintenance.ts';
import type { Recurrence } from '#shared/model/service/recurrence.ts';
import { type Postgres, startPostgres } from '#test/servers/postgres.ts';
import { decide } from './decide.ts';
import type { Told } from './told.ts';

/** In the night after the 28th of March the clocks go forward. */
const T0 = Date.parse('2026-03-28T12:00:00Z');
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
const MACHINES = [
  'once',
  'weekly',
  'again',
  'hand',
  'grow',
  'count',
  'wave',
  'calm',
  'fire',
  'silent',
  'slow',
  'burst',
  'site-1',
  'site-2',
];
const CUT = [1, 3].flatMap((seed) => [0, 1, 2].map((variant) => `cut-${seed}-${variant}`));
const PLANT: Plant = {
  version: 1,
  customers: [
    { id: 'muster', name: 'Muster', tier: 'premium' },
    { id: 'werk', name: 'Werk', tier: 'standard' },
  ],
  models: [{ id: 'press', name: 'Presse', components: [{ id: 'bearing', name: 'Lager' }], sensors: [{ id: 'temp' }] }],
  machines: [...MACHINES, ...CUT].map((id) => ({
    id,
    model: 'press',
    ...(id.startsWith('site') ? { customer: 'werk', site: `Halle ${id.at(-1)}` } : { customer: 'muster' }),
  })),
};

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

describe.each(['PGlite', 'PostgreSQL'])('attention, kept in %s', (kind) => {
  let dataDir: string;
  let database: Database;
  const excess = new Map<string, number>();

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'attention-'));
    const databaseUrl = kind === 'PGlite' ? undefined : await postgres.createDatabase('attention');
    database = openDatabase({ dataDir, databaseUrl });
    await database.start();
    await database.transaction((tx) => applyConfiguration(tx, { plant: PLANT, author: 'test', reason: null }));
    await database.kysely
      .insertInto('account')
      .values({ id: 'ada', login: 'ada', name: 'Ada', role: 'technician', password_hash: '-' })
      .execute();
  }, 60_000);
  afterAll(async () => {
    await database.stop();
    await rm(dataDir, { recursive: true });
  });

  type Say = readonly [at: number, machine: string, rule: string, what?: 'raised' | 'cleared', severity?: Severity];

  function told([at, machine, rule, transition = 'raised', severity = 'warning']: Say): Told {
    const reason = { since: at, delayMs: 0, fact: { test: 'state', state: 'x', verdict: true } } as const;
    const customer = machine.startsWith('site') ? 'werk' : 'muster';
    // In a storm each rule has a component of its own.
    const component = rule.startsWith('r-') ? rule : 'bearing';
    return {
      transition: { t: at, machine, rule, mode: 'live', transition, severity, component, reason },
      at,
      ruleVersion: 1,
      customer,
      sentence: `${rule} ${transition}`,
    };
  }

  /** A stretch of the journal up to a tick; answers the kinds of what the portal must learn. */
  const fold = (tick: number, ...said: readonly Say[]): Promise<string[]> => foldTold(tick, said.map(told));

  async function foldTold(tick: number, stretch: readonly Told[]): Promise<string[]> {
    const knowledge = {
      customerOf: (machine: string) => (machine.startsWith('site') ? 'werk' : 'muster'),
      sentence: () => 'still there',
      excess: (machine: string, rule: string) => excess.get(`${machine} ${rule}`),
    };
    const limits = { reopenWithinMs: 24 * HOUR, absorbForMs: 24 * HOUR };
    return database.transaction(async (tx) => {
      const changes = await decide(tx, { told: stretch, tick }, { limits, knowledge });
      await recordChanges(tx, changes);
      return [...new Set(changes.map(({ kind: changed }) => changed))];
    });
  }

  const plan = (of: { machine?: string; customer?: string; site?: string }, recurrence: Recurrence, at: number) => {
    const { machine = null, customer = 'muster', site = null } = of;
    const { start, duration, rrule = null, timezone } = recurrence;
    const { holds } = windowState(recurrence, at);
    const planned = { customer, machine, site, title: 'Wartung', start, duration, rrule, timezone, holds };
    return database.transaction((tx) => planWindow(tx, planned, { who: 'ada', at: new Date(at) }));
  };

  async function alarms(machine: string) {
    const rows = await database.kysely.selectFrom('alarm').selectAll().where('machine', '=', machine).execute();
    return rows.toSorted((a, b) => Number(a.noted_at) - Number(b.noted_at) || (a.rule < b.rule ? -1 : 1));
  }

  const attention = async (machine: string) =>
    (await alarms(machine)).map(({ rule, suppressed, case_id }) => [rule, suppressed, case_id !== null]);

  async function timeline(machine: string) {
    const rows = await database.kysely
      .selectFrom('case_event as e')
      .innerJoin('service_case as c', 'c.id', 'e.case_id')
      .select(['e.kind', 'e.at', 'e.detail', 'e.actor'])
      .where('c.machine', '=', machine)
      .orderBy('e.id')
      .execute();
    return rows.map(({ kind: what, at, detail, actor }) => ({ what, at: (at.getTime() - T0) / MINUTE, detail, actor }));
  }

  const whats = async (machine: string) => (await timeline(machine)).map(({ what, at }) => [what, at]);

  async function shelve(machine: string, ends: Partial<NewShelving>, at: number): Promise<void> {
    const [alarm] = await alarms(machine);
    if (!alarm) throw new Error('no alarm');
    const shelving = {
      until: new Date(at + HOUR),
      reason: 'bekannt',
      raises: null,
      withinMs: null,
      growth: null,
      ...ends,
    };
    await database.transaction((tx) =>
      shelveAlarm(tx, { ...alarm, customer: 'muster' }, shelving, { who: 'ada', at: new Date(at) }),
    );
  }

  test('what is raised in a window waits; what has cleared by its end never had a case, what still stands gets one', async () => {
    await plan({ machine: 'once' }, { start: '2026-03-28T13:00', duration: '1h', timezone: 'Europe/Berlin' }, T0);
    await fold(T0 + MINUTE, [T0 + SECOND, 'once', 'gone'], [T0 + 2 * SECOND, 'once', 'stays']);
    await fold(T0 + 2 * MINUTE, [T0 + 90 * SECOND, 'once', 'gone', 'cleared']);
    expect(await attention('once')).toEqual([
      ['gone', 'maintenance', false],
      ['stays', 'maintenance', false],
    ]);
    expect(await whats('once')).toEqual([]);
    expect(await fold(T0 + 59 * MINUTE)).toEqual([]);
    expect(await fold(T0 + 61 * MINUTE)).toEqual(['machine', 'alarm', 'case']);
    expect(await attention('once')).toEqual([
      ['gone', 'maintenance', false],
      ['stays', null, true],
    ]);
    expect(await timeline('once')).toMatchObject([
      { what: 'opened', at: 60 },
      { what: 'raised', at: 60, detail: { rule: 'stays', summary: 'still there', after: 'maintenance' } },
    ]);
    expect(await fold(T0 + 62 * MINUTE)).toEqual([]);
  });

  test('a stretch that was read late ends as if it had been read second by second', async () => {
    const recurrence = { start: '2026-03-28T02:30', duration: '1h', rrule: 'FREQ=DAILY', timezone: 'Europe/Berlin' };
    await plan({ machine: 'weekly' }, recurrence, T0);
    // 02:30 does not exist in the next night: the window goes from 03:30 to 04:30 summer time, 01:30 to 02:30 UTC.
    const [from, to] = [Date.parse('2026-03-29T01:30:00Z'), Date.parse('2026-03-29T02:30:00Z')];
    await fold(
      to + HOUR,
      [from - SECOND, 'weekly', 'before'],
      [from, 'weekly', 'inside'],
      [to - SECOND, 'weekly', 'inside', 'cleared'],
      [to - SECOND, 'weekly', 'late'],
      [to, 'weekly', 'after'],
    );
    expect(await attention('weekly')).toEqual([
      ['before', null, true],
      ['inside', 'maintenance', false],
      ['late', null, true],
      ['after', null, true],
    ]);
    const after = (time: number) => (time - T0) / MINUTE;
    expect(await whats('weekly')).toEqual([
      ['opened', after(from - SECOND)],
      ['raised', after(from - SECOND)],
      ['suppressed', after(from)],
      ['released', after(to)],
      ['raised', after(to)],
      ['raised', after(to)],
    ]);
    const [window] = await database.kysely
      .selectFrom('maintenance_window')
      .selectAll()
      .where('machine', '=', 'weekly')
      .execute();
    expect(window).toMatchObject({ holds_from: null, next_at: new Date('2026-03-30T00:30:00Z') });
  });

  test('a window of a site holds for its machines alone; ended or moved by a person, what stands is raised at once', async () => {
    const here = { start: '2026-03-28T11:00', duration: '10h', timezone: 'UTC' };
    const id = await plan({ customer: 'werk', site: 'Halle 1' }, here, T0);
    await fold(T0 + SECOND, [T0 + SECOND, 'site-1', 'hot'], [T0 + SECOND, 'site-2', 'hot']);
    expect([await attention('site-1'), await attention('site-2')]).toEqual([
      [['hot', 'maintenance', false]],
      [['hot', null, true]],
    ]);
    const at = new Date(T0 + MINUTE);
    const { holds } = windowState(here, T0);
    const moved = { customer: 'werk', machine: null, site: 'Halle 2', title: 'x', ...here, rrule: null, holds };
    await database.transaction((tx) => changeWindow(tx, { id, revision: 1 }, moved, { who: 'ada', at }));
    await fold(T0 + 61 * SECOND);
    expect([await attention('site-1'), await attention('site-2')]).toEqual([
      [['hot', null, true]],
      [['hot', 'maintenance', true]],
    ]);
    await database.transaction((tx) => endWindow(tx, id, { who: 'ada', at: new Date(T0 + 2 * MINUTE) }));
    await fold(T0 + 121 * SECOND);
    expect(await attention('site-2')).toEqual([['hot', null, true]]);
    expect((await whats('site-2')).map(([what]) => what)).toEqual(['opened', 'raised', 'suppressed', 'released']);
  });

  test('shelving ends by time; what is raised meanwhile is written suppressed, and gets its case then', async () => {
    await fold(T0, [T0, 'once', 'noisy'], [T0, 'again', 'noisy']);
    await shelve('again', {}, T0 + MINUTE);
    await fold(T0 + 5 * MINUTE, [T0 + 2 * MINUTE, 'again', 'noisy', 'cleared'], [T0 + 3 * MINUTE, 'again', 'noisy']);
    expect(await attention('again')).toEqual([
      ['noisy', 'shelved', true],
      ['noisy', 'shelved', false],
    ]);
    expect(await fold(T0 + 60 * MINUTE)).toEqual([]);
    expect(await fold(T0 + 61 * MINUTE)).toEqual(['alarm', 'machine', 'case']);
    expect((await attention('again'))[1]).toEqual(['noisy', null, true]);
    expect((await whats('again')).slice(2)).toEqual([
      ['shelved', 1],
      ['cleared', 2],
      ['unshelved', 61],
      ['raised', 61],
    ]);
  });

  test('shelving ends by hand, and says who did it', async () => {
    await fold(T0, [T0, 'hand', 'noisy']);
    await shelve('hand', {}, T0);
    const [alarm] = await alarms('hand');
    const by = { who: 'ada', at: new Date(T0 + MINUTE) };
    await database.transaction((tx) => unshelveAlarm(tx, { ...alarm, customer: 'muster' } as never, by));
    await fold(T0 + MINUTE);
    expect(await attention('hand')).toEqual([['noisy', null, true]]);
    expect((await timeline('hand')).at(-1)).toMatchObject({
      what: 'unshelved',
      actor: 'ada',
      detail: { why: 'person' },
    });
  });

  test('shelving ends at the third raise within ten minutes, not at three in an hour', async () => {
    await fold(T0, [T0, 'count', 'noisy']);
    await shelve('count', { raises: 3, withinMs: 10 * MINUTE }, T0);
    const at = (minutes: number) => T0 + minutes * MINUTE;
    const blink = (minutes: number): Say[] => [
      [at(minutes), 'count', 'noisy', 'cleared'],
      [at(minutes), 'count', 'noisy'],
    ];
    await fold(at(20), ...blink(1), ...blink(8), ...blink(12));
    expect((await attention('count')).map(([, why]) => why)).toEqual(['shelved', 'shelved', 'shelved', 'shelved']);
    await fold(at(20), ...blink(17));
    expect((await attention('count')).at(-1)).toEqual(['noisy', null, true]);
    expect((await timeline('count')).find(({ what }) => what === 'unshelved')).toMatchObject({
      at: 17,
      detail: { why: 'raises', raises: 3 },
    });
  });

  test('shelving ends when the excess has grown by ten points since', async () => {
    await fold(T0, [T0, 'grow', 'hot']);
    await shelve('grow', { growth: 10 }, T0);
    for (const [second, percent] of [25, 34.9, 12, 35].entries()) {
      excess.set('grow hot', percent);
      expect(await attention('grow')).toEqual([['hot', 'shelved', true]]);
      await fold(T0 + second * SECOND);
    }
    expect(await attention('grow')).toEqual([['hot', null, true]]);
    expect((await timeline('grow')).at(-1)).toMatchObject({ what: 'unshelved', detail: { why: 'growth', growth: 10 } });
  });

  /** Ten seconds after each other. */
  const inStorm = (n: number) => T0 + n * 10 * SECOND;

  /** Twenty alarms of a machine in a storm, and one that clears, as `judge` sees them. */
  async function inFlood(machine: string, judge: (tick: number, stretch: readonly Told[]) => Promise<unknown>) {
    const rule = (n: number) => `r-${String(n).padStart(2, '0')}`;
    const storm = Array.from({ length: 20 }, (_, n): Say => [inStorm(n), machine, rule(n)]);
    const end: Say = [inStorm(20), machine, 'r-15', 'cleared'];
    await judge(inStorm(20), [...storm, end].map(told));
    expect((await attention(machine)).map(([, why, has]) => (has ? 'case' : why))).toEqual([
      ...Array.from({ length: 10 }, () => 'case'),
      ...Array.from({ length: 10 }, () => 'flood'),
    ]);
  }

  test('mutant: a judge that does not ask how fast alarms come is found out', async () => {
    const calm = (tick: number, stretch: readonly Told[]) =>
      foldTold(
        tick,
        stretch.map((one, n) => ({ ...one, transition: { ...one.transition, t: T0 + n * HOUR } })),
      );
    await expect(inFlood('calm', calm)).rejects.toThrow('to deeply equal');
  });

  test('the eleventh alarm in ten minutes begins a flood: one entry gathers what follows until it is calm', async () => {
    const at = inStorm;
    await inFlood('wave', foldTold);
    const cases = async () =>
      (
        await database.kysely
          .selectFrom('service_case')
          .select(['component', 'occurrences'])
          .where('machine', '=', 'wave')
          .orderBy('number')
          .execute()
      ).map(({ component, occurrences }) => [component, occurrences]);
    const before = await cases();
    expect(before).toHaveLength(11);
    expect(before.at(-1)).toEqual(['', 1]);
    // Fewer than five of the last ten minutes are left when the fifth newest is ten minutes old.
    const over = at(15) + 10 * MINUTE;
    await fold(over - 1);
    expect(await cases()).toEqual(before);
    await fold(over);
    const gathered = ['r-10', 'r-11', 'r-12', 'r-13', 'r-14', 'r-16', 'r-17', 'r-18', 'r-19'];
    expect(await cases()).toEqual([...before, ...gathered.map((component) => [component, 1])]);
    const entries = (await timeline('wave')).filter(({ what }) => what === 'flood');
    expect(entries).toMatchObject([{ detail: {} }, { detail: { ended: true, alarms: 10 } }]);
    expect((await attention('wave')).filter(([, why]) => why !== null)).toEqual([['r-15', 'flood', false]]);
  });

  test('in a flood a danger has its case, and an open case goes on taking its alarms', async () => {
    const storm = Array.from({ length: 12 }, (_, n): Say => [T0 + n, 'fire', `r-${String(n).padStart(2, '0')}`]);
    await fold(T0 + 20, ...storm, [T0 + 13, 'fire', 's-0', 'raised', 'danger'], [T0 + 14, 'fire', 's-1']);
    expect((await attention('fire')).slice(9)).toEqual([
      ['r-09', null, true],
      ['r-10', 'flood', false],
      ['r-11', 'flood', false],
      ['s-0', null, true],
      ['s-1', null, true],
    ]);
    const [burning] = await database.kysely
      .selectFrom('service_case')
      .select(['severity', 'occurrences'])
      .where('machine', '=', 'fire')
      .where('component', '=', 'bearing')
      .execute();
    expect(burning).toEqual({ severity: 'danger', occurrences: 2 });
  });

  test('alarms of a recording that is played fast are no flood; one that was a flood ends in its own time', async () => {
    const played = (machine: string, minutes: readonly number[]) =>
      minutes.map((minute, n) => {
        const one = told([T0 + n, machine, `r-${String(n).padStart(2, '0')}`]);
        return { ...one, transition: { ...one.transition, t: T0 - 24 * HOUR + minute * MINUTE } };
      });
    const every = (count: number, minutes: number) => Array.from({ length: count }, (_, n) => n * minutes);
    await foldTold(T0 + SECOND, played('slow', every(30, 2)));
    expect((await attention('slow')).filter(([, why]) => why !== null)).toEqual([]);
    await foldTold(T0 + SECOND, played('burst', [...every(14, 0), 60]));
    expect((await attention('burst')).filter(([, , has]) => !has)).toEqual([]);
    const floods = (await timeline('burst')).filter(({ what }) => what === 'flood');
    expect(floods).toMatchObject([{ detail: {} }, { detail: { ended: true, alarms: 4 } }]);
  });

  test.each([1, 3])('however a stretch of the journal is cut, the outcome is the same (seed %i)', async (seed) => {
    const random = randomOf(seed);
    const standing = new Set(['r-03']);
    const moves = Array.from({ length: 70 }, (_, n) => {
      const rule = `r-${String(Math.floor(random() * 18)).padStart(2, '0')}`;
      const what = standing.has(rule) ? ('cleared' as const) : ('raised' as const);
      if (what === 'raised') standing.add(rule);
      else standing.delete(rule);
      return { at: T0 + MINUTE + n * 20 * SECOND, rule, what };
    });
    const end = T0 + 60 * MINUTE;
    const outcomes: unknown[] = [];
    for (const [variant, cut] of [() => false, () => true, () => random() < 0.2].entries()) {
      const machine = `cut-${seed}-${variant}`;
      const recurrence = {
        start: '2026-03-28T12:05',
        duration: '4m',
        rrule: 'FREQ=DAILY;BYMINUTE=5,15',
        timezone: 'UTC',
      };
      await plan({ machine }, recurrence, T0);
      await fold(T0, [T0, machine, 'r-03']);
      await shelve(machine, { raises: 3, until: new Date(T0 + 20 * MINUTE) }, T0);
      let stretch: Say[] = [];
      for (const { at, rule, what } of moves) {
        stretch.push([at, machine, rule, what]);
        if (!cut()) continue;
        await fold(at, ...stretch);
        stretch = [];
      }
      await fold(end, ...stretch);
      const events = (await timeline(machine)).map(({ what, at, detail }) => [what, at, detail['rule'], detail['why']]);
      const rows = await alarms(machine);
      const held = rows.map(({ rule, noted_at, cleared_at, suppressed, suppressed_at, case_id }) => [
        rule,
        noted_at,
        cleared_at,
        suppressed,
        suppressed_at,
        case_id !== null,
      ]);
      outcomes.push({ events: events.sort(byText), held: held.sort(byText) });
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[2]).toEqual(outcomes[0]);
    const suppressions = new Set((await alarms(`cut-${seed}-0`)).map(({ suppressed }) => suppressed));
    expect(suppressions).toEqual(new Set([null, 'maintenance', 'flood', 'shelved']));
  });

  test('missing readings mark an alarm until it can be judged again, and never clear it', async () => {
    await fold(T0, [T0, 'silent', 'hot'], [T0, 'silent', 'warm']);
    const mark = (...since: { rule: string; since: number }[]) =>
      database.transaction((tx) =>
        markNoData(
          tx,
          since.map((one) => ({ machine: 'silent', ...one })),
        ),
      );
    const marks = async () =>
      (await alarms('silent')).map(({ rule, cleared_at, no_data_since }) => [
        rule,
        cleared_at,
        no_data_since?.getTime(),
      ]);
    expect((await mark({ rule: 'hot', since: T0 + SECOND })).map(({ kind: changed }) => changed)).toEqual([
      'alarm',
      'machine',
    ]);
    expect(await mark({ rule: 'hot', since: T0 + MINUTE })).toEqual([]);
    expect(await marks()).toEqual([
      ['hot', null, T0 + SECOND],
      ['warm', null, undefined],
    ]);
    expect(await mark({ rule: 'warm', since: T0 + MINUTE })).toHaveLength(4);
    expect(await marks()).toEqual([
      ['hot', null, undefined],
      ['warm', null, T0 + MINUTE],
    ]);
  });
});
