import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_TELEMETRY } from './decode.ts';
import { RateLimit } from './rate-limit.ts';
import type { Snapshot, Telemetry } from './types.ts';

const AT = Date.UTC(2026, 0, 31, 8);
const SECOND = 1_000;

const snapshot = (ts: number, count: number, machine = 'm1'): Snapshot => ({
  machine,
  ts,
  readings: Array.from({ length: count }, (_, i) => ({ sensor: `s${i}`, value: i })),
});
const said = (...snapshots: readonly Snapshot[]): Telemetry => ({
  ...NO_TELEMETRY,
  machine: snapshots[0]?.machine,
  snapshots,
});
const readings = ({ snapshots }: Telemetry): number => snapshots.reduce((n, s) => n + s.readings.length, 0);
const aside = ({ rejects }: Telemetry): number => rejects.reduce((n, { count = 1 }) => n + count, 0);

/** What of so many readings, `everyMs` of the machine's time apart, is taken; all are received at `at`. */
function taken(limit: RateLimit, count: number, from: number, everyMs: number, at = AT, machine = 'm1'): number {
  let kept = 0;
  for (let n = 0; n < count; n++) kept += readings(limit.admit(said(snapshot(from + n * everyMs, 1, machine)), at));
  return kept;
}

describe('how much a machine may say', () => {
  it('takes what fits ten seconds of its own time, and tells of the rest', () => {
    const limit = new RateLimit(100);
    expect(taken(limit, 1_000, AT, 1)).toBe(1_000);
    const more = limit.admit(said(snapshot(AT + 5 * SECOND, 3), snapshot(AT + 12 * SECOND, 2)), AT);
    expect(more.snapshots).toEqual([snapshot(AT + 12 * SECOND, 2)]);
    expect(more.rejects).toMatchObject([{ reason: 'too-many', machine: 'm1', count: 3 }]);
    expect(more.rejects[0]?.detail).toBe(
      'more than 100 readings, events and states a second of its own time from "m1"; 3 of this message are set aside: let the machine send less, or raise MACHINE_READINGS_PER_SECOND',
    );
  });

  it('counts events and states too, and takes or leaves a snapshot whole', () => {
    const limit = new RateLimit(100);
    const told = limit.admit(
      {
        ...said(snapshot(AT, 999)),
        events: Array.from({ length: 2 }, () => ({ machine: 'm1', ts: AT, code: 'E1' })),
        states: [{ machine: 'm1', ts: AT, state: 'running' }],
      },
      AT,
    );
    expect([told.states.length, told.events.length, told.snapshots.length, aside(told)]).toEqual([1, 2, 0, 999]);
  });

  it('takes a day that comes within a second, beside the present', () => {
    const limit = new RateLimit(100);
    const day = 24 * 3_600 * SECOND;
    const many = snapshot(AT, 900);
    for (let ts = AT - day; ts < AT; ts += 10 * SECOND) {
      expect(readings(limit.admit(said({ ...many, ts }), AT))).toBe(900);
      expect(aside(limit.admit(said(snapshot(AT + ((ts - AT + day) % 90_000), 1)), AT))).toBe(0);
    }
  });

  it('leaves one machine alone where another sends too much', () => {
    const limit = new RateLimit(100);
    expect(taken(limit, 20_000, AT, 0.1)).toBe(1_000);
    expect(taken(limit, 1_000, AT, 1, AT, 'm2')).toBe(1_000);
  });

  it('without a limit takes everything', () => {
    expect(taken(new RateLimit(undefined), 20_000, AT, 0)).toBe(20_000);
  });

  it('remembers little of a machine that makes up times', () => {
    const limit = new RateLimit(100);
    taken(limit, 10_000, AT - 3e8, 30_000);
    expect(JSON.stringify(limit.memory()).length).toBeLessThan(1_000);
    taken(limit, 1, AT, 0, AT + 180_000, 'm2');
    expect(JSON.stringify(limit.memory())).not.toContain('m1');
  });

  it('loses nothing of a count, and judges the same however often it is interrupted', () => {
    const message = fc.record({
      machine: fc.constantFrom('m1', 'm2'),
      after: fc.integer({ min: 0, max: 40_000 }),
      ago: fc.constantFrom(0, 0, 0, 15_000, 3_600_000),
      counts: fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 40 }), fc.boolean(), (messages, interrupted) => {
        const whole = new RateLimit(100);
        let other = new RateLimit(100);
        let at = AT;
        for (const { machine, after, ago, counts } of messages) {
          at += after;
          const telemetry = said(...counts.map((count, i) => snapshot(at - ago - i * 7_000, count, machine)));
          const judged = whole.admit(telemetry, at);
          expect(readings(judged) + aside(judged)).toBe(readings(telemetry));
          expect(other.admit(telemetry, at)).toEqual(judged);
          if (interrupted) other = new RateLimit(100, JSON.parse(JSON.stringify(other.memory())));
        }
      }),
      { numRuns: 100 },
    );
  });
});
