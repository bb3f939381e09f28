/** From what a person asks for to a window that can be kept; every problem at once. */
import type { Queries } from '#shared/database/database.ts';
import { placeOfMachine, type Planned, sitesOf } from '#shared/database/queries/maintenance.ts';
import type { Who } from '#shared/model/access.ts';
import type { MaintenanceBody } from '#shared/model/api/maintenance.ts';
import { windowState } from '#shared/model/service/maintenance.ts';
import { recurrenceProblems } from '#shared/model/service/recurrence.ts';
import { invalid } from '../problems.ts';

const HOUSE_TIMEZONE = 'Europe/Berlin';

interface Problem {
  readonly path: string;
  readonly message: string;
}

/** Throws a problem with everything that is wrong. `now`: epoch ms. */
export async function readWindow(db: Queries, who: Who, body: MaintenanceBody, now: number): Promise<Planned> {
  const { title, start, duration, rrule } = body;
  const place = await placeOf(db, who, body);
  const timezone = body.timezone ?? ('timezone' in place ? place.timezone : undefined) ?? HOUSE_TIMEZONE;
  const recurrence = { start, duration, rrule, timezone };
  const recurs = recurrenceProblems(recurrence).map(({ path, message }) => ({ path: `body.${path}`, message }));
  if ('problems' in place) throw invalid([...place.problems, ...recurs]);
  if (recurs.length > 0) throw invalid(recurs);
  const { holds, nextAt } = windowState(recurrence, now);
  if (nextAt === undefined)
    throw invalid([{ path: 'body.start', message: 'lies in the past, and nothing of it is left' }]);
  const { customer, machine, site } = place;
  return { customer, machine, site, title, start, duration, rrule: rrule ?? null, timezone, holds };
}

type Place =
  | {
      readonly customer: string;
      readonly machine: string | null;
      readonly site: string | null;
      readonly timezone?: string;
    }
  | { readonly problems: readonly Problem[] };

async function placeOf(db: Queries, who: Who, { machine, customer, site }: MaintenanceBody): Promise<Place> {
  const refuse = (path: string, message: string): Place => ({ problems: [{ path: `body.${path}`, message }] });
  if (machine !== undefined) {
    const known = await placeOfMachine(db, who.scope, machine);
    if (!known) return refuse('machine', `there is no machine "${machine}"`);
    if (site !== undefined) return refuse('site', 'cannot stand beside a machine');
    if (customer !== undefined && customer !== known.customer) return refuse('customer', `does not have "${machine}"`);
    return { customer: known.customer, machine, site: null, timezone: known.timezone };
  }
  if (customer === undefined) return refuse('machine', 'is missing: name a machine, or a customer and perhaps a site');
  const sites = await sitesOf(db, who.scope, customer);
  if (!sites) return refuse('customer', `there is no customer "${customer}"`);
  if (site !== undefined && !sites.includes(site)) {
    return refuse('site', `no machine of ${customer} stands at "${site}"; there is: ${sites.join(', ') || 'no site'}`);
  }
  return { customer, machine: null, site: site ?? null };
}
