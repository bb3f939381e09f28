/** How a machine logs in at the broker. */
import { audit } from '#shared/database/queries/audit.ts';
import { createCredential, revokeCredentials } from '#shared/database/queries/credentials.ts';
import { visibleMachines } from '#shared/database/queries/portal-machines.ts';
import { Nothing } from '#shared/model/api/common.ts';
import { Credentials } from '#shared/model/api/session.ts';
import type { PortalParts } from '../parts.ts';
import { notFound } from '../problems.ts';
import { ById, type Route, route } from '../route.ts';

export function credentialRoutes({ database, brokerInfo }: Pick<PortalParts, 'database' | 'brokerInfo'>): Route[] {
  return [
    route({
      method: 'post',
      path: '/machines/{id}/credentials',
      may: 'machine.credentials',
      summary: 'Makes a password for the machine, shown this once; older ones hold until they are revoked',
      status: 201,
      params: ById,
      answer: Credentials,
      act: ({ who, params, now }) =>
        database.transaction(async (tx) => {
          if (!(await visibleMachines(tx, who.scope, [params.id])).has(params.id)) throw notFound('machine', params.id);
          await audit(tx, { actor: who.id, action: 'credentials.made', subject: params.id }, new Date(now));
          return createCredential(tx, params.id);
        }),
    }),
    route({
      method: 'delete',
      path: '/machines/{id}/credentials',
      may: 'machine.credentials',
      summary: 'Revokes all passwords of the machine and ends its connections',
      params: ById,
      answer: Nothing,
      act: async ({ who, params, now }) => {
        await database.transaction(async (tx) => {
          if (!(await visibleMachines(tx, who.scope, [params.id])).has(params.id)) throw notFound('machine', params.id);
          const revoked = await revokeCredentials(tx, params.id);
          await audit(
            tx,
            { actor: who.id, action: 'credentials.revoked', subject: params.id, detail: { revoked } },
            new Date(now),
          );
        });
        await brokerInfo.disconnect(params.id);
      },
    }),
  ];
}
