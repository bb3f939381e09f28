import { describe, expect, it } from 'vitest';
import { costOf } from '#test/servers/tools.ts';
import { decode, NO_TELEMETRY } from './decode.ts';
import type { Telemetry } from './types.ts';

const AT = Date.UTC(2026, 0, 31, 8);
type Say = (leaf: string, payload: string | Uint8Array) => Telemetry;
const sayTo =
  (read: typeof decode): Say =>
  (leaf, payload) =>
    read('machines', `machines/m1/${leaf}`, typeof payload === 'string' ? Buffer.from(payload) : payload, AT);
const say = sayTo(decode);
const reasons = (t: Telemetry): string[] => t.rejects.map((r) => `${r.reason} ${r.path ?? ''}`.trim());
const T1 = AT - 2000;
const T2 = AT - 1000;

describe('telemetry of a machine', () => {
  it.each([
    ['values with a time', `{"ts":${T1},"values":{"a":1.5,"b":-2}}`, [[T1, 'a', 1.5, 'b', -2]]],
    ['values received now', '{"values":{"a":1}}', [[AT, 'a', 1]]],
    ['flat with a time', `{"ts":"2026-01-31T08:59:58+01:00","a":1,"b":2}`, [[T1, 'a', 1, 'b', 2]]],
    ['flat received now', '{"a":1}', [[AT, 'a', 1]]],
    ['a sensor called values', '{"values":7}', [[AT, 'values', 7]]],
    ['metadata beside values', '{"values":{"a":1},"seq":9}', [[AT, 'a', 1]]],
    [
      'a list in its own order',
      `[{"ts":${T2},"a":1},{"ts":${T1},"values":{"a":2}}]`,
      [
        [T2, 'a', 1],
        [T1, 'a', 2],
      ],
    ],
    [
      'equal times in a list as one snapshot',
      `[{"ts":${T1},"a":1},{"ts":${T2},"a":2},{"ts":${T1},"b":3}]`,
      [
        [T1, 'a', 1, 'b', 3],
        [T2, 'a', 2],
      ],
    ],
    ['one sensor twice at one time: both, in order', `[{"ts":${T1},"a":1},{"ts":${T1},"a":2}]`, [[T1, 'a', 1, 'a', 2]]],
    ['a byte order mark', '\uFEFF{"a":1}', [[AT, 'a', 1]]],
    ['nothing', '[]', []],
  ])('%s', (_, payload, expected) => {
    const { snapshots, rejects } = say('telemetry', payload);
    expect(snapshots.map((s) => [s.ts, ...s.readings.flatMap((r) => [r.sensor, r.value])])).toEqual(expected);
    expect(rejects).toEqual([]);
  });

  const STORIES: readonly (readonly [name: string, story: (read: Say) => void])[] = [
    [
      'keeps the good neighbours of values that are no numbers',
      (read) => {
        const t = read(
          'telemetry',
          '{"values":{"a":"61.2","b":null,"c":true,"d":{"x":1},"e":[1],"f":1e400,"g":2,"":"x"}}',
        );
        expect(t.snapshots).toEqual([{ machine: 'm1', ts: AT, readings: [{ sensor: 'g', value: 2 }] }]);
        expect(reasons(t)).toEqual(
          ['a', 'b', 'c', 'd', 'e', 'f'].map((s) => `not-a-number values.${s}`).concat('not-a-number values[""]'),
        );
        expect(t.rejects[0]?.detail).toBe('"61.2" is text, not a number; send 61.2 without quotes');
        expect(t.rejects[2]?.detail).toContain('send 1 or 0');
      },
    ],
    [
      'loses to NaN and Infinity one reading each, although neither is JSON',
      (read) => {
        const t = read('telemetry', '[{"a":NaN,"b":1},{"c":-Infinity,"NaN":2}]');
        expect(t.snapshots[0]?.readings).toEqual([
          { sensor: 'b', value: 1 },
          { sensor: 'NaN', value: 2 },
        ]);
        expect(reasons(t)).toEqual(['not-a-number [0].a', 'not-a-number [1].c']);
      },
    ],
    [
      'cannot be bent by names from the prototype',
      (read) => {
        const t = read('telemetry', '{"__proto__":1,"constructor":2,"toString":3,"__proto__x":{"admin":true}}');
        expect(t.snapshots[0]?.readings.map((r) => r.sensor)).toEqual(['__proto__', 'constructor', 'toString']);
        expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
        expect(read('telemetry', '{"__proto__":{"ts":5,"values":{"a":1}}}').snapshots).toEqual([]);
      },
    ],
    [
      'tells bytes that are not UTF-8, such as gzip',
      (read) => {
        expect(reasons(read('telemetry', Uint8Array.of(0x1f, 0x8b, 8, 0)))).toEqual(['not-utf8']);
      },
    ],
    [
      'refuses what is too long, and what is nested too deeply, before it reads it',
      (read) => {
        expect(reasons(read('telemetry', `{"a":1${' '.repeat(256 * 1024)}}`))).toEqual(['too-large']);
        expect(reasons(read('telemetry', `${'['.repeat(60_000)}${']'.repeat(60_000)}`))).toEqual(['wrong-shape']);
      },
    ],
  ];
  it.each(STORIES)('%s', (_, story) => {
    expect(() => story(say)).not.toThrow();
  });
  it.each(STORIES)('mutant: a reader that takes JSON as it comes is found out where the product %s', (_, story) => {
    expect(() => story(sayTo(takesJsonAsItComes))).toThrow(/./);
  });

  it('takes the number a machine gives what it sends, beside values, value, code and state', () => {
    expect(say('telemetry', '[{"seq":7,"values":{"a":1}},{"seq":8,"values":{"a":2}}]').sequence).toEqual([7, 8]);
    expect(say('sensors/a', '{"seq":9,"value":1}').sequence).toEqual([9]);
    expect(say('events', '{"seq":10,"code":"E1"}').sequence).toEqual([10]);
    expect(say('state', '{"seq":11,"state":"running"}').sequence).toEqual([11]);
  });

  it('keeps a reading whose number is none, and says so', () => {
    const t = say('telemetry', '{"seq":-1,"values":{"a":1}}');
    expect([t.snapshots[0]?.readings, t.sequence]).toEqual([[{ sensor: 'a', value: 1 }], []]);
    expect(reasons(t)).toEqual(['wrong-shape seq']);
  });

  it('takes seq for a sensor in the flat form, in which every key is one', () => {
    const t = say('telemetry', '{"seq":5,"a":1}');
    expect([t.snapshots[0]?.readings.map((r) => r.sensor), t.sequence]).toEqual([['seq', 'a'], []]);
  });

  it('reads hostile text in linear time', async () => {
    const cost = await costOf(() => {
      for (const unit of ['"\\', '"', '\\', 'NaN,', '"NaN', '{"a":NaN,', '[', '{"a":', '"\\"inf']) {
        say('telemetry', unit.repeat(Math.floor((256 * 1024) / unit.length)));
      }
    });
    expect(cost).toBeLessThan(2000);
  });

  it('rejects every reading of a row whose time cannot be read, and keeps the other rows', () => {
    const t = say('telemetry', `[{"ts":"2026-01-31 08:00:00","a":1,"b":2},{"ts":${T1},"a":3}]`);
    expect(reasons(t)).toEqual(['bad-time [0].a', 'bad-time [0].b']);
    expect(t.rejects[0]?.detail).toContain('has no zone');
    expect(t.snapshots).toHaveLength(1);
  });

  it.each([
    ['not-json', ''],
    ['not-json', '  '],
    ['not-json', '{"a":1'],
    ['not-json', 'running'],
    ['wrong-shape', '5'],
    ['wrong-shape', '"x"'],
    ['wrong-shape', 'null'],
    ['wrong-shape [1]', '[{"a":1},[{"a":1}]]'],
    ['wrong-shape values', '{"values":[1,2]}'],
  ])('tells %s', (expected, payload) => {
    expect(reasons(say('telemetry', payload))).toEqual([expected]);
  });

  it('takes 256 KiB and reads a part of a larger buffer as only that part', () => {
    const full = `{"a":1${' '.repeat(256 * 1024 - 7)}}`;
    expect(say('telemetry', full).rejects).toEqual([]);
    expect(say('telemetry', Buffer.from('xx{"a":1}yy').subarray(2, 9)).snapshots[0]?.readings).toEqual([
      { sensor: 'a', value: 1 },
    ]);
  });

  it('shows foreign text in a reject short and escaped, and never as a sensor id', () => {
    const t = say('telemetry', JSON.stringify({ [`\0${'x'.repeat(500)}`]: 'y'.repeat(500) }));
    expect(t.rejects[0]?.sensor).toBeUndefined();
    expect(t.rejects[0]?.path).toMatch(/^\["\\u0000x{59}…"\]$/);
    expect(t.rejects[0]?.detail.length).toBeLessThan(200);
  });
});

