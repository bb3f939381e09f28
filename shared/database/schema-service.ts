/** Rows of promises to customers, duty, notifications and what happens by the calendar. */
import type { ColumnType, Generated } from 'kysely';
import type { DutyRota } from '#shared/model/service/duty.ts';
import type { NoticeKind, NoticePreferences, WebhookEvent } from '#shared/model/service/notification.ts';
import type { ServicePolicy } from '#shared/model/service/policy.ts';
import type { Json } from './json.ts';

type Jsonb<T> = ColumnType<T, Json<T>, Json<T>>;
type GeneratedId = ColumnType<number, never, never>;
type Facts = Readonly<Record<string, unknown>>;

export interface ServiceSchema {
  readonly service_policy: VersionTable<ServicePolicy>;
  readonly duty_rota: VersionTable<DutyRota>;
  readonly case_watch: CaseWatchTable;
  readonly case_mark: CaseMarkTable;
  readonly case_event_unread: CaseEventUnreadTable;
  readonly job: JobTable;
  readonly job_run: JobRunTable;
  readonly webhook_endpoint: WebhookEndpointTable;
  readonly delivery: DeliveryTable;
  readonly notification: NotificationTable;
  readonly notification_preference: NotificationPreferenceTable;
}

export interface VersionTable<T> {
  version: GeneratedId;
  created_at: Date;
  author: string | null;
  content: Jsonb<T>;
}

export interface CaseWatchTable {
  case_id: string;
  /** 0: the defaults. */
  policy_version: number;
  look_at: Date | null;
}

export interface CaseMarkTable {
  case_id: string;
  mark: string;
  at: Date;
}

export interface CaseEventUnreadTable {
  id: number;
}

export interface JobTable {
  name: string;
  cron: string;
  timezone: string;
  next_at: Date;
  holder: string | null;
  held_until: Date | null;
  failures: Generated<number>;
}

export interface JobRunTable {
  id: GeneratedId;
  job: string;
  due_at: Date;
  attempt: number;
  holder: string;
  started_at: Date;
  finished_at: Date | null;
  done: boolean | null;
  error: string | null;
}

export interface WebhookEndpointTable {
  id: string;
  url: string;
  events: Jsonb<readonly WebhookEvent[]>;
  secret: string;
  created_at: Date;
  created_by: string | null;
  removed_at: Date | null;
}

/** A mail as it was written, or the body of a webhook. */
export type DeliveryContent =
  | { readonly subject: string; readonly text: string }
  | { readonly type: string; readonly timestamp: string; readonly data: Facts };

export const DELIVERY_STATES = ['waiting', 'sent', 'dead', 'kept'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface DeliveryTable {
  id: string;
  channel: 'mail' | 'webhook';
  account: string | null;
  endpoint: string | null;
  source: string;
  content: Jsonb<DeliveryContent>;
  state: DeliveryState;
  attempts: Generated<number>;
  created_at: Date;
  next_at: Date | null;
  ended_at: Date | null;
  error: string | null;
}

export interface NotificationTable {
  id: string;
  account: string;
  kind: NoticeKind;
  case_id: string | null;
  source: string;
  at: Date;
  detail: Jsonb<Facts>;
  mode: 'alone' | 'digest';
  hold_until: Date;
  delivery: string | null;
}

export interface NotificationPreferenceTable {
  account: string;
  content: Jsonb<NoticePreferences>;
}
