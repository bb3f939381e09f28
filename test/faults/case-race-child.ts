/** Raises one alarm of a rule of its own on every machine, at the moment all its rivals begin as well. */
import { setTimeout as sleep } from 'node:timers/promises';
import { decide } from '#rules/cases/decide.ts';
import { openDatabase } from '#shared/database/database.ts';

const { databaseUrl, rule, machines, rounds, at } = JSON.parse(process.argv[2] ?? '{}') as {
  readonly databaseUrl: string;
  readonly rule: string;
  readonly machines: number;
  readonly rounds: number;
  readonly at: number;
};
const database = openDatabase({ databaseUrl, dataDir: '/nowhere' });
await database.start();
const reason = { since: 0, delayMs: 0, fact: { test: 'state', state: 'x', verdict: true } } as const;
await sleep(at - Date.now());
const limits = { reopenWithinMs: 0, absorbForMs: 86_400_000 };
const knowledge = { customerOf: () => 'muster', sentence: () => 'x', excess: () => undefined };
for (let round = 0; round < rounds; round++) {
  // Rounds lie so far apart that the alarms of a machine are no flood.
  const noted = at + round * 900_000;
  const work = Array.from({ length: machines }, (_, machine) => {
    const transition = {
      t: noted,
      machine: `m-${machine}`,
      rule: `${rule}-${round}`,
      mode: 'live',
      transition: 'raised',
      severity: 'warning',
      component: 'pump',
      reason,
    } as const;
    const told = { transition, at: noted, ruleVersion: 1, customer: 'muster', sentence: 'x' };
    return database.transaction((tx) => decide(tx, { told: [told], tick: undefined }, { limits, knowledge }));
  });
  await Promise.all(work);
}
await database.stop();
