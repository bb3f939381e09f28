/** How I want to be told. */
import { randomUUID } from 'node:crypto';
import { lastMail } from '#shared/database/queries/deliveries.ts';
import { addNotifications, testsSince } from '#shared/database/queries/notifications.ts';
import { recipientsById, savePreferences } from '#shared/database/queries/recipients.ts';
import type { Who } from '#shared/model/access.ts';
import { Nothing } from '#shared/model/api/common.ts';
import { MyNotificationsAnswer, PreferencesBody } from '#shared/model/api/notification.ts';
import type { PortalParts } from '../parts.ts';
import { notFound, ProblemError } from '../problems.ts';
import { type Route, route } from '../route.ts';

/** Enough to see whether it works. */
const MOST_TESTS_AN_HOUR = 5;

export function notificationRoutes({ database, settings }: Pick<PortalParts, 'database' | 'settings'>): Route[] {
  const mine = async (who: Who) => {
    const person = (await recipientsById(database.kysely, [who.id])).get(who.id);
    if (!person) throw notFound('person', who.id);
    const last = await lastMail(database.kysely, who.id);
    return {
      preferences: person.preferences,
      mail: {
        on: settings.mail,
        address: person.email,
        last: last ? { at: last.created_at.toISOString(), state: last.state, error: last.error } : null,
      },
    };
  };
  return [
    route({
      method: 'get',
      path: '/me/notifications',
      may: 'self',
      summary: 'How I want to be told, whether mails are sent at all, and what became of the last one to me',
      answer: MyNotificationsAnswer,
      act: ({ who }) => mine(who),
    }),
    route({
      method: 'put',
      path: '/me/notifications',
      may: 'self',
      summary: 'How I want to be told; an escalation comes at once whatever stands here',
      body: PreferencesBody,
      answer: MyNotificationsAnswer,
      act: async ({ who, body }) => {
        await savePreferences(database.kysely, who.id, body);
        return mine(who);
      },
    }),
    route({
      method: 'post',
      path: '/me/notifications/test',
      may: 'self',
      summary: 'Writes me a test mail',
      answer: Nothing,
      act: async ({ who, now }) => {
        const at = new Date(now);
        await database.transaction(async (tx) => {
          if ((await testsSince(tx, who.id, new Date(now - 3_600_000))) >= MOST_TESTS_AN_HOUR)
            throw new ProblemError('too-many', `${MOST_TESTS_AN_HOUR} tests an hour are enough: wait a while.`);
          const plain = { account: who.id, kind: 'test', caseId: null, source: `test:${randomUUID()}` } as const;
          await addNotifications(tx, [{ ...plain, at, detail: {}, mode: 'alone', holdUntil: at }]);
        });
      },
    }),
  ];
}
