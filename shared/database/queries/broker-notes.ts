/** What the broker counts, and the rows that a case of the house itself hangs on. */
import type { Transaction } from '../database.ts';
import { json } from '../json.ts';
import { HOUSE } from '#shared/model/house.ts';

/** Keeps the count; answers the one before, undefined where there was none. */
export async function countBroker(tx: Transaction, name: string, value: number, at: Date): Promise<number | undefined> {
  const known = await tx.selectFrom('broker_counter').select('value').where('name', '=', name).executeTakeFirst();
  await tx
    .insertInto('broker_counter')
    .values({ name, value, at })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value, at }))
    .execute();
  return known?.value;
}

/** The house as customer and machine of its own cases: removed from the start, so that no list and no count has it. */
export async function ensureHouseRows(tx: Transaction, at: Date): Promise<void> {
  const name = json('Leitwarte');
  await tx
    .insertInto('customer')
    .values({ id: HOUSE, name, tier: 'standard', removed_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await tx
    .insertInto('machine')
    .values({ id: HOUSE, model: HOUSE, customer: HOUSE, name, site: null, removed_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
