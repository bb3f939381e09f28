/**
 * Raises one alarm of a rule of its own on every machine, at the moment all its rivals begin as well; as a mutant it looks whether
 * there is a case and then opens one.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { decide } from '#rules/cases/decide.ts';
import { openDatabase, type Transaction } from '#shared/database/database.ts';
import { json } from '#shared/database/json.ts';

const { databaseUrl, rule, machines, rounds, at, barrier, mutant } = JSON.parse(process.argv[2] ?? '{}') as {
  readonly databaseUrl: string;
  readonly rule: string;
  readonly machines: number;
  readonly rounds: number;
  /** Time of the first alarms, epoch ms. */
  readonly at: number;
  readonly barrier: number;
  readonly mutant?: boolean;
};
const database = openDatabase({ databaseUrl, dataDir: '/nowhere' });
await database.start();
const reason = { since: 0, delayMs: 0, fact: { test: 'state', state: 'x', verdict: true } } as const;
// Whoever started us holds it until all rivals wait for it.
await sql`select pg_advisory_lock_shared(${barrier})`.execute(database.kysely);
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
    if (mutant) return database.transaction((tx) => lookThenOpen(tx, transition.machine));
    return database.transaction((tx) => decide(tx, { told: [told], tick: undefined }, { limits, knowledge }));
  });
  await Promise.all(work);
}
await database.stop();

async function lookThenOpen(tx: Transaction, machine: string): Promise<unknown> {
  const place = { machine, component: 'pump' };
  const cases = tx.selectFrom('service_case').select('id').where('machine', '=', machine);
  const open = await cases.where('status', '=', 'new').executeTakeFirst();
  if (open) return undefined;
  await sql`select pg_sleep(0.2)`.execute(tx);
  const now = new Date();
  const title = json({ de: 'x', en: 'x' });
  const values = { ...place, id: randomUUID(), customer: 'muster', title, opened_at: now, last_at: now };
  return tx
    .insertInto('service_case')
    .values({ ...values, status: 'new', severity: 'warning', highest_severity: 'warning' })
    .execute();
}
