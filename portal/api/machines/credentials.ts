/** How a machine logs in at the broker. */
import { AccountsRefused } from '#shared/accounts/port.ts';
import type { Credential } from '#shared/database/queries/credentials.ts';
import { visibleMachines } from '#shared/database/queries/portal-machines.ts';
import type { Who } from '#shared/model/access.ts';
import { Nothing } from '#shared/model/api/common.ts';
import {
  type CredentialAnswer,
  CredentialList,
  CredentialSecret,
  NewCredential,
} from '#shared/model/api/credential.ts';
import { durationMs } from '#shared/model/duration.ts';
import type { PortalParts } from '../parts.ts';
import { notFound, ProblemError } from '../problems.ts';
import { ById, type Route, route } from '../route.ts';

export function credentialRoutes({ database, credentials }: Pick<PortalParts, 'database' | 'credentials'>): Route[] {
  const seen = async (who: Who, machine: string): Promise<void> => {
    if (!(await visibleMachines(database.kysely, who.scope, [machine])).has(machine))
      throw notFound('machine', machine);
  };
  return [
    route({
      method: 'get',
      path: '/machines/{id}/credentials',
      may: 'machine.credentials',
      summary: 'The passwords of the machine that hold, without themselves',
      params: ById,
      answer: CredentialList,
      act: async ({ who, params, now }) => {
        await seen(who, params.id);
        const items = (await credentials.list(params.id, now)).map(present);
        return { items, next: null, total: items.length };
      },
    }),
    route({
      method: 'post',
      path: '/machines/{id}/credentials',
      may: 'machine.credentials',
      summary:
        'Makes a password for the machine, shown this once; older ones hold until they are revoked, or for as long as overlap says. Log in as the username of the answer',
      status: 201,
      params: ById,
      body: NewCredential.optional(),
      answer: CredentialSecret,
      act: async ({ who, params, body, now }) => {
        await seen(who, params.id);
        const overlapMs = body?.overlap === undefined ? undefined : durationMs(body.overlap);
        const order = { machine: params.id, actor: who.id, now, overlapMs };
        const made = await asProblem(credentials.create(order));
        if (made === undefined) throw notFound('machine', params.id);
        return { ...made, before: made.before.map(present) };
      },
    }),
    route({
      method: 'delete',
      path: '/machines/{id}/credentials',
      may: 'machine.credentials',
      summary: 'Revokes all passwords of the machine and ends its connections',
      params: ById,
      answer: Nothing,
      act: async ({ who, params, now }) => {
        await seen(who, params.id);
        await asProblem(credentials.revoke({ machine: params.id, actor: who.id, now }));
      },
    }),
  ];
}

const KINDS = { away: 'unavailable', 'not-set-up': 'not-set-up', taken: 'conflict' } as const;

async function asProblem<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AccountsRefused) throw new ProblemError(KINDS[error.why], error.message);
    throw error;
  }
}

function present({ id, username, createdAt, endsAt }: Credential): CredentialAnswer {
  return { id, username, createdAt: createdAt.toISOString(), endsAt: endsAt?.toISOString() ?? null };
}
