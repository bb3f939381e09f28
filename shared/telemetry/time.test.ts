import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTime, timeProblem } from './time.ts';

describe('times of machines', () => {
  it.each([
    ['2026-01-31T08:00:00Z', Date.UTC(2026, 0, 31, 8)],
    ['2026-01-31t08:00z', Date.UTC(2026, 0, 31, 8)],
    ['2026-01-31 09:00:00.1+0100', Date.UTC(2026, 0, 31, 8, 0, 0, 100)],
    ['2026-01-31T08:00:00,123456789-00:30', Date.UTC(2026, 0, 31, 8, 30, 0, 123)],
    ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
    [1_769_846_400_000, 1_769_846_400_000],
  ])('%s', (value, expected) => expect(readTime(value)).toBe(expected));

  it.each([
    ['2026-02-29T00:00:00Z', 'does not exist'],
    ['2026-01-31T24:00:00Z', 'does not exist'],
    ['2026-01-31T08:00:00+15:00', 'does not exist'],
    ['2026-01-31T08:00:00', 'no zone'],
    ['1769846400000', 'without quotes'],
    ['yesterday', 'not ISO 8601'],
    ['9'.repeat(10_000), 'not ISO 8601'],
    [1.5, 'round it'],
    [null, 'leave ts out'],
    [true, 'leave ts out'],
    [{}, 'leave ts out'],
  ])('refuses %s', (value, said) => expect(readTime(value)).toContain(said));

  it('reads every instant that JavaScript writes', () => {
    const instants = fc.date({
      min: new Date('0100-01-01T00:00:00Z'),
      max: new Date('9999-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (date) => {
        expect(readTime(date.toISOString())).toBe(date.getTime());
      }),
    );
  });

  const at = Date.UTC(2026, 0, 31, 8);
  const TIMES = [
    [at, undefined],
    [at + 300_000, undefined],
    [Date.UTC(2000, 0, 1), undefined],
    [at + 300_001, 'future'],
    [Date.UTC(2255, 0, 1), 'future'],
    [Date.UTC(2000, 0, 1) - 1, 'bad-time'],
    [0, 'bad-time'],
    [-1e300, 'bad-time'],
    [at / 1000, 'bad-time'],
    [at * 1000, 'bad-time'],
    [at * 1e6, 'bad-time'],
  ] as const;
  const judges = (problem: typeof timeProblem, ts: number, reason: string | undefined): void =>
    expect(problem(ts, at)?.reason).toBe(reason);

  it.each(TIMES)('judges %s as %s', (ts, reason) => {
    expect(() => judges(timeProblem, ts, reason)).not.toThrow();
  });

  it('mutants: whoever believes every clock, or looks ahead only, is found out', () => {
    const foundBy = (problem: typeof timeProblem) =>
      TIMES.filter(([ts, reason]) => {
        try {
          judges(problem, ts, reason);
          return false;
        } catch {
          return true;
        }
      }).length;
    expect(foundBy(() => undefined)).toBe(TIMES.filter(([, reason]) => reason !== undefined).length);
    expect(foundBy((ts, now) => (ts > now + 300_000 ? { reason: 'future', detail: '' } : undefined))).toBe(6);
  });

  it('names the unit that was probably meant', () => {
    expect(timeProblem(at / 1000, at)?.detail).toContain('multiply it by 1,000');
    expect(timeProblem(at * 1000, at)?.detail).toContain('microseconds');
    expect(timeProblem(at * 1e6, at)?.detail).toContain('nanoseconds');
  });
});
