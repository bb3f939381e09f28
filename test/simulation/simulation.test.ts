import { test, expect } from 'vitest';
import { simulate } from './run.ts';

test('x', async () => {
  const t = performance.now();
  const bad = [];
  const n = Number(process.env['SIM_SEEDS'] ?? 50);
  const from = Number(process.env['SIM_SEED'] ?? 1);
  for (let seed = from; seed < from + n; seed++) {
    const run = await simulate(seed);
    if (run.problems.length) bad.push([seed, run.faults, run.problems]);
  }
  console.log(
    (performance.now() - t) / n,
    JSON.stringify(bad.slice(0, 6), null, 1),
    bad.length,
    bad.map((b) => b[0]).join(' '),
  );
  expect(1).toBe(1);
});
