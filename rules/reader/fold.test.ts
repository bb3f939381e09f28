import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { JournalRecord } from '#shared/journal/port.ts';
import type { Plant } from '#shared/model/plant.ts';
import type { Rulebook } from '#shared/model/rule.ts';
import { writeNote } from '#shared/telemetry/note.ts';
import { Fold } from './fold.ts';
import { pack, unpack } from './memory.ts';
import { type Setup, setUp } from './setup.ts';
import { StatusBoard } from './status-board.ts';
import { Work } from './work.ts';

const T0 = Date.parse('2026-04-01T12:00:00Z');

function plant(high: number, machines = ['p-1', 'p-2']): Plant {
  return {
    version: 1,
    customers: [{ id: 'muster', name: 'Muster', tier: 'premium' }],
    models: [
      {
        id: 'press',
        name: 'Presse',
        components: [{ id: 'bearing', name: 'Lager' }],
        sensors: [
          {
            id: 'temp',
            component: 'bearing',
            name: { de: 'Lagertemperatur', en: 'Bearing temperature' },
            unit: '°C',
            tolerance: { low: 40, high },
          },
        ],
      },
    ],
    machines: machines.map((id) => ({ id, model: 'press', customer: 'muster' })),
  };
}

const RULES: Rulebook = {
  version: 1,
  rules: [{ id: 'hot', when: { sensor: 'temp', outside: '20%' }, for: '2s', clear: { for: '2s' }, severity: 'danger' }],
};

const setup = (version: number, high: number, machines?: string[]): Setup =>
  setUp({
    version,
    plantVersion: version,
    rulebookVersion: 1,
    plant: plant(high, machines),
    rulebook: RULES,
    ruleVersions: new Map([['hot', 7]]),
    removals: new Map(),
    author: 'Ada Admin',
    reason: 'new bearing',
  });

const SETUPS = new Map([
  [1, setup(1, 80)],
  [2, setup(2, 90)],
  [3, setup(3, 90, ['p-1'])],
]);

/** Records of a journal: [seconds after T0, topic below `machines/`, payload]; a number is a configuration, nothing a tick. */
function journal(
  ...lines: (readonly [seconds: number, topic?: string | number, payload?: unknown])[]
): JournalRecord[] {
  return lines.map(([seconds, topic, payload], n) => {
    const at = T0 + seconds * 1000;
    const place = { at, position: n * 10, next: n * 10 + 10 };
    if (topic === undefined) return { ...place, kind: 'tick', topic: '', payload: new Uint8Array() };
    if (typeof topic === 'number') {
      return { ...place, kind: 'config', topic: '', payload: Buffer.from(JSON.stringify({ version: topic })) };
    }
    const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
    return { ...place, kind: 'message', topic: `machines/${topic}`, payload: bytes };
  });
}

const setupOf = (record: JournalRecord): Setup | undefined =>
  record.kind === 'config'
    ? SETUPS.get((JSON.parse(Buffer.from(record.payload).toString()) as { version: number }).version)
    : undefined;

function gather(records: readonly JournalRecord[], fold = new Fold(setUp(undefined), { prefix: 'machines' })) {
  const work = new Work(0);
  const board = new StatusBoard([]);
  for (const record of records) fold.take(record, setupOf(record), { work, board });
  return { work, board, fold };
}

const temp = (value: number) => ({ values: { temp: value } });

const DAY = journal(
  [0, 1],
  [1, 'p-1/telemetry', temp(60)],
  [2, 'p-1/telemetry', temp(96)],
  [3, 'p-2/telemetry', temp(97)],
  [4],
  [5],
  [6, 'p-1/telemetry', temp(96)],
  [6, 'p-1/telemetry', temp(96)],
  [7, 2],
  [8, 'p-1/telemetry', temp(60)],
  [9, 'p-1/telemetry', '{"values":'],
  [10],
  [11, 3],
  [12, 'p-2/telemetry', temp(200)],
  [13, 'p-1/telemetry', temp(130)],
  [16],
);

