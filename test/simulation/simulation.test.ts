/**
 * Whatever happens, nothing is lost or doubled: runs of the house with simulated time, disk, broker, store and database, each
 * from one seed. `SIM_SEEDS=1000` runs more of them, `SIM_SEED=n` begins at another one.
 */
import { expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { type Run, simulate } from './run.ts';

const FIRST = Number(process.env['SIM_SEED'] ?? 1);
const SEEDS = Number(process.env['SIM_SEEDS'] ?? 200);
/** Within so many runs each mutant is found. */
const MUTANT_SEEDS = 150;

/** Seeds that once found something, and what it was; run for ever. */
const ONCE_FOUND: readonly (readonly [seed: number, what: string])[] = [
  [30, 'after a power cut the rules took the journal for another one and judged all of it again'],
  [72, 'after two power cuts the newest segment began behind the place of the rules, who began anew'],
  [142, 'what was kept of a killed write was read before it was synced, and a power cut took it away again'],
  [180, 'a journal that was full at the start let ingest wait for room which its own writer had to make'],
  [980, 'the writer stood at the end of a full journal and did not say so'],
  [1209, 'a power cut right after a start took back the end that readers had gone on to'],
];

function told({ seed, faults, problems }: Run): string {
  const repeat = `SIM_SEED=${seed} SIM_SEEDS=1 npx vitest run --config test/vitest.config.ts test/simulation`;
  return `seed ${seed} (${repeat})\n  faults: ${faults.join('; ')}\n  ${problems.join('\n  ')}`;
}

test(`${SEEDS} runs from seed ${FIRST} on: nothing is lost, doubled or unaccounted for`, {
  timeout: 3_600_000,
}, async () => {
  const failed: string[] = [];
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const run = await simulate(seed);
    if (run.problems.length > 0) failed.push(told(run));
  }
  expect(failed.join('\n')).toBe('');
});

test.each(ONCE_FOUND)('seed %i: %s', async (seed) => {
  const run = await simulate(seed);
  expect(run.problems.length === 0 ? '' : told(run)).toBe('');
});

test('a seed gives the same run every time', async () => {
  for (const seed of [7, 30]) expect(await simulate(seed)).toEqual(await simulate(seed));
});

test.each(MUTANTS)('mutant that $name is found', async (mutant) => {
  for (let seed = 1; seed <= MUTANT_SEEDS; seed++) {
    // A journal that has lost its end cannot even be looked at.
    const { problems } = await simulate(seed, mutant).catch((error: Error) => ({ problems: [error.message] }));
    if (problems.length > 0) return;
  }
  expect.fail(`${MUTANT_SEEDS} runs did not find it`);
});
