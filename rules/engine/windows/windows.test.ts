/** Windows over long and unkind streams: what comes and goes leaves no trace. */
import { describe, expect, it } from 'vitest';
import { LineWindow } from './line.ts';
import { SensorMemory } from './memory.ts';
import { MeanWindow } from './mean.ts';
import { SpreadWindow } from './spread.ts';

function memoryOf(widthMs: number): SensorMemory {
  return new SensorMemory([
    { key: 'mean', create: (history) => new MeanWindow(history, widthMs) },
    { key: 'stddev', create: (history) => new SpreadWindow(history, widthMs) },
    { key: 'trend', create: (history) => new LineWindow(history, widthMs) },
  ]);
}

function results(memory: SensorMemory) {
  const [mean, spread, line] = memory.observers as [MeanWindow, SpreadWindow, LineWindow];
  return { mean: mean.value, stddev: spread.value, slope: line.slope, ahead: line.at(60_000).value };
}

/** The same numbers from the readings of the last window alone. */
function afresh(readings: readonly (readonly [number, number])[], widthMs: number) {
  const end = readings.at(-1)?.[0] ?? 0;
  const memory = memoryOf(widthMs);
  memory.observe(end - 10 * widthMs, 0);
  for (const [ts, value] of readings) if (ts > end - widthMs) memory.observe(ts, value);
  return results(memory);
}

describe('a window', () => {
  it('gives after a million readings what its last ones give alone, bit by bit', () => {
    const widthMs = 60_000;
    const memory = memoryOf(widthMs);
    const readings: [number, number][] = [];
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let i = 0; i < 1_000_000; i++) {
      const value = 1e5 + Math.sin(i / 1e4) * 50 + random() * 1e-3;
      const ts = i * 500;
      memory.observe(ts, value);
      if (i > 999_000) readings.push([ts, value]);
    }
    const [told, expected] = [results(memory), afresh(readings, widthMs)];
    expect(told.mean).toBe(expected.mean);
    expect(told.stddev).toBe(expected.stddev);
    expect(told.slope).toBeCloseTo(expected.slope, 15);
    expect(told.ahead).toBeCloseTo(expected.ahead, 9);
  });

  it('forgets a spike of any height', () => {
    const memory = memoryOf(10);
    for (let t = 0; t < 40; t++) memory.observe(t, t === 15 ? 1e300 : 0.1);
    expect(results(memory)).toMatchObject({ mean: 0.1, stddev: 0, slope: 0 });
  });

  it('has no deviation where all readings are equal, whatever their digits', () => {
    for (const value of [0.1, 1 / 3, 123_456.789, 1e-9]) {
      const memory = memoryOf(10);
      for (let t = 0; t < 1000; t++) memory.observe(t, value);
      expect(results(memory)).toMatchObject({ mean: value, stddev: 0 });
    }
  });

  it('keeps no more readings than its width holds', () => {
    const memory = memoryOf(100);
    for (let t = 0; t < 10_000; t++) memory.observe(t, t);
    expect((memory.save() as { history: unknown[] }).history).toHaveLength(100);
  });
});
