/** Turns notifications into mails: one alone, what a person wants gathered in one, and no more in an hour than they want. */
import type { Database, Transaction } from '#shared/database/database.ts';
import { addDelivery, mailsSince } from '#shared/database/queries/deliveries.ts';
import {
  accountsToTell,
  gather,
  lockAccount,
  type Notification,
  setDelivery,
  waitingFor,
} from '#shared/database/queries/notifications.ts';
import { type Recipient, recipientsById } from '#shared/database/queries/recipients.ts';
import type { NoticeKind } from '#shared/model/service/notification.ts';
import { MINUTE_MS } from '#shared/model/service/zone.ts';
import { letter, noticeOf } from './words.ts';

const MOST_ACCOUNTS = 50;
/** The rest comes in another digest at once. */
const MOST_IN_DIGEST = 200;
const HOUR_MS = 3_600_000;
/** What cannot wait, beyond what a person wants in an hour, waits no longer than this. */
const URGENT_MS = 5 * MINUTE_MS;
const URGENT: ReadonlySet<NoticeKind> = new Set(['escalation', 'house-still']);

export interface PostParts {
  readonly database: Database;
  /** Whether a mail server is set. */
  readonly mail: boolean;
  readonly publicUrl: string | null;
}

/** Writes the mails that are due; true where there may be more. Rejects where one cannot be written, after all others were. */
export async function post(parts: PostParts, now: number): Promise<boolean> {
  const accounts = await accountsToTell(parts.database.kysely, new Date(now), MOST_ACCOUNTS);
  const failures: unknown[] = [];
  for (const account of accounts)
    await parts.database.transaction((tx) => writeTo(tx, account, parts, now)).catch((error) => failures.push(error));
  if (failures.length > 0) throw failures[0];
  return accounts.length === MOST_ACCOUNTS;
}

async function writeTo(tx: Transaction, account: string, parts: PostParts, now: number): Promise<void> {
  await lockAccount(tx, account);
  const waiting = await waitingFor(tx, account);
  const person = (await recipientsById(tx, [account])).get(account);
  const due = waiting.filter(({ hold_until }) => hold_until.getTime() <= now);
  if (!person) {
    // Whoever may not log in any more is not written to.
    await send(tx, { account, notices: due, person, parts, now });
    return;
  }
  const { mostAnHour, digestMinutes } = person.preferences;
  const tests = due.filter(({ kind }) => kind === 'test');
  const alone = due.filter(({ mode, kind }) => mode === 'alone' && kind !== 'test');
  const room = Math.max(0, mostAnHour - (await mailsSince(tx, account, new Date(now - HOUR_MS))));
  for (const notice of [...tests, ...alone.slice(0, room)])
    await send(tx, { account, notices: [notice], person, parts, now });
  const beyond = alone.slice(room);
  const wait = beyond.some(({ kind }) => URGENT.has(kind)) ? URGENT_MS : digestMinutes * MINUTE_MS;
  const gathered = waiting.filter(({ mode }) => mode === 'digest');
  const until = Math.min(
    now + wait,
    ...gathered.map(({ hold_until }) => hold_until.getTime()).filter((at) => at > now),
  );
  await gather(
    tx,
    beyond.map(({ id }) => id),
    new Date(until),
  );
  if (gathered.some(({ hold_until }) => hold_until.getTime() <= now))
    await send(tx, { account, notices: gathered.slice(0, MOST_IN_DIGEST), person, parts, now });
}

async function send(
  tx: Transaction,
  mail: {
    readonly account: string;
    readonly notices: readonly Notification[];
    readonly person: Recipient | undefined;
    readonly parts: PostParts;
    readonly now: number;
  },
): Promise<void> {
  const { account, notices, person, parts, now } = mail;
  const [first] = notices;
  if (!first) return;
  const why = whyNot(person, parts);
  const told = notices.map(({ kind, detail }) => noticeOf(kind, detail));
  const reader = person ?? { name: '', language: 'de', timezone: 'UTC' };
  const delivery = await addDelivery(tx, {
    channel: 'mail',
    account,
    source: notices.length === 1 ? first.source : `digest:${first.id}`,
    content: letter(told, reader, parts.publicUrl),
    at: new Date(now),
    state: why === undefined ? 'waiting' : 'kept',
    ...(why === undefined ? {} : { why }),
  });
  if (delivery === undefined) return;
  await setDelivery(
    tx,
    notices.map(({ id }) => id),
    delivery,
  );
}

function whyNot(person: Recipient | undefined, { mail }: PostParts): string | undefined {
  if (!person) return 'The person may not log in any more.';
  if (person.email === null) return 'The person has no e-mail address.';
  return mail ? undefined : 'No mail server is set (SMTP_URL).';
}