describe('a topic of one sensor', () => {
  it.each([
    ['a number', '61.2', [[AT, 61.2]]],
    ['an object', `{"ts":${T1},"value":61.2}`, [[T1, 61.2]]],
    [
      'a list',
      `[{"ts":${T1},"value":1},{"ts":"2026-01-31T07:59:59Z","value":2},3]`,
      [
        [T1, 1],
        [T2, 2],
        [AT, 3],
      ],
    ],
  ])('%s', (_, payload, expected) => {
    const t = say('sensors/temp', payload);
    expect(t.snapshots.map((s) => [s.ts, s.readings[0]?.value])).toEqual(expected);
    expect(t.rejects).toEqual([]);
  });

  it.each([
    ['not-a-number', '"61.2"'],
    ['not-a-number', 'NaN'],
    ['not-a-number [1]', '[1,[2]]'],
    ['not-a-number value', '{"value":null}'],
    ['wrong-shape', '{"v":1}'],
    ['wrong-shape', '{"__proto__":{"value":1}}'],
    ['bad-time value', '{"ts":null,"value":1}'],
    ['not-json', 'sixty'],
  ])('tells %s', (expected, payload) => {
    const t = say('sensors/temp', payload);
    expect(reasons(t)).toEqual([expected]);
    expect(t.rejects[0]?.machine).toBe('m1');
  });
});

