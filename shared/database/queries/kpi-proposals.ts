/** What proposals to mend a rule are tried on: where it is loud, and what people called valid. Times of the machines. */
import type { Queries } from '../database.ts';

interface Asked {
  readonly rule: string;
  /** [from, to]. */
  readonly from: Date;
  readonly to: Date;
}

/** Machines on which the rule raised alarms in the range, the loudest first. */
export async function loudMachines(db: Queries, { rule, from, to }: Asked, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('alarm')
    .select('machine')
    .where('rule', '=', rule)
    .where('raised_at', '>=', from)
    .where('raised_at', '<=', to)
    .groupBy('machine')
    .orderBy((e) => e.fn.countAll(), 'desc')
    .orderBy('machine')
    .limit(limit)
    .execute();
  return rows.map(({ machine }) => machine);
}

export interface ValidAlarmRow {
  readonly case_id: string;
  readonly machine: string;
  readonly raised_at: Date;
  readonly cleared_at: Date | null;
}

/** Alarms of the rule in cases people called valid, oldest first; a merged case counts as the one it went into. */
export function validAlarms(db: Queries, { rule, from, to }: Asked, limit: number): Promise<ValidAlarmRow[]> {
  return db
    .selectFrom('alarm')
    .innerJoin('service_case as part', 'part.id', 'alarm.case_id')
    .leftJoin('service_case as whole', 'whole.id', 'part.merged_into')
    .select((e) => [
      e.fn.coalesce('whole.id', 'part.id').as('case_id'),
      'alarm.machine',
      'alarm.raised_at',
      'alarm.cleared_at',
    ])
    .where('alarm.rule', '=', rule)
    .where('alarm.raised_at', '>=', from)
    .where('alarm.raised_at', '<=', to)
    .where((e) => e(e.fn.coalesce('whole.verdict', 'part.verdict'), '=', 'valid'))
    .orderBy('alarm.raised_at')
    .limit(limit)
    .execute();
}