describe('the fold', () => {
  test('tells what is raised and cleared, with sentence, rule version and customer of that time', () => {
    const { work } = gather(DAY);
    expect(
      work.told.map(({ transition, at, ...rest }) => [
        transition.transition,
        transition.machine,
        (at - T0) / 1000,
        rest,
      ]),
    ).toEqual([
      [
        'raised',
        'p-1',
        4,
        told('Lagertemperatur 96 °C, 80 % über Toleranz', 'Bearing temperature 96 °C, 80 % above tolerance'),
      ],
      [
        'raised',
        'p-2',
        5,
        told('Lagertemperatur 97 °C, 85 % über Toleranz', 'Bearing temperature 97 °C, 85 % above tolerance'),
      ],
      [
        'cleared',
        'p-1',
        7,
        told(
          'Die Toleranz wurde geändert (Ada Admin: new bearing)',
          'The tolerance was changed (Ada Admin: new bearing)',
        ),
      ],
      [
        'cleared',
        'p-2',
        7,
        told(
          'Die Toleranz wurde geändert (Ada Admin: new bearing)',
          'The tolerance was changed (Ada Admin: new bearing)',
        ),
      ],
      [
        'raised',
        'p-2',
        10,
        told('Lagertemperatur 97 °C, 28 % über Toleranz', 'Bearing temperature 97 °C, 28 % above tolerance'),
      ],
      [
        'cleared',
        'p-2',
        11,
        told(
          'Die Maschine wurde entfernt (Ada Admin: new bearing)',
          'The machine was removed (Ada Admin: new bearing)',
        ),
      ],
      [
        'raised',
        'p-1',
        16,
        told('Lagertemperatur 130 °C, 160 % über Toleranz', 'Bearing temperature 130 °C, 160 % above tolerance'),
      ],
    ]);
  });

  test('is the same wherever it is stopped and goes on from its memory', async () => {
    const whole = gather(DAY).work.told;
    for (let cut = 1; cut < DAY.length; cut++) {
      const before = gather(DAY.slice(0, cut));
      const bytes = await pack(before.fold.memory());
      const memory = await unpack(bytes);
      expect(memory).toBeDefined();
      const { configuration } = before.fold;
      const again = new Fold(
        configuration === null ? setUp(undefined) : (SETUPS.get(configuration) as Setup),
        { prefix: 'machines' },
        memory,
      );
      const after = gather(DAY.slice(cut), again);
      expect([...before.work.told, ...after.work.told]).toEqual(whole);
    }
  });

  test('forgets a memory of another version of the engine, or a damaged one', async () => {
    const bytes = await pack(gather(DAY).fold.memory());
    expect(JSON.parse(gunzipSync(bytes).toString())).toMatchObject({ version: 1 });
    expect(await unpack(bytes.subarray(0, 20))).toBeUndefined();
    expect(await unpack(await pack({ version: 2 } as never))).toBeUndefined();
  });

  test('sets aside what cannot be used, and counts it for machines it knows', () => {
    const long = `{"values":{"temp":"${'x'.repeat(5_000)}"}}`;
    const { work } = gather(
      journal(
        [0, 1],
        [1, 'p-1/telemetry', temp(60)],
        [2, 'stranger/telemetry', temp(1)],
        [3, 'p-1/telemetry', long],
        [4, 'p-1/telemetry', { ts: T0, ...temp(5) }],
      ),
    );
    expect(work.rejects.map(({ position, ordinal, machine, reason }) => [position, ordinal, machine, reason])).toEqual([
      [20, 0, 'stranger', 'unknown-machine'],
      [30, 0, 'p-1', 'not-a-number'],
    ]);
    expect(work.rejects[1]?.payload).toHaveLength(2_049);
    expect([...work.quality.values()].map(({ machine, what, count }) => [machine, what, count])).toEqual([
      ['~unknown', 'unknown-machine', 1],
      ['p-1', 'not-a-number', 1],
      ['p-1', 'late', 1],
    ]);
  });

  test('keeps fifty rejects of one message, and counts them all', () => {
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, n) => [`unknown-${n}`, n]));
    const { work } = gather(journal([0, 1], [1, 'p-1/telemetry', { values: many }]));
    expect(work.rejects).toHaveLength(50);
    expect([...work.quality.values()]).toMatchObject([{ what: 'unknown-sensor', count: 80 }]);
  });

  test('keeps a hundred rejects of one machine and reason a minute, wherever it is interrupted, and counts all', () => {
    const names = (n: number) => ({ values: { [`made-up-${n}`]: n } });
    const flood = Array.from({ length: 400 }, (_, n) => [30 + n / 10, 'p-1/telemetry', names(n)] as const);
    const others = [0.5, 30.5, 60.5].map((at) => [at, 'p-2/telemetry', names(0)] as const);
    const records = journal([0, 1], ...[...flood, ...others].toSorted((a, b) => a[0] - b[0]));
    const { work } = gather(records);
    const kept = work.rejects.map(({ at, machine }) => [Math.floor((at - T0) / 60_000), machine]);
    const howMany = (minute: number, machine: string) =>
      kept.filter(([of, who]) => of === minute && who === machine).length;
    expect([howMany(0, 'p-1'), howMany(1, 'p-1'), howMany(0, 'p-2'), howMany(1, 'p-2')]).toEqual([100, 100, 2, 1]);
    expect(work.rejects.filter(({ detail }) => detail.includes('counted, but not kept'))).toHaveLength(2);
    expect(work.setAside.get('unknown-sensor')).toBe(403);
    for (const cut of [120, 250]) {
      const before = gather(records.slice(0, cut));
      const again = new Fold(SETUPS.get(1) as Setup, { prefix: 'machines' }, before.fold.memory());
      const after = gather(records.slice(cut), again);
      expect([...before.work.rejects, ...after.work.rejects]).toEqual(work.rejects);
    }
  });

  test('sets aside what a machine sends too much, tells it once an hour, and judges the others', () => {
    const options = { prefix: 'machines', readingsPerSecond: 100 };
    const burst = (hour: number) =>
      Array.from({ length: 1_500 }, (_, n) => [hour * 3_600 + n / 1_000, 'p-1/telemetry', temp(60)] as const);
    const records = journal(
      [0, 1],
      ...burst(0),
      [2, 'p-2/telemetry', temp(100)],
      ...burst(0.5),
      ...burst(1.01),
      [3_700],
    );
    const { work } = gather(records, new Fold(setUp(undefined), options));
    expect(work.excess.map(({ machine, at }) => [machine, (at - T0) / 3_600_000])).toEqual([
      ['p-1', expect.closeTo(0, 2)],
      ['p-1', expect.closeTo(1.01, 2)],
    ]);
    expect(work.setAside.get('too-many')).toBe(1_500);
    expect(work.rejects.filter(({ reason }) => reason === 'too-many')).toHaveLength(300);
    const count = [...work.quality.values()].filter(({ what }) => what === 'too-many');
    expect(count).toMatchObject([
      { machine: 'p-1', count: 1_000 },
      { machine: 'p-1', count: 500 },
    ]);
    expect(work.told.map(({ transition }) => transition.machine)).toContain('p-2');
    for (const cut of [800, 1_400, 3_000]) {
      const before = gather(records.slice(0, cut), new Fold(setUp(undefined), options));
      const again = new Fold(SETUPS.get(1) as Setup, options, JSON.parse(JSON.stringify(before.fold.memory())));
      const after = gather(records.slice(cut), again);
      expect([...before.work.excess, ...after.work.excess]).toEqual(work.excess);
      expect([...before.work.rejects, ...after.work.rejects]).toEqual(work.rejects);
    }
  });

  test('tells of a machine that is read more slowly, where it knows the machine', () => {
    const noteOf = (machine: string, n: number): JournalRecord => ({
      kind: 'note',
      at: T0 + n,
      topic: '',
      payload: writeNote({ note: 'slowed', machine, perSecond: 100 }),
      position: 10 + n,
      next: 11 + n,
    });
    const { work } = gather([...journal([0, 1]), noteOf('p-1', 1), noteOf('stranger', 2)]);
    expect(work.excess).toEqual([{ kind: 'slowed', machine: 'p-1', at: T0 + 1, perSecond: 100 }]);
    expect([...work.quality.values()]).toMatchObject([{ machine: 'p-1', what: 'slowed', count: 1 }]);
    expect(work.notes).toEqual([]);
  });

  test('tells which standing alarms cannot be judged any more, since when, and when they can be again', () => {
    const quick = plant(80);
    const [model] = quick.models;
    const every = { ...model, sensors: model?.sensors.map((sensor) => ({ ...sensor, every: '2s' })) };
    const ticking = setUp({
      version: 9,
      plantVersion: 9,
      rulebookVersion: 1,
      plant: { ...quick, models: [every as (typeof quick.models)[number]] },
      rulebook: { version: 1, rules: [{ id: 'hot', when: { sensor: 'temp', outside: '20%' }, severity: 'danger' }] },
      ruleVersions: new Map([['hot', 1]]),
      removals: new Map(),
      author: null,
      reason: null,
    });
    const fold = new Fold(ticking, { prefix: 'machines' });
    const doubts = (...lines: Parameters<typeof journal>) => {
      const { work } = gather(journal(...lines), fold);
      expect(work.told.filter(({ transition }) => transition.transition === 'cleared')).toEqual([]);
      return work.doubtful?.map(({ machine, rule, since }) => [machine, rule, (since - T0) / 1000]);
    };
    expect(doubts([0, 'p-1/telemetry', temp(100)], [1])).toEqual([]);
    expect(fold.excess('p-1', 'hot')).toBe(100);
    expect(doubts([5])).toBeUndefined();
    expect(doubts([6], [7], [8])).toEqual([['p-1', 'hot', 6]]);
    expect(doubts([9])).toBeUndefined();
    expect(doubts([10, 'p-1/telemetry', temp(100)], [11])).toEqual([]);
    const again = new Fold(ticking, { prefix: 'machines' }, fold.memory());
    expect(gather(journal([12]), again).work.doubtful).toEqual([]);
  });

  test('tells state and connection at once, the times of messages every ten seconds', () => {
    const fold = new Fold(SETUPS.get(1) as Setup, { prefix: 'machines' });
    const { board } = gather(
      journal([0, 'p-1/telemetry', temp(60)], [1, 'p-1/state', 'running'], [2, 'p-1/connection', 'online']),
      fold,
    );
    expect([...board.urgent]).toEqual(['p-1']);
    expect(board.take(T0 + 2_000)).toEqual([
      {
        machine: 'p-1',
        messageAt: T0 + 2_000,
        readingAt: T0,
        state: 'running',
        stateAt: T0 + 1_000,
        online: true,
        onlineAt: T0 + 2_000,
      },
    ]);
    const gathering = { board, work: new Work(0) };
    for (const record of journal([3, 'p-1/telemetry', temp(61)], [4, 'p-1/state', 'running']))
      fold.take(record, undefined, gathering);
    expect(board.urgent.size).toBe(0);
    expect(board.take(T0 + 5_000)).toEqual([]);
    expect(board.take(T0 + 12_000)).toEqual([{ machine: 'p-1', messageAt: T0 + 4_000, readingAt: T0 + 3_000 }]);
    const [old] = journal([13, 'p-1/state', { ts: T0, state: 'idle' }]);
    if (old) fold.take(old, undefined, gathering);
    expect(board.urgent.size).toBe(0);
  });
});

function told(de: string, en: string) {
  return { ruleVersion: 7, customer: 'muster', sentence: { de, en } };
}
