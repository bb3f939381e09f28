/** Rows as the rules reader writes them, for tests of what the portal shows. */
import { randomUUID } from 'node:crypto';
import { json } from '#shared/database/json.ts';
import { planWindow } from '#shared/database/queries/maintenance.ts';
import type { CaseStatus } from '#shared/model/case.ts';
import type { Reason } from '#shared/model/reason.ts';
import type { Severity } from '#shared/model/rule.ts';
import type { Text } from '#shared/model/text.ts';
import { START, type TestPortal } from './portal.ts';

const at = (ms: number | undefined): Date | null => (ms === undefined ? null : new Date(ms));

/** The machine's last message, with a reading, was received at that time. */
export async function heard(portal: TestPortal, machine: string, ms: number): Promise<void> {
  const time = new Date(ms);
  await portal.database.kysely
    .insertInto('machine_status')
    .values({
      machine,
      online: true,
      online_at: time,
      state: 'running',
      state_at: time,
      message_at: time,
      reading_at: time,
    })
    .onConflict((conflict) => conflict.column('machine').doUpdateSet({ message_at: time, reading_at: time }))
    .execute();
}

export const HOT: Reason = {
  since: START - 600_000,
  delayMs: 300_000,
  fact: {
    test: 'outside',
    sensor: 'bearing-temp',
    verdict: true,
    value: 96.4,
    at: START - 300_000,
    unit: '°C',
    excess: 82,
    allowed: 20,
    side: 'high',
    limit: 80,
    width: 20,
  },
};

export async function addAlarm(
  portal: TestPortal,
  alarm: {
    readonly machine: string;
    readonly rule: string;
    readonly severity?: Severity;
    readonly component?: string;
    readonly raisedAt: number;
    readonly clearedAt?: number;
    readonly shelvedUntil?: number;
    readonly mode?: 'live' | 'pilot';
    readonly caseId?: string;
    readonly reason?: Reason;
  },
): Promise<string> {
  const id = randomUUID();
  const reason = json<Reason>(alarm.reason ?? HOT);
  await portal.database.kysely
    .insertInto('alarm')
    .values({
      id,
      machine: alarm.machine,
      rule: alarm.rule,
      rule_version: 1,
      mode: alarm.mode ?? 'live',
      severity: alarm.severity ?? 'danger',
      component: alarm.component ?? '',
      raised_at: new Date(alarm.raisedAt),
      noted_at: new Date(alarm.raisedAt),
      reason,
      cleared_at: at(alarm.clearedAt),
      clear_reason: alarm.clearedAt === undefined ? null : reason,
      acknowledged_at: null,
      acknowledged_by: null,
      suppressed: alarm.shelvedUntil === undefined ? null : 'shelved',
      shelved_until: at(alarm.shelvedUntil),
      shelve_reason: null,
      case_id: alarm.caseId ?? null,
    })
    .execute();
  return id;
}

export async function addCase(
  portal: TestPortal,
  given: {
    readonly machine: string;
    readonly component?: string;
    readonly severity?: Severity;
    readonly status?: CaseStatus;
    readonly title?: Text;
    readonly openedAt?: number;
    /** Log-in name. */
    readonly owner?: string;
    readonly nextStep?: string;
    readonly cause?: string;
    readonly remedy?: string;
  },
): Promise<string> {
  const id = randomUUID();
  const db = portal.database.kysely;
  const { customer } = await db
    .selectFrom('machine')
    .select('customer')
    .where('id', '=', given.machine)
    .executeTakeFirstOrThrow();
  const owner = given.owner === undefined ? undefined : await accountId(portal, given.owner);
  const openedAt = new Date(given.openedAt ?? START - 300_000);
  await db
    .insertInto('service_case')
    .values({
      id,
      status: given.status ?? 'new',
      severity: given.severity ?? 'danger',
      highest_severity: given.severity ?? 'danger',
      machine: given.machine,
      component: given.component ?? '',
      customer,
      title: json<Text>(
        given.title ?? { de: 'Lagertemperatur außerhalb der Toleranz', en: 'Bearing temperature outside tolerance' },
      ),
      opened_at: openedAt,
      last_at: openedAt,
      owner: owner ?? null,
      next_step: given.nextStep ?? null,
      due_at: null,
      shelved_until: null,
      cause: given.cause ?? null,
      remedy: given.remedy ?? null,
      verdict: null,
      resolved_at: null,
      closed_at: null,
      merged_into: null,
    })
    .execute();
  await db
    .insertInto('case_event')
    .values({ case_id: id, at: openedAt, actor: null, kind: 'opened', visibility: 'customer' })
    .execute();
  return id;
}

/** A maintenance window of a machine that holds at START, for two hours. */
export async function addWindow(
  portal: TestPortal,
  window: { readonly machine: string; readonly customer: string; readonly title: string },
): Promise<string> {
  const at = new Date(START);
  const holds = { from: START - 3_600_000, to: START + 3_600_000 };
  const start = new Date(holds.from).toISOString().slice(0, 19);
  const values = { ...window, site: null, start, duration: '2h', rrule: null, timezone: 'UTC', holds };
  return portal.database.transaction((tx) => planWindow(tx, values, { who: 'id-lead', at }));
}

export async function accountId(portal: TestPortal, login: string): Promise<string> {
  const { id } = await portal.database.kysely
    .selectFrom('account')
    .select('id')
    .where('login', '=', login)
    .executeTakeFirstOrThrow();
  return id;
}
