/** What was promised to customers, and who is told when nobody takes a case. */
import { latestVersion } from '#shared/database/queries/service-versions.ts';
import { SlaAnswer, SlaBody } from '#shared/model/api/service.ts';
import { policyProblems, type ServicePolicy } from '#shared/model/service/policy.ts';
import type { PortalParts } from '../parts.ts';
import { type Route, route } from '../route.ts';
import { presentVersion, writeVersion } from '../versions.ts';

export function slaRoutes({ database }: Pick<PortalParts, 'database'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/sla',
      may: 'service.see',
      summary:
        'Promised times by severity and contract, what stops their clocks, and the escalation; ETag is the version',
      answer: SlaAnswer,
      act: async ({ res }) => {
        const newest = await latestVersion(database.kysely, 'service_policy');
        res.setHeader('etag', `"${newest.version}"`);
        return { ...(await presentVersion(database, newest)), policy: present(newest.content) };
      },
    }),
    route({
      method: 'put',
      path: '/sla',
      may: 'service.change',
      summary: 'Promises from now on; a case keeps those it was opened under',
      locks: true,
      body: SlaBody,
      answer: SlaAnswer,
      act: async (context) => {
        const written = await writeVersion(database, context, {
          table: 'service_policy',
          action: 'sla.changed',
          make: ({ calendars }) => ({ calendars, ...context.body }),
          problems: async (policy) => policyProblems(policy),
        });
        return { ...(await presentVersion(database, written)), policy: present(written.content) };
      },
    }),
  ];
}

function present({ pauses, warnAtPercent, targets, escalation }: ServicePolicy) {
  return {
    pauses: [...pauses],
    warnAtPercent,
    targets: targets.map((target) => ({ ...target, ...cases(target) })),
    escalation: escalation.map(({ steps, ...path }) => ({ ...path, ...cases(path), steps: [...steps] })),
  };
}

function cases<S extends string, T extends string>(given: {
  readonly severities?: readonly S[] | undefined;
  readonly tiers?: readonly T[] | undefined;
}): { severities?: S[]; tiers?: T[] } {
  return {
    ...(given.severities ? { severities: [...given.severities] } : {}),
    ...(given.tiers ? { tiers: [...given.tiers] } : {}),
  };
}
