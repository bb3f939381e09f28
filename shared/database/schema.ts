/**
 * Rows of the tables, as `migrations/` makes them. timestamptz is a Date (whole ms from us), bigint a number, jsonb its value;
 * jsonb is written through `json()` of json.ts, because a plain string or an array is ambiguous to the drivers.
 */
import type { ColumnType, Generated } from 'kysely';
import type { Role } from '#shared/model/access.ts';
import type { CaseStatus, WaitReason } from '#shared/model/case.ts';
import type { Plant, Tier } from '#shared/model/plant.ts';
import type { Reason } from '#shared/model/reason.ts';
import type { Rule, Rulebook, Severity } from '#shared/model/rule.ts';
import type { Text } from '#shared/model/text.ts';
import type { Json } from './json.ts';
import type { AlarmAttention, AttentionSchema } from './schema-attention.ts';
import type { SequenceSchema } from './schema-sequence.ts';
import type { CaseChecklistTable } from './schema-casework.ts';
import type { MachineCredentialTable } from './schema-credentials.ts';
import type { HouseSchema } from './schema-house.ts';
import type { ServiceSchema } from './schema-service.ts';

type Jsonb<T> = ColumnType<
  T,
  Json<NonNullable<T>> | (null extends T ? null : never),
  Json<NonNullable<T>> | (null extends T ? null : never)
>;
type GeneratedId = ColumnType<number, never, never>;
/** Set by the database where left out. */
type Filled<T> = Generated<T>;

export interface Schema extends AttentionSchema, HouseSchema, SequenceSchema, ServiceSchema {
  readonly plant_version: PlantVersionTable;
  readonly rulebook_version: RulebookVersionTable;
  readonly configuration: ConfigurationTable;
  readonly customer: CustomerTable;
  readonly machine: MachineTable;
  readonly tolerance_version: ToleranceVersionTable;
  readonly rule_version: RuleVersionTable;
  readonly account: AccountTable;
  readonly assignment: AssignmentTable;
  readonly session: SessionTable;
  readonly token: TokenTable;
  readonly audit: AuditTable;
  readonly machine_credential: MachineCredentialTable;
  readonly machine_status: MachineStatusTable;
  readonly service_case: ServiceCaseTable;
  readonly alarm: AlarmTable;
  readonly case_event: CaseEventTable;
  readonly case_checklist: CaseChecklistTable;
  readonly reject: RejectTable;
  readonly quality: QualityTable;
  readonly reader_position: ReaderPositionTable;
  readonly engine_snapshot: EngineSnapshotTable;
  readonly change: ChangeTable;
}

export interface PlantVersionTable {
  version: GeneratedId;
  created_at: Filled<Date>;
  author: string | null;
  content: Jsonb<Plant>;
}

export interface RulebookVersionTable {
  version: GeneratedId;
  created_at: Filled<Date>;
  author: string | null;
  reason: string | null;
  content: Jsonb<Rulebook>;
}

export interface ConfigurationTable {
  version: GeneratedId;
  plant_version: number;
  rulebook_version: number;
  created_at: Filled<Date>;
  author: string | null;
  /** Why it was made; null: nobody said. */
  reason: string | null;
  position: number | null;
  effective_at: Date | null;
}

export interface CustomerTable {
  id: string;
  name: Jsonb<Text>;
  tier: Tier;
  removed_at: Date | null;
}

export interface MachineTable {
  id: string;
  model: string;
  customer: string;
  name: Jsonb<Text | null>;
  site: string | null;
  timezone: Filled<string>;
  reference: Filled<boolean>;
  simulated: Filled<boolean>;
  removed_at: Date | null;
}

export interface ToleranceVersionTable {
  machine: string;
  sensor: string;
  valid_from: Date;
  low: number | null;
  high: number | null;
  nominal: number | null;
  plant_version: number;
}

export interface RuleVersionTable {
  rule: string;
  version: number;
  rulebook_version: number;
  created_at: Filled<Date>;
  author: string | null;
  reason: string | null;
  /** null: the rule was deleted. */
  content: Jsonb<Rule | null>;
}

export interface AccountTable {
  id: string;
  login: string;
  name: string;
  email: string | null;
  role: Role;
  customer: string | null;
  language: Filled<string>;
  timezone: Filled<string>;
  password_hash: string;
  disabled_at: Date | null;
  created_at: Filled<Date>;
}

