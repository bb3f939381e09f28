/** People who may log in. */
import { randomUUID } from 'node:crypto';
import { hashPassword } from '#shared/database/password.ts';
import { addAccount, changeAccount } from '#shared/database/queries/accounts.ts';
import { audit } from '#shared/database/queries/audit.ts';
import { peopleWithRoles, USER_KEYS, userPage, userRow } from '#shared/database/queries/portal-people.ts';
import { may, ROLES } from '#shared/model/access.ts';
import { listOf, PageQuery } from '#shared/model/api/common.ts';
import { NewUser, PersonAnswer, UserAnswer, UserChange, UserSecret } from '#shared/model/api/session.ts';
import { listed, pageOf } from '../paging.ts';
import type { PortalParts } from '../parts.ts';
import { invalid, notFound, ProblemError } from '../problems.ts';
import { ById, type Route, route } from '../route.ts';
import { makeSecret } from '../session/secrets.ts';
import type { Streams } from '../stream/streams.ts';
import { checkedBelonging } from './belonging.ts';
import { presentUser } from './present.ts';

export type UserParts = Pick<PortalParts, 'database'> & { readonly streams: Streams };

/** Who may work on cases, and so may own one. */
const WORKERS = ROLES.filter((role) => may(role, 'case.work'));

export function userRoutes({ database, streams }: UserParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/people',
      may: 'case.work',
      summary: 'Who may own a case; a partner sees nobody of other firms',
      answer: listOf(PersonAnswer),
      act: async ({ who }) => {
        const all = await peopleWithRoles(database.kysely, WORKERS);
        const items = who.scope === 'all' ? all : all.filter(({ id, role }) => role !== 'partner' || id === who.id);
        return { items, next: null, total: items.length };
      },
    }),
    route({
      method: 'get',
      path: '/users',
      may: 'user.see',
      summary: 'Everybody who may log in, or might once',
      query: PageQuery,
      answer: listOf(UserAnswer),
      act: async ({ query }) => listed(await userPage(database.kysely, pageOf(query, USER_KEYS)), presentUser),
    }),
    route({
      method: 'post',
      path: '/users',
      may: 'user.change',
      summary: 'Adds a user; a password that is not given is made up and shown this once',
      status: 201,
      body: NewUser,
      answer: UserSecret,
      act: async ({ who, body, now }) => {
        const made = body.password === undefined ? makeSecret().slice(0, 20) : undefined;
        const passwordHash = await hashPassword(body.password ?? made ?? '');
        const id = randomUUID();
        const user = await database.transaction(async (tx) => {
          const { login, name, role, email, language, timezone } = body;
          const belonging = await checkedBelonging(tx, { role, customer: body.customer, assigned: body.assigned });
          const plain = {
            ...(email === undefined ? {} : { email }),
            ...(language ? { language } : {}),
            ...(timezone ? { timezone } : {}),
          };
          const account = { id, login, name, role, passwordHash, ...plain, ...belonging };
          if (!(await addAccount(tx, account, new Date(now)))) {
            throw invalid([{ path: 'body.login', message: `"${login}" is somebody's already` }]);
          }
          await audit(
            tx,
            { actor: who.id, action: 'user.added', subject: id, detail: { login, role, ...belonging } },
            new Date(now),
          );
          return userRow(tx, id);
        });
        if (!user) throw notFound('user', id);
        return { ...presentUser(user), password: made ?? null };
      },
    }),
    route({
      method: 'patch',
      path: '/users/{id}',
      may: 'user.change',
      summary: 'Changes a user; disabling or a new password ends all sessions at once',
      params: ById,
      body: UserChange,
      answer: UserAnswer,
      act: async ({ who, params, body, now }) => {
        if (params.id === who.id && (body.disabled || body.role !== undefined)) {
          throw new ProblemError(
            'conflict',
            'Nobody disables themselves or changes their own role: ask another admin.',
          );
        }
        const passwordHash = body.password === undefined ? undefined : await hashPassword(body.password);
        const user = await database.transaction(async (tx) => {
          const before = await userRow(tx, params.id);
          if (!before) throw notFound('user', params.id);
          const { password: _, ...given } = body;
          const belonging = await checkedBelonging(tx, {
            role: body.role ?? before.role,
            customer: body.customer !== undefined ? body.customer : body.role ? undefined : before.customer,
            assigned: body.assigned ?? (body.role && body.role !== 'partner' ? undefined : before.assigned),
          });
          const change = { ...given, ...belonging, ...(passwordHash === undefined ? {} : { passwordHash }) };
          await changeAccount(tx, params.id, change, new Date(now));
          const detail = { ...given, ...(passwordHash === undefined ? {} : { password: 'changed' }) };
          await audit(tx, { actor: who.id, action: 'user.changed', subject: params.id, detail }, new Date(now));
          return userRow(tx, params.id);
        });
        if (!user) throw notFound('user', params.id);
        streams.endOf(params.id);
        return presentUser(user);
      },
    }),
  ];
}
