import { describe, expect, test } from 'vitest';
import { merge } from './merge.ts';
import { readColumns } from './msgpack.ts';

const text = (of: string): number[] => [0xa0 | of.length, ...Buffer.from(of)];
const double = (of: number): number[] => {
  const bytes = Buffer.alloc(9, 0xcb);
  bytes.writeDoubleBE(of, 1);
  return [...bytes];
};
const whole = (of: number): number[] => {
  const bytes = Buffer.alloc(9, 0xd3);
  bytes.writeBigInt64BE(BigInt(of), 1);
  return [...bytes];
};

describe('an answer of InfluxDB in MessagePack', () => {
  test('gives rows by column, whatever the width of its numbers', () => {
    const rows = [
      [0x92, ...whole(1_767_225_600_123), ...double(61.2)],
      [0x92, ...whole(-1), ...double(-0.5)],
      [0x92, 0x07, 0xcc, 200],
      [0x92, 0xcd, 1, 0, 0xd1, 0xff, 0xfe],
      [0x92, 0xce, 0, 1, 0, 0, 0xff],
      [0x92, 0xcf, 0, 0, 1, 0, 0, 0, 0, 0, 0xd2, 0xff, 0xff, 0xff, 0xff],
    ];
    const series = [
      0x83,
      ...text('name'),
      ...text('reading'),
      ...text('tags'),
      0x81,
      ...text('machine'),
      0xd9,
      2,
      ...Buffer.from('m1'),
      ...text('values'),
      0xdc,
      0,
      rows.length,
      ...rows.flat(),
    ];
    const result = [0x82, ...text('statement_id'), 0x00, ...text('series'), 0x91, ...series];
    const { error, series: read } = readColumns(Uint8Array.from([0x81, ...text('results'), 0x91, ...result]));
    expect(error).toBeUndefined();
    expect(read.map(({ tags, ts, value }) => ({ tags, ts: [...ts], value: [...value] }))).toEqual([
      {
        tags: { machine: 'm1' },
        ts: [1_767_225_600_123, -1, 7, 256, 65_536, 2 ** 40],
        value: [61.2, -0.5, 200, -2, -1, -1],
      },
    ]);
  });

  test('that is an error, empty, or no answer is told as what it is', () => {
    const failed = [0x81, ...text('error'), ...text('database not found')];
    expect(readColumns(Uint8Array.from(failed))).toEqual({ error: 'database not found', series: [] });
    const empty = [0x81, ...text('results'), 0x91, 0x81, ...text('statement_id'), 0x00];
    expect(readColumns(Uint8Array.from(empty))).toEqual({ error: undefined, series: [] });
    expect(() => readColumns(Uint8Array.from([0xc0]))).toThrow(RangeError);
    expect(() => readColumns(Uint8Array.from([0x81, 0xc1]))).toThrow(RangeError);
  });
});

test('series in order of time become one in order of time', () => {
  const run = (series: number, ts: readonly number[]) => {
    return { series, ts: Float64Array.from(ts), value: Float64Array.from(ts, (t) => t * 10 + series) };
  };
  const runs = [run(0, [1, 4, 4, 9]), run(1, []), run(2, [0, 4, 10, 11]), run(3, [5]), run(4, [2, 3])];
  const { series, ts, value } = merge(runs);
  expect([...ts]).toEqual([0, 1, 2, 3, 4, 4, 4, 5, 9, 10, 11]);
  expect([...value]).toEqual([...ts].map((t, row) => t * 10 + (series[row] ?? NaN)));
  expect([...merge([run(3, [7, 8])]).series]).toEqual([3, 3]);
  expect(merge([]).ts).toHaveLength(0);
});
