/** The demo's people: one of every role, and customers of two firms. Every name is made up. */
import type { Role } from '#shared/model/access.ts';

export interface DemoPerson {
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly customer?: string;
  readonly assigned?: readonly string[];
  readonly password: string;
}

const PEOPLE: readonly Omit<DemoPerson, 'password'>[] = [
  { login: 'technik', name: 'Jana Brandt', role: 'technician' },
  { login: 'betreuung', name: 'Markus Oehler', role: 'account-manager' },
  { login: 'leitung', name: 'Sabine Kraft', role: 'lead' },
  { login: 'anbindung', name: 'Timo Reuss', role: 'integrator' },
  { login: 'partner', name: 'Elif Aydin', role: 'partner', assigned: ['alpenfeder', 'rheintal-armaturen'] },
  { login: 'muster', name: 'Petra Lindner', role: 'customer', customer: 'muster-praezision' },
  { login: 'nordlicht', name: 'Hauke Petersen', role: 'customer', customer: 'nordlicht-getriebe' },
];

/** All of them with the one password of this demo. */
export function demoPeople(password: string): readonly DemoPerson[] {
  return PEOPLE.map((person) => ({ ...person, password }));
}
