/** Rows of what decides whether an alarm calls for attention: shelving, maintenance windows, floods. */
import type { ColumnType, Generated } from 'kysely';
import type { ShelvingEnd, Suppression } from '#shared/model/attention.ts';
import type { Severity } from '#shared/model/rule.ts';
import type { Json } from './json.ts';

export interface AttentionSchema {
  readonly alarm_flood: AlarmFloodTable;
  readonly shelving: ShelvingTable;
  readonly maintenance_window: MaintenanceWindowTable;
}

/** Columns of an alarm that say whether it calls for attention. */
export interface AlarmAttention {
  suppressed: Suppression | null;
  suppressed_at: Date | null;
  /** The flood that gathered it. */
  flood: string | null;
  /** Whether it called for attention when it was raised, and so counts for a flood. */
  counted: Generated<boolean>;
  no_data_since: Date | null;
}

export interface AlarmFloodTable {
  id: string;
  machine: string;
  customer: string;
  began_at: Date;
  /** By the machine's own time, and by the server's. */
  ends_ts: Date;
  ends_at: Date;
  ended_at: Date | null;
  alarms: Generated<number>;
  severity: Severity;
  case_id: string | null;
}

export interface ShelvingTable {
  id: string;
  machine: string;
  rule: string;
  alarm: string;
  reason: string;
  shelved_by: string | null;
  shelved_at: Date;
  until: Date;
  raises: number | null;
  within_ms: number | null;
  /** Epoch ms. */
  raise_times: ColumnType<readonly number[], Json<readonly number[]> | undefined, Json<readonly number[]>>;
  growth: number | null;
  base_excess: number | null;
  ended_at: Date | null;
  ended_why: ShelvingEnd | null;
  ended_by: string | null;
}

export interface MaintenanceWindowTable {
  id: string;
  customer: string;
  machine: string | null;
  site: string | null;
  title: string;
  start: string;
  duration: string;
  rrule: string | null;
  timezone: string;
  created_at: Date;
  created_by: string | null;
  changed_at: Date;
  changed_by: string | null;
  ended_at: Date | null;
  holds_from: Date | null;
  holds_until: Date | null;
  next_at: Date | null;
  revision: Generated<number>;
}
