import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRemoteAnswer, remoteQuestion } from './messages.ts';
import { readSnappy, snappyBlock } from './snappy.ts';

const bytes = (...parts: (number | string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part)));

describe('a Snappy block', () => {
  test('gives back what was put into it, of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_000 }), (content) => {
        expect(readSnappy(snappyBlock(content))).toEqual(content);
      }),
    );
  });

  test.each([
    ['a copy with a short distance', bytes(9, 2 << 2, 'abc', [0b000_010_01, 3]), 'abcabcabc'],
    ['a copy that reaches into itself', bytes(8, 0, 'x', [0b000_011_01, 1]), 'xxxxxxxx'],
    ['two bytes again and again', bytes(11, 1 << 2, 'ab', [(8 << 2) | 2, 2, 0]), 'abababababa'],
    ['a distance of four bytes', bytes(6, 4 << 2, 'abcde', [3, 5, 0, 0, 0]), 'abcdea'],
    ['a length of two bytes', bytes([0x80 | 44, 2], [61 << 2, 43, 1], 'y'.repeat(300)), 'y'.repeat(300)],
  ])('%s', (_, block, text) => {
    expect(Buffer.from(readSnappy(block)).toString()).toBe(text);
  });

  test.each([
    ['nothing', bytes()],
    ['a length without end', bytes(0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ['more than so few bytes can hold', bytes([0xff, 0xff, 0x03], 0)],
    ['a literal past the end', bytes(3, 2 << 2, 'ab')],
    ['a copy of what is not there yet', bytes(9, 2 << 2, 'abc', [0b000_010_01, 4])],
    ['a copy of nothing', bytes(9, 2 << 2, 'abc', [0b000_010_01, 0])],
    ['less than it claims', bytes(5, 2 << 2, 'abc')],
    ['more than it claims', bytes(2, 2 << 2, 'abc')],
  ])('that is none is refused: %s', (_, block) => {
    expect(() => readSnappy(block)).toThrow(RangeError);
  });
});

describe('remote read', () => {
  const field = (tag: number, of: readonly number[] | string): readonly number[] => {
    const content = typeof of === 'string' ? [...Buffer.from(of)] : of;
    return [tag, ...varint(BigInt(content.length)), ...content];
  };
  const varint = (value: bigint): number[] =>
    value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)];
  const sample = ([ts, value]: readonly [number, number]): readonly number[] => {
    const double = Buffer.alloc(8);
    double.writeDoubleLE(value);
    return field(0x12, [
      ...(value === 0 ? [] : [0x09, ...double]),
      ...(ts === 0 ? [] : [0x10, ...varint(BigInt.asUintN(64, BigInt(ts)))]),
    ]);
  };
  const label = (name: string, value: string) => field(0x0a, [...field(0x0a, name), ...field(0x12, value)]);
  const answer = (...series: (readonly number[])[]) =>
    Uint8Array.from(
      field(
        0x0a,
        series.flatMap((one) => field(0x0a, one)),
      ),
    );

  test('gives samples by column: any time, any value, zeros left out', () => {
    const time = fc.oneof(
      fc.integer({ min: -9_223_372_036_853, max: 9_223_372_036_853 }),
      fc.nat(2 ** 31 - 1),
      fc.constant(0),
    );
    const now = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2120, 0) });
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(time, now, now, now), value), { maxLength: 40 }), (rows) => {
        const [series] = readRemoteAnswer(answer([...label('machine', 'm-1'), ...rows.flatMap(sample)]));
        expect(series?.tags).toEqual({ machine: 'm-1' });
        expect([...(series?.ts ?? [])]).toEqual(rows.map(([ts]) => ts));
        expect([...(series?.value ?? [])]).toEqual(rows.map(([, of]) => of + 0));
      }),
    );
  });

  test('several series, and none', () => {
    const found = readRemoteAnswer(
      answer(
        [...label('machine', 'm-1'), ...label('sensor', 'ö'.repeat(100)), ...sample([Date.UTC(2026, 0), 1.5])],
        [...label('machine', 'm-2'), ...label('sensor', 'b')],
      ),
    );
    expect(found.map(({ tags, ts }) => [tags['machine'], tags['sensor'], ts.length])).toEqual([
      ['m-1', 'ö'.repeat(100), 1],
      ['m-2', 'b', 0],
    ]);
    expect(readRemoteAnswer(answer())).toEqual([]);
    expect(readRemoteAnswer(bytes())).toEqual([]);
  });

  test('whatever bytes come, it is an answer or told to be none', () => {
    const good = answer([...label('machine', 'm-1'), ...sample([Date.UTC(2026, 0), 1.5])]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(good.length), (noise, cut) => {
        for (const wrong of [noise, bytes([...good].slice(0, cut), [...noise]), good.slice(0, cut)]) {
          try {
            readRemoteAnswer(wrong);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        }
      }),
    );
  });

  test('a question names values as they are, never as a pattern', () => {
    const asked = Buffer.from(
      remoteQuestion({ from: 0, to: 2 ** 41, labels: { machine: ['a.b', 'c+d'], sensor: ['e.f'] } }),
    ).toString('latin1');
    expect(asked).toContain(String.raw`^(?:a\.b|c\+d)$`);
    expect(asked).toContain('\x12\x06sensor\x1a\x03e.f');
  });
});
