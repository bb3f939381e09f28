/** To whom a person belongs: a customer's people to one customer, partners to those assigned, all others to the house. */
import type { Queries } from '#shared/database/database.ts';
import { unknownCustomers } from '#shared/database/queries/portal-people.ts';
import type { Role } from '#shared/model/access.ts';
import { type InputError, invalid } from '../problems.ts';

export interface Belonging {
  readonly customer: string | null;
  readonly assigned: readonly string[];
}

/** Throws a problem where role and belonging do not go together, or a customer is unknown. */
export async function checkedBelonging(
  db: Queries,
  given: {
    readonly role: Role;
    readonly customer?: string | null | undefined;
    readonly assigned?: readonly string[] | undefined;
  },
): Promise<Belonging> {
  const { role, customer = null, assigned = [] } = given;
  const errors: InputError[] = [];
  if (role === 'customer' && customer === null)
    errors.push({ path: 'body.customer', message: 'is needed for the role customer' });
  if (role !== 'customer' && customer !== null) {
    errors.push({ path: 'body.customer', message: `goes with the role customer, not with ${role}` });
  }
  if (role !== 'partner' && assigned.length > 0) {
    errors.push({ path: 'body.assigned', message: `goes with the role partner, not with ${role}` });
  }
  for (const id of await unknownCustomers(db, [...(customer === null ? [] : [customer]), ...assigned])) {
    errors.push({ path: id === customer ? 'body.customer' : 'body.assigned', message: `there is no customer "${id}"` });
  }
  if (errors.length > 0) throw invalid(errors);
  return { customer, assigned };
}
