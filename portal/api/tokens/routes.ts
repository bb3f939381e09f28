/** Personal tokens for programs; each is shown once. */
import { randomUUID } from 'node:crypto';
import { audit } from '#shared/database/queries/audit.ts';
import { addToken, removeToken, type TokenRow, tokenOf, tokensOf } from '#shared/database/queries/tokens.ts';
import { listOf, Nothing } from '#shared/model/api/common.ts';
import { NewToken, TokenAnswer, TokenSecret } from '#shared/model/api/session.ts';
import type { PortalParts } from '../parts.ts';
import { notFound, ProblemError } from '../problems.ts';
import { ById, type Route, route } from '../route.ts';
import { digestOf, makeSecret } from '../session/secrets.ts';
import type { Streams } from '../stream/streams.ts';

/** More than anybody needs; keeps a program that makes one a run from filling the table. */
const MOST = 100;

export function tokenRoutes({
  database,
  streams,
}: Pick<PortalParts, 'database'> & { readonly streams: Streams }): Route[] {
  return [
    route({
      method: 'post',
      path: '/tokens',
      may: 'self',
      summary: 'Makes a personal token with all rights of its owner; it is shown this once',
      status: 201,
      body: NewToken,
      answer: TokenSecret,
      act: async ({ who, body, now }) => {
        const id = randomUUID();
        const token = `lw_${makeSecret()}`;
        await database.transaction(async (tx) => {
          if ((await tokensOf(tx, who.id)).length >= MOST)
            throw new ProblemError('conflict', `You have ${MOST} tokens: delete one first.`);
          await addToken(tx, { id, account: who.id, name: body.name, hash: digestOf(token) }, new Date(now));
          await audit(tx, { actor: who.id, action: 'token.made', subject: id }, new Date(now));
        });
        return { id, token };
      },
    }),
    route({
      method: 'get',
      path: '/tokens',
      may: 'self',
      summary: 'My tokens, without their secrets',
      answer: listOf(TokenAnswer),
      act: async ({ who }) => {
        const items = (await tokensOf(database.kysely, who.id)).map(present);
        return { items, next: null, total: items.length };
      },
    }),
    route({
      method: 'get',
      path: '/tokens/{id}',
      may: 'self',
      summary: 'One of my tokens, without its secret',
      params: ById,
      answer: TokenAnswer,
      act: async ({ who, params }) => {
        const token = await tokenOf(database.kysely, who.id, params.id);
        if (!token) throw notFound('token', params.id);
        return present(token);
      },
    }),
    route({
      method: 'delete',
      path: '/tokens/{id}',
      may: 'self',
      summary: 'Ends one of my tokens at once',
      params: ById,
      answer: Nothing,
      act: async ({ who, params, now }) => {
        await database.transaction(async (tx) => {
          if (!(await removeToken(tx, who.id, params.id))) throw notFound('token', params.id);
          await audit(tx, { actor: who.id, action: 'token.removed', subject: params.id }, new Date(now));
        });
        streams.endOf(params.id);
      },
    }),
  ];
}

function present({ id, name, created_at, used_at }: TokenRow): {
  id: string;
  name: string;
  createdAt: string;
  usedAt: string | null;
} {
  return { id, name, createdAt: created_at.toISOString(), usedAt: used_at?.toISOString() ?? null };
}
