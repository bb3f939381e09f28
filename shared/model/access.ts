/** Who may do what: one table. The server asks it before it acts, the portal to know which buttons to show. */
export const ROLES = ['technician', 'account-manager', 'customer', 'partner', 'lead', 'integrator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Everything there is to be allowed. */
export type Permission =
  | 'self' // one's own session and tokens
  | 'machine.see'
  | 'machine.credentials'
  | 'reading.see'
  | 'alarm.see'
  | 'alarm.shelve'
  | 'maintenance.see'
  | 'maintenance.plan'
  | 'case.see'
  | 'case.work' // acknowledge, assign, wait, shelve, resolve, close, reopen, merge, split
  | 'case.comment'
  | 'case.internal' // see and write what the customer does not see
  | 'rule.see'
  | 'rule.change'
  | 'plant.import'
  | 'customer.see'
  | 'quality.see' // rejects, data quality
  | 'user.see'
  | 'user.change'
  | 'audit.see'
  | 'kpi.see'
  | 'service.see' // promises, calendars, who is on duty
  | 'service.change'
  | 'webhook.change'
  | 'house.backup' // everything, secrets too
  | 'house.trouble' // what of the house stands still
  | 'house.see' // how far each of its stages has come
  | 'delivery.see'; // what was sent to whom, and what could not be, to send it again; jobs

const STAFF: readonly Permission[] = [
  'self',
  'machine.see',
  'reading.see',
  'alarm.see',
  'maintenance.see',
  'case.see',
  'case.comment',
  'case.internal',
  'customer.see',
  'rule.see',
  'service.see',
  'house.trouble',
];

const TABLE: Readonly<Record<Role, readonly Permission[]>> = {
  technician: [...STAFF, 'case.work', 'alarm.shelve', 'maintenance.plan', 'quality.see'],
  'account-manager': [...STAFF, 'kpi.see'],
  customer: ['self', 'machine.see', 'reading.see', 'case.see', 'case.comment'],
  partner: [
    'self',
    'machine.see',
    'reading.see',
    'alarm.see',
    'maintenance.see',
    'case.see',
    'case.comment',
    'case.internal',
    'case.work',
  ],
  lead: [
    ...STAFF,
    'case.work',
    'alarm.shelve',
    'maintenance.plan',
    'quality.see',
    'rule.change',
    'plant.import',
    'user.see',
    'kpi.see',
    'audit.see',
    'service.change',
    'house.see',
    'delivery.see',
  ],
  integrator: [
    ...STAFF,
    'quality.see',
    'machine.credentials',
    'plant.import',
    'webhook.change',
    'house.see',
    'delivery.see',
  ],
  admin: [
    ...STAFF,
    'case.work',
    'alarm.shelve',
    'maintenance.plan',
    'quality.see',
    'rule.change',
    'plant.import',
    'user.see',
    'user.change',
    'kpi.see',
    'audit.see',
    'machine.credentials',
    'service.change',
    'house.backup',
    'webhook.change',
    'house.see',
    'delivery.see',
  ],
};

export function may(role: Role, permission: Permission): boolean {
  return TABLE[role].includes(permission);
}

export function permissionsOf(role: Role): readonly Permission[] {
  return TABLE[role];
}

/** Whose things somebody may see: everybody's, or those of the customers named. */
export type Scope = 'all' | readonly string[];

/** A person who logged in, as the server knows them. */
export interface Who {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly customer: string | null;
  readonly language: string;
  readonly timezone: string;
  readonly scope: Scope;
}
