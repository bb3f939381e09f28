/** Tells those who can mend it, by the notifications everything else goes by. */
import type { Transaction } from '#shared/database/database.ts';
import type { HouseAlarm } from '#shared/database/queries/house.ts';
import { addNotifications } from '#shared/database/queries/notifications.ts';
import { recipientsWithRole } from '#shared/database/queries/recipients.ts';

/** Leads and integrators; where there are none, the admins. `now`: epoch ms. */
export async function tellPeople(
  tx: Transaction,
  { id, what, since }: HouseAlarm,
  kind: 'raised' | 'cleared',
  now: number,
): Promise<void> {
  const responsible = await recipientsWithRole(tx, ['lead', 'integrator']);
  const people = responsible.length > 0 ? responsible : await recipientsWithRole(tx, ['admin']);
  const at = new Date(now);
  await addNotifications(
    tx,
    people.map(({ id: account }) => ({
      account,
      kind: kind === 'raised' ? ('house-still' as const) : ('house-again' as const),
      caseId: null,
      source: `house:${id}:${kind}`,
      at,
      detail: { what, since: since.toISOString() },
      mode: 'alone' as const,
      holdUntil: at,
    })),
  );
}