describe('events, state and connection', () => {
  it('reads events alone and in lists, with numbers as codes', () => {
    const t = say(
      'events',
      `[{"ts":${T1},"code":"E42","text":"Ölstand\\nniedrig","severity":"warning"},{"code":17},{"code":"  "},{"code":"a\\nb"},7]`,
    );
    expect(t.events).toEqual([
      { machine: 'm1', ts: T1, code: 'E42', text: 'Ölstand\nniedrig', severity: 'warning' },
      { machine: 'm1', ts: AT, code: '17' },
    ]);
    expect(reasons(t)).toEqual(['wrong-shape [2]', 'wrong-shape [3]', 'wrong-shape [4]']);
    expect(say('events', '{"code":"E1"}').events).toHaveLength(1);
    expect(reasons(say('events', '{"code":"E1","text":5}'))).toEqual(['wrong-shape']);
    expect(reasons(say('events', '{"code":"E1","ts":"yesterday"}'))).toEqual(['bad-time']);
  });

  it('keeps no NUL and no half of a surrogate pair, which databases refuse', () => {
    expect(say('events', '{"code":"E1","text":"a\\u0000b\\ud800c😀"}').events[0]?.text).toBe('a\uFFFDb\uFFFDc😀');
    expect(reasons(say('events', '{"code":"E\\u0000"}'))).toEqual(['wrong-shape']);
  });

  it('reads a state as text or JSON', () => {
    expect(say('state', ' running\n').states).toEqual([{ machine: 'm1', ts: AT, state: 'running' }]);
    expect(say('state', '"running"').states[0]?.state).toBe('running');
    expect(say('state', `{"ts":${T1},"state":"idle"}`).states).toEqual([{ machine: 'm1', ts: T1, state: 'idle' }]);
  });

  it.each(['', '{"state":5}', '{"state":""}', '[1]', 'x'.repeat(65), 'a\u0007b'])('refuses the state %j', (bad) => {
    expect(reasons(say('state', bad))).toEqual(['wrong-shape']);
  });

  it('reads online and offline and nothing else', () => {
    expect(say('connection', 'online').connections).toEqual([{ machine: 'm1', online: true }]);
    expect(say('connection', '"offline"').connections).toEqual([{ machine: 'm1', online: false }]);
    expect(reasons(say('connection', ''))).toEqual(['wrong-shape']);
    expect(reasons(say('connection', '{"online":true}'))).toEqual(['wrong-shape']);
  });
});

