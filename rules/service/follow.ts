/**
 * Follows the timelines of all cases: each new entry moves the case's clocks, tells the people and programs concerned, in one
 * transaction with taking it out of the queue. So it is told once, whatever ends meanwhile.
 */
import type { Database, Transaction } from '#shared/database/database.ts';
import {
  dueCases,
  takeUnread,
  type UnreadEvent,
  type WatchedCase,
  watchedCases,
} from '#shared/database/queries/case-watch.ts';
import { recordChanges } from '#shared/database/queries/changes.ts';
import { addDelivery } from '#shared/database/queries/deliveries.ts';
import { addNotifications, type NewNotification } from '#shared/database/queries/notifications.ts';
import { dutyNow, type PolicyBook } from '#shared/database/queries/service-versions.ts';
import { type Webhook, webhooks } from '#shared/database/queries/webhooks.ts';
import type { Duty } from '#shared/model/service/duty.ts';
import { turnOf, type WebhookEvent } from '#shared/model/service/notification.ts';
import { audience, kindOf } from './audience.ts';
import { look } from './watch.ts';
import type { Subject } from './words.ts';

const MOST_EVENTS = 100;
const MOST_CASES = 50;

export interface FollowParts {
  readonly database: Database;
  readonly policies: PolicyBook;
  /** Address of the portal; null: links are left out. */
  readonly publicUrl: string | null;
}

/** Works through the oldest new entries; true where there may be more. */
export function follow({ database, policies, publicUrl }: FollowParts, now: number): Promise<boolean> {
  return database.transaction(async (tx) => {
    const events = await takeUnread(tx, MOST_EVENTS);
    if (events.length === 0) return false;
    const duty = await dutyNow(tx);
    const endpoints = await webhooks(tx);
    const cases = new Map((await watchedCases(tx, unique(events))).map((watched) => [watched.id, watched]));
    for (const event of events) {
      const watched = cases.get(event.caseId);
      if (!watched) continue;
      await tellPeople(tx, event, watched, duty, now);
      await tellPrograms(tx, event, watched, endpoints, publicUrl, now);
    }
    await lookAtAll(tx, [...cases.values()], { policies, duty, now });
    return true;
  });
}

/** Looks at the cases of which something is due; true where there may be more. */
export function lookAtDue({ database, policies }: Omit<FollowParts, 'publicUrl'>, now: number): Promise<boolean> {
  return database.transaction(async (tx) => {
    const ids = await dueCases(tx, new Date(now), MOST_CASES);
    if (ids.length === 0) return false;
    await lookAtAll(tx, await watchedCases(tx, ids), { policies, duty: await dutyNow(tx), now });
    return ids.length === MOST_CASES;
  });
}

async function lookAtAll(
  tx: Transaction,
  cases: readonly WatchedCase[],
  parts: Parameters<typeof look>[2],
): Promise<void> {
  const told: WatchedCase[] = [];
  for (const watched of cases) if (await look(tx, watched, parts)) told.push(watched);
  await recordChanges(
    tx,
    told.map(({ id, customer }) => ({ kind: 'case', ref: id, customer })),
  );
}

async function tellPeople(
  tx: Transaction,
  event: UnreadEvent,
  watched: WatchedCase,
  duty: Duty,
  now: number,
): Promise<void> {
  const kind = kindOf(event);
  if (kind === undefined) return;
  const people = await audience(tx, event, watched, { duty, now });
  const added = people.flatMap(({ id, preferences, timezone }): NewNotification[] => {
    const turn = turnOf(kind, now, preferences, timezone);
    if (!turn) return [];
    const { mode, holdUntil } = turn;
    const plain = { account: id, kind, caseId: watched.id, source: `event:${event.id}`, mode };
    return [{ ...plain, at: event.at, holdUntil: new Date(holdUntil), detail: { ...subjectOf(event, watched) } }];
  });
  await addNotifications(tx, added);
}

function subjectOf({ detail }: UnreadEvent, watched: WatchedCase): Subject {
  const { id, number, severity, title, machine, machineName, customer, customerName } = watched;
  const { clock, dueAt, after } = detail;
  return {
    case: id,
    number,
    severity,
    title,
    machine: machineName ?? machine,
    customer: customerName ?? customer,
    ...(typeof clock === 'string' ? { clock } : {}),
    ...(typeof dueAt === 'string' ? { dueAt } : {}),
    ...(typeof after === 'string' ? { after } : {}),
  };
}

async function tellPrograms(
  tx: Transaction,
  event: UnreadEvent,
  watched: WatchedCase,
  endpoints: readonly Webhook[],
  publicUrl: string | null,
  now: number,
): Promise<void> {
  const type = webhookEventOf(event);
  if (type === undefined) return;
  const { facts: _, policyVersion: __, ...about } = watched;
  const data = {
    ...about,
    component: watched.component || null,
    url: publicUrl === null ? null : `${publicUrl}/cases/${watched.id}`,
    detail: event.detail,
  };
  const content = { type, timestamp: event.at.toISOString(), data };
  for (const { id: endpoint } of endpoints.filter((each) => each.events.includes(type))) {
    await addDelivery(tx, {
      channel: 'webhook',
      endpoint,
      source: `event:${event.id}`,
      content,
      at: new Date(now),
      state: 'waiting',
    });
  }
}

function webhookEventOf(event: UnreadEvent): WebhookEvent | undefined {
  switch (event.kind) {
    case 'opened':
    case 'reopened':
    case 'severity':
    case 'acknowledged':
    case 'assigned':
    case 'resolved':
    case 'closed':
    case 'escalated':
      return `case.${event.kind}`;
    case 'sla':
      return event.detail['state'] === 'breached' ? 'case.sla-breach' : 'case.sla-warning';
    default:
      return undefined;
  }
}

const unique = (events: readonly UnreadEvent[]): string[] => [...new Set(events.map(({ caseId }) => caseId))];
