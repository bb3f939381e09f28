/** Reads machines with everything that stands beside them on a page. */
import { attentionOf } from '#shared/database/queries/portal-attention.ts';
import {
  lastCleared,
  type MachineRow,
  machineRow,
  openCasesOf,
  type StandingAlarm,
  standingAlarms,
} from '#shared/database/queries/portal-machines.ts';
import type { Who } from '#shared/model/access.ts';
import type { MachineAnswer, MachineListItem } from '#shared/model/api/machine.ts';
import type { Catalogue } from '../catalogue.ts';
import type { PortalParts } from '../parts.ts';
import { notFound } from '../problems.ts';
import { type Beside, presentDetail, presentMachine } from './present.ts';

export type MachineParts = Pick<PortalParts, 'database' | 'live'> & { readonly catalogue: Catalogue };

export async function presentPage(
  parts: MachineParts,
  rows: readonly MachineRow[],
  now: number,
): Promise<MachineListItem[]> {
  const beside = await besideOf(parts, rows, now);
  return rows.map((row) => presentMachine(row, beside(row.id)));
}

/** Throws not-found where the machine may not be seen. */
export async function readMachine(parts: MachineParts, who: Who, id: string, now: number): Promise<MachineAnswer> {
  const row = await machineRow(parts.database.kysely, who.scope, id, new Date(now));
  if (!row) throw notFound('machine', id);
  const { plant } = await parts.catalogue.now();
  const equipped = plant.machine(id);
  if (!equipped) throw notFound('machine', id);
  const beside = (await besideOf(parts, [row], now))(id);
  const attention = await attentionOf(parts.database.kysely, id, new Date(now));
  return presentDetail(presentMachine(row, beside), equipped, beside, attention, who, now);
}

async function besideOf(
  parts: MachineParts,
  rows: readonly MachineRow[],
  now: number,
): Promise<(machine: string) => Beside> {
  const { database, live, catalogue } = parts;
  const ids = rows.map(({ id }) => id);
  const { plant } = await catalogue.now();
  const alarms = await standingAlarms(database.kysely, ids, new Date(now));
  const cases = await openCasesOf(database.kysely, ids);
  const cleared = await lastCleared(database.kysely, ids);
  const standing = new Map<string, StandingAlarm[]>();
  for (const alarm of alarms) standing.set(alarm.machine, [...(standing.get(alarm.machine) ?? []), alarm]);
  return (machine) => ({
    plant,
    live,
    standing: standing.get(machine) ?? [],
    cases: cases.get(machine),
    lastCleared: cleared.get(machine),
    now,
  });
}