describe('topics', () => {
  const TOPICS = [
    ['unknown-topic', '$SYS/broker/uptime'],
    ['unknown-topic', 'machines'],
    ['unknown-topic', 'machines/'],
    ['unknown-topic', 'machines/m1'],
    ['unknown-topic', 'machines//telemetry'],
    ['unknown-topic', 'machines/m1/telemetry/'],
    ['unknown-topic', 'machines/m1/sensors'],
    ['unknown-topic', 'machines/m1/sensors/'],
    ['unknown-topic', 'machines/m1/sensors/a/b'],
    ['unknown-topic', 'machines/m1/commands'],
    ['unknown-topic', 'machines/m1/__proto__'],
    ['unknown-topic', 'machinesx/m1/telemetry'],
    ['unknown-topic', '/machines/m1/telemetry'],
    ['unknown-topic', ''],
    ['unknown-machine', 'machines/M1/telemetry'],
    ['unknown-machine', 'machines/+/telemetry'],
    ['unknown-machine', 'machines/#/telemetry'],
    ['unknown-machine', `machines/${'m'.repeat(65)}/state`],
    ['sparkplug', 'spBv1.0/group/NBIRTH/node'],
  ] as const;
  const tells = (read: typeof decode, expected: string, topic: string): void => {
    const t = read('machines', topic, Buffer.from('{"a":1}'), AT);
    expect(reasons(t)).toEqual([expected]);
    expect(t.machine).toBeUndefined();
    expect(t.snapshots).toEqual([]);
  };

  it.each(TOPICS)('%s: %s', (expected, topic) => {
    expect(() => tells(decode, expected, topic)).not.toThrow();
  });

  it('mutants: readers that look for the machine in the topic and for nothing else are found out', () => {
    const foundBy = (read: typeof decode) =>
      TOPICS.filter(([expected, topic]) => {
        try {
          tells(read, expected, topic);
          return false;
        } catch {
          return true;
        }
      }).map(([, topic]) => topic);
    expect(foundBy(takesJsonAsItComes)).toEqual(TOPICS.map(([, topic]) => topic));
    // One that knows the kinds of topics, but not how long they are.
    const careless: typeof decode = (prefix, topic, ...rest) =>
      decode(prefix, topic.split('/').filter(Boolean).slice(0, 3).join('/'), ...rest);
    expect(foundBy(careless)).toEqual(['machines/m1/telemetry/', '/machines/m1/telemetry']);
  });

  it('follows the prefix of the settings, also one of several levels', () => {
    expect(decode('plant/west', 'plant/west/m1/telemetry', Buffer.from('{"a":1}'), AT).machine).toBe('m1');
  });
});

/** What is written first: the machine is the second level of the topic, and its readings are what JSON holds. */
function takesJsonAsItComes(_prefix: string, topic: string, payload: Uint8Array, at: number): Telemetry {
  const machine = topic.split('/')[1] ?? '';
  try {
    const values: Record<string, number> = {};
    const json = JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>;
    const said = (json['values'] ?? json) as Record<string, number>;
    for (const [sensor, value] of Object.entries(said)) values[sensor] = value;
    const readings = Object.entries(values).map(([sensor, value]) => ({ sensor, value }));
    return { ...NO_TELEMETRY, machine, snapshots: [{ machine, ts: at, readings }] };
  } catch {
    return { ...NO_TELEMETRY, machine, rejects: [{ reason: 'not-json', detail: 'no JSON' }] };
  }
}