export interface AssignmentTable {
  account: string;
  customer: string;
}

export interface SessionTable {
  id: string;
  account: string;
  csrf: string;
  created_at: Filled<Date>;
  seen_at: Filled<Date>;
  expires_at: Date;
}

export interface TokenTable {
  id: string;
  account: string;
  name: string;
  hash: string;
  created_at: Filled<Date>;
  used_at: Date | null;
}

export interface AuditTable {
  id: GeneratedId;
  at: Filled<Date>;
  actor: string | null;
  action: string;
  subject: string | null;
  detail: Jsonb<unknown>;
  /** Over this entry and the one before, made by the database. */
  hash: ColumnType<string, never, never>;
}

export interface MachineStatusTable {
  machine: string;
  online: boolean | null;
  online_at: Date | null;
  state: string | null;
  state_at: Date | null;
  message_at: Date | null;
  reading_at: Date | null;
}

export interface ServiceCaseTable {
  id: string;
  number: GeneratedId;
  status: CaseStatus;
  severity: Severity;
  highest_severity: Severity;
  machine: string;
  /** '' where the rule endangers no component. */
  component: Filled<string>;
  customer: string;
  title: Jsonb<Text>;
  opened_at: Date;
  last_at: Date;
  occurrences: Filled<number>;
  owner: string | null;
  next_step: string | null;
  due_at: Date | null;
  shelved_until: Date | null;
  cause: string | null;
  remedy: string | null;
  verdict: 'valid' | 'false-alarm' | null;
  resolved_at: Date | null;
  closed_at: Date | null;
  merged_into: string | null;
  revision: Filled<number>;
  /** Whether new alarms of its machine and component go to it, while it is open. */
  absorbing: Filled<boolean>;
  work_began_at: Date | null;
  waiting_for: WaitReason | null;
  waiting_until: Date | null;
  shelved_severity: Severity | null;
  cause_choice: string | null;
  remedy_choice: string | null;
  verdict_why: string | null;
  why_choice: string | null;
  follows: string | null;
  split_from: string | null;
}

export interface AlarmTable extends AlarmAttention {
  id: string;
  machine: string;
  rule: string;
  rule_version: number;
  mode: 'live' | 'pilot';
  severity: Severity;
  component: Filled<string>;
  raised_at: Date;
  noted_at: Date;
  reason: Jsonb<Reason>;
  cleared_at: Date | null;
  clear_reason: Jsonb<Reason | null>;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
  shelved_until: Date | null;
  shelve_reason: string | null;
  case_id: string | null;
}

export type CaseEventKind =
  | 'opened'
  | 'raised'
  | 'cleared'
  | 'reopened'
  | 'acknowledged'
  | 'assigned'
  | 'comment'
  | 'shelved'
  | 'waiting'
  | 'resolved'
  | 'closed'
  | 'merged'
  | 'split'
  | 'severity'
  | 'sla'
  | 'escalated'
  | 'related'
  | 'checklist'
  | 'unshelved'
  | 'suppressed'
  | 'released'
  | 'flood';

export interface CaseEventTable {
  id: GeneratedId;
  case_id: string;
  at: Date;
  /** null: the system. */
  actor: string | null;
  kind: CaseEventKind;
  visibility: Filled<'internal' | 'customer'>;
  detail: ColumnType<Readonly<Record<string, unknown>>, Json<Readonly<Record<string, unknown>>> | undefined, never>;
}

export interface RejectTable {
  position: number;
  ordinal: number;
  at: Date;
  machine: string | null;
  sensor: string | null;
  reason: string;
  detail: string;
  topic: string;
  payload: string;
}

export interface QualityTable {
  machine: string;
  hour: Date;
  what: string;
  count: number;
}

export interface ReaderPositionTable {
  name: string;
  position: Filled<number>;
  epoch: Filled<number>;
  leader: string | null;
  lease_until: Date | null;
  updated_at: Filled<Date>;
}

export interface EngineSnapshotTable {
  name: string;
  position: number;
  configuration: number | null;
  state: Uint8Array;
  created_at: Filled<Date>;
}

export type ChangeKind = 'case' | 'alarm' | 'machine' | 'configuration';

export interface ChangeTable {
  id: GeneratedId;
  at: Filled<Date>;
  kind: ChangeKind;
  ref: string;
  customer: string | null;
}
