import { expect, test } from 'vitest';
import { createLog } from '#shared/process/log.ts';
import { JournalWatch } from './journal-watch.ts';

test('a journal that nears its limit is told once, again each hour, and when it has room again', async () => {
  const told: string[] = [];
  const write = (line: string): void => {
    const { level, msg } = JSON.parse(line) as { level: string; msg: string };
    told.push(`${level} ${/\d+ %/.exec(msg)?.[0] ?? msg}`);
  };
  let now = 0;
  let bytes = 0;
  let look = (): void => undefined;
  let ended = false;
  const clock = {
    now: () => now,
    every: (_ms: number, work: () => void) => {
      look = work;
      return () => {
        ended = true;
      };
    },
  };
  const log = createLog('info', { destination: { write } });
  const watch = new JournalWatch({ usage: () => ({ bytes, limitBytes: 1_000 }), clock, log });
  await watch.start();
  const steps: readonly (readonly [ms: number, bytes: number])[] = [
    [10_000, 799],
    [20_000, 800],
    [30_000, 790],
    [40_000, 950],
    [3_620_000, 990],
    [3_630_000, 699],
    [3_640_000, 810],
  ];
  for (const step of steps) {
    [now, bytes] = step;
    look();
  }
  expect(told).toEqual(['warn 80 %', 'warn 99 %', 'info the journal has room again', 'warn 81 %']);
  expect(watch.isNearlyFull).toBe(true);
  await watch.stop();
  expect(ended).toBe(true);
});
