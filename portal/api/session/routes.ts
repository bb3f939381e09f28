/** Log in, who am I, log out. */
import type { Transaction } from '#shared/database/database.ts';
import { hashPassword } from '#shared/database/password.ts';
import { accountByLogin, changeAccount } from '#shared/database/queries/accounts.ts';
import { audit } from '#shared/database/queries/audit.ts';
import { endSession, openSession } from '#shared/database/queries/sessions.ts';
import { permissionsOf, type Who } from '#shared/model/access.ts';
import { Nothing } from '#shared/model/api/common.ts';
import { LogIn, PasswordChange, SessionAnswer } from '#shared/model/api/session.ts';
import type { PortalParts } from '../parts.ts';
import { invalid, ProblemError } from '../problems.ts';
import { type Route, route } from '../route.ts';
import type { Streams } from '../stream/streams.ts';
import { isPasswordOf } from './password.ts';
import { clearCookie, cookieOf, setCookie } from './cookie.ts';
import { digestOf, makeSecret } from './secrets.ts';

export type SessionParts = Pick<PortalParts, 'database' | 'log'> & { readonly streams: Streams };

export function sessionRoutes({ database, log, streams }: SessionParts): Route[] {
  return [
    route({
      method: 'post',
      path: '/session',
      may: 'anyone',
      summary: 'Logs in: sets the cookie, answers who it is and the CSRF token',
      body: LogIn,
      answer: SessionAnswer,
      act: async ({ body, now, req, res }) => {
        const account = await accountByLogin(database.kysely, body.user.trim().toLowerCase());
        const matches = await isPasswordOf(account?.passwordHash, body.password);
        if (!account || !matches || account.disabled) {
          log.warn({ known: account !== undefined, ip: req.ip }, 'a log-in was refused');
          if (account)
            await audit(
              database.kysely,
              { actor: null, action: 'session.refused', subject: account.who.id },
              new Date(now),
            );
          throw new ProblemError('log-in-refused', 'User or password is wrong.');
        }
        const before = cookieOf(req);
        const opened = await database.transaction(async (tx) => {
          if (before !== undefined) await endSession(tx, digestOf(before));
          const session = await begin(tx, account.who, now);
          await audit(tx, { actor: account.who.id, action: 'session.opened' }, new Date(now));
          return session;
        });
        setCookie(req, res, opened.secret);
        return present(account.who, opened.csrf);
      },
    }),
    route({
      method: 'get',
      path: '/session',
      may: 'self',
      summary: 'Who is logged in, and what they may do',
      answer: SessionAnswer,
      act: ({ who, via }) => present(who, via.kind === 'session' ? via.csrf : ''),
    }),
    route({
      method: 'post',
      path: '/session/password',
      may: 'self',
      summary: 'Changes my password: every other session of mine ends, this one goes on with a new cookie',
      body: PasswordChange,
      answer: SessionAnswer,
      act: async ({ who, body, now, req, res }) => {
        const account = await accountByLogin(database.kysely, who.login);
        if (!(await isPasswordOf(account?.passwordHash, body.old))) {
          throw invalid([{ path: 'body.old', message: 'is not your password' }]);
        }
        const passwordHash = await hashPassword(body.new);
        const opened = await database.transaction(async (tx) => {
          await changeAccount(tx, who.id, { passwordHash }, new Date(now));
          await audit(
            tx,
            { actor: who.id, action: 'user.changed', subject: who.id, detail: { password: 'changed' } },
            new Date(now),
          );
          return begin(tx, who, now);
        });
        streams.endOf(who.id);
        setCookie(req, res, opened.secret);
        return present(who, opened.csrf);
      },
    }),
    route({
      method: 'delete',
      path: '/session',
      may: 'self',
      summary: 'Logs out',
      answer: Nothing,
      act: async ({ who, via, now, req, res }) => {
        if (via.kind !== 'session')
          throw new ProblemError('bad-request', 'A token has no session; delete the token instead.');
        await database.transaction(async (tx) => {
          await endSession(tx, via.id);
          await audit(tx, { actor: who.id, action: 'session.ended' }, new Date(now));
        });
        streams.endOf(via.id);
        clearCookie(req, res);
      },
    }),
  ];
}

/** A session of its own for each log-in; its secrets are known to the browser alone. */
async function begin(tx: Transaction, who: Who, now: number): Promise<{ secret: string; csrf: string }> {
  const secret = makeSecret();
  const csrf = makeSecret();
  await openSession(tx, { id: digestOf(secret), account: who.id, csrf }, new Date(now));
  return { secret, csrf };
}

function present({ id, login, name, role, customer, language, timezone }: Who, csrf: string): SessionAnswer {
  return { user: { id, login, name, role, customer, language, timezone }, csrf, may: [...permissionsOf(role)] };
}
