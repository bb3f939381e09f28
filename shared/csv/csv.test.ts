import { describe, expect, it } from 'vitest';
import { type Plant, PlantIndex } from '../model/plant.ts';
import { readEvents } from './events.ts';
import { readReadings } from './readings.ts';
import { type Row, readRows } from './rows.ts';
import { ReadingTable } from './table.ts';
import { readNumber, TimeReader } from './values.ts';

const NOON = Date.UTC(2026, 0, 31, 12);

async function* chunks(text: string, size = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

async function rowsOf(text: string, size?: number): Promise<Row[]> {
  const all: Row[] = [];
  for await (const rows of readRows(chunks(text, size))) all.push(...rows);
  return all;
}

const PLANT: Plant = {
  version: 1,
  customers: [],
  models: [
    {
      id: 'mk1',
      name: 'Mark 1',
      components: [],
      sensors: [
        { id: 'temp' },
        { id: 'volume-flow' },
        { id: 'power', formula: 'a * b', inputs: { a: 'temp', b: 'volume-flow' } },
      ],
    },
  ],
  machines: [
    { id: 'm1', model: 'mk1', customer: 'acme' },
    { id: 'm2', model: 'mk1', customer: 'acme' },
  ],
};

async function read(text: string, machine?: string) {
  const table = new ReadingTable();
  const told: string[] = [];
  const options = { index: new PlantIndex(PLANT), machine, tell: (line: string) => void told.push(line) };
  const file = await readReadings({ name: 'r.csv', chunks: chunks(text) }, table, options);
  return { ...file, told, snapshots: [...table.snapshots()] };
}

describe('rows', () => {
  it('survive BOM, CRLF, quotes and any cut between chunks', async () => {
    const text = '\uFEFFtime,text\r\n1,"a, ""b"""\r\n\r\n2,"two\nlines"\n3,ümläut';
    const expected = [
      { line: 1, cells: ['time', 'text'] },
      { line: 2, cells: ['1', 'a, "b"'] },
      { line: 4, cells: ['2', 'two\nlines'] },
      { line: 6, cells: ['3', 'ümläut'] },
    ];
    for (const size of [1, 2, 3, 7, 1000]) expect(await rowsOf(text, size)).toEqual(expected);
  });

  it('part at semicolons where the header does', async () => {
    expect(await rowsOf('time;m1\n1;2,5')).toEqual([
      { line: 1, cells: ['time', 'm1'] },
      { line: 2, cells: ['1', '2,5'] },
    ]);
  });

  it('lose only the row whose quote is never closed', async () => {
    const rest = Array.from({ length: 120 }, (_, i) => `${i},x`);
    const rows = await rowsOf(['time,text', '1,"oh', ...rest].join('\n'));
    expect(rows[1]).toEqual({ line: 2, cells: undefined });
    expect(rows).toHaveLength(122);
    expect(rows.at(-1)).toEqual({ line: 122, cells: ['119', 'x'] });
  });
});

describe('a time', () => {
  it.each([
    ['2026-01-31T12:00:00Z', 0],
    ['2026-01-31T12:00:00', 0],
    ['2026-01-31 12:00:00', 0],
    ['2026-01-31 12:00:00.5', 500],
    ['2026-01-31T12:00:00.123456Z', 123],
    ['2026-01-31T13:00:00+01:00', 0],
    ['2026-01-31T12:00', 0],
    [` ${NOON} `, 0],
  ])('reads %s', (cell, after) => expect(new TimeReader().read(cell)).toBe(NOON + after));

  it.each(['', 'now', '2026-02-30T00:00:00Z', '2026-01-31T24:00:00Z', '31.01.2026 12:00', '2026-01-31T1x:00:00'])(
    'is not "%s"',
    (cell) => expect(new TimeReader().read(cell)).toBeUndefined(),
  );
});

describe('a number', () => {
  it.each([
    ['61.2', 61.2],
    [' -1e3 ', -1000],
    ['.5', 0.5],
    ['61,2', 61.2],
    ['NaN', NaN],
    ['-inf', -Infinity],
  ])('reads %s', (cell, value) => expect(readNumber(cell)).toBe(value));

  it.each(['0x10', '1 000', '1.234,5', 'high', '--1'])('is not "%s"', (cell) =>
    expect(readNumber(cell)).toBeUndefined(),
  );
});

describe('readings', () => {
  it('of a long file are snapshots where neighbours share machine and time', async () => {
    const { snapshots } = await read(
      'time,machine,sensor,value\n0,m1,temp,1\n0,m1,volume-flow,2\n0,m2,temp,3\n0,m1,temp,4',
    );
    expect(snapshots.map(({ machine, readings }) => [machine, readings.length])).toEqual([
      ['m1', 2],
      ['m2', 1],
      ['m1', 1],
    ]);
  });

  it('may be in any order and stay as they were where times are equal', async () => {
    const { snapshots } = await read('value,sensor,machine,time\n3,temp,m1,2000\n1,temp,m1,1000\n2,temp,m2,1000');
    expect(snapshots.map(({ ts, readings }) => [ts, readings[0]?.value])).toEqual([
      [1000, 1],
      [1000, 2],
      [2000, 3],
    ]);
  });

  it('of a wide file find their sensors, and each row is one snapshot', async () => {
    const { snapshots, told, badRows } = await read(
      'datetime;Temp;Volume Flow;anomaly\n0;1;2;0\n0;;3;0\n1000;;;1',
      'm1',
    );
    expect(snapshots.map(({ readings }) => readings)).toEqual([
      [
        { sensor: 'temp', value: 1 },
        { sensor: 'volume-flow', value: 2 },
      ],
      [{ sensor: 'volume-flow', value: 3 }],
    ]);
    expect(told).toEqual([expect.stringMatching(/m1 has no sensor "anomaly"/)]);
    expect(badRows).toBe(0);
  });

  it('go on past bad rows, each told with its line', async () => {
    const rows = [
      'time,machine,sensor,value',
      '0,m1,temp,1',
      'yesterday,m1,temp,1',
      '0,m9,temp,1',
      '0,m1,vib,1',
      '0,m1,power,1',
      '0,m1,temp,hot',
      '0,m1,temp',
      '0,m1,temp,6,5',
      '1,m1,temp,',
      '2,m1,temp,NaN',
    ];
    const { told, badRows, rows: count, snapshots } = await read(rows.join('\n'));
    expect(told.map((line) => Number(line.split(':')[1]))).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect({ badRows, count, snapshots: snapshots.length }).toEqual({ badRows: 7, count: 10, snapshots: 2 });
  });

  it.each([
    ['', undefined, /empty/],
    ['a,b\n1,2', undefined, /no column "time"/],
    ['time,temp\n0,1', undefined, /--machine/],
    ['time,temp\n0,1', 'm9', /no machine "m9"/],
    ['time,vib\n0,1', 'm1', /none of its columns/],
  ])('of %j are refused as a whole', async (text, machine, why) => {
    expect((await read(text, machine)).problem).toMatch(why);
  });
});

describe('events', () => {
  const index = new PlantIndex(PLANT);

  it('are sorted by time; the code state is a state', async () => {
    const text = 'time,machine,code,text\n2000,m1,E42,"too hot, stop"\n1000,m1,state,running\n1500,m1,E1';
    const { events } = await readEvents({ name: 'e.csv', chunks: chunks(text) }, index, () => undefined);
    expect(events).toEqual([
      { kind: 'state', machine: 'm1', ts: 1000, state: 'running' },
      { kind: 'event', machine: 'm1', ts: 1500, code: 'E1' },
      { kind: 'event', machine: 'm1', ts: 2000, code: 'E42', text: 'too hot, stop' },
    ]);
  });

  it('tell bad rows and go on', async () => {
    const told: string[] = [];
    const text = 'time,machine,code\nx,m1,E1\n0,m9,E1\n0,m1,\n0,m1,state\n0,m1,E1';
    const { events, badRows } = await readEvents(
      { name: 'e.csv', chunks: chunks(text) },
      index,
      (line) => void told.push(line),
    );
    expect([events.length, badRows, told.length]).toEqual([1, 4, 4]);
  });
});
