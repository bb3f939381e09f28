/** Which alarms call for attention. Every alarm is written; suppressed ones are counted and listed, and wait for their case. */

/** shelved: set aside by a person. maintenance: a window holds. flood: gathered with others of its machine. */
export const SUPPRESSIONS = ['shelved', 'maintenance', 'flood'] as const;
export type Suppression = (typeof SUPPRESSIONS)[number];

/** Why a shelving ended. */
export const SHELVING_ENDS = ['time', 'raises', 'growth', 'person'] as const;
export type ShelvingEnd = (typeof SHELVING_ENDS)[number];

/**
 * An alarm flood as EEMUA 191 and ISA-18.2 define it (there for an operator, here for a machine): it begins with more than 10
 * alarms in 10 minutes and is over with fewer than 5 in 10 minutes.
 */
export const FLOOD = { above: 10, below: 5, withinMs: 600_000 } as const;

/** ISA-18.2: an alarm chatters that is raised and cleared three or more times a minute together. */
export const CHATTER = { transitions: 3, withinMs: 60_000 } as const;

/** ISA-18.2: an alarm that stands longer is stale. */
export const STALE_AFTER_MS = 86_400_000;
