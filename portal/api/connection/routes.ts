/** Does something arrive from this machine, and would this message be taken? */
import { machineRow } from '#shared/database/queries/portal-machines.ts';
import type { Who } from '#shared/model/access.ts';
import { CheckAnswer, CheckBody, ConnectionAnswer, type HeardAnswer } from '#shared/model/api/connection.ts';
import type { Catalogue } from '../catalogue.ts';
import type { HeardMessage } from '../live.ts';
import type { PortalParts } from '../parts.ts';
import { notFound } from '../problems.ts';
import { ById, type Route, route } from '../route.ts';
import { iso, later } from '../times.ts';
import { check } from './check.ts';
import { verdictOf } from './verdict.ts';

type Parts = Pick<PortalParts, 'database' | 'live' | 'settings'> & { readonly catalogue: Catalogue };

export function connectionRoutes({ database, live, settings, catalogue }: Parts): Route[] {
  const machineOf = async (who: Who, id: string, now: number) => {
    const row = await machineRow(database.kysely, who.scope, id, new Date(now));
    if (!row) throw notFound('machine', id);
    return row;
  };
  return [
    route({
      method: 'get',
      path: '/machines/{id}/connection',
      may: 'quality.see',
      summary:
        'Does something arrive from the machine: its times, its clock, the broker, and what it sends from the first asking on, each with its verdict. Ask every few seconds',
      params: ById,
      answer: ConnectionAnswer,
      act: async ({ who, params: { id }, now }) => {
        const row = await machineOf(who, id, now);
        const times = live.times(id);
        const clock = live.clock(id);
        return {
          prefix: settings.mqttPrefix,
          broker: settings.broker,
          online: row.online,
          connectedAt: iso(row.online_at),
          messageAt: later(row.message_at, times.messageAt),
          readingAt: later(row.reading_at, times.readingAt),
          clock: clock ? { ts: new Date(clock.ts).toISOString(), at: new Date(clock.at).toISOString() } : null,
          messages: live.heard(id, now).map(presentHeard),
        };
      },
    }),
    route({
      method: 'post',
      path: '/machines/{id}/check',
      may: 'quality.see',
      summary: 'What would become of this message of the machine; nothing is sent and nothing kept',
      params: ById,
      body: CheckBody,
      answer: CheckAnswer,
      act: async ({ who, params: { id }, body, now }) => {
        await machineOf(who, id, now);
        const { plant } = await catalogue.now();
        return check(plant, settings.mqttPrefix, { machine: id, ...body }, now);
      },
    }),
  ];
}

function presentHeard({ at, topic, payload, bytes, telemetry }: HeardMessage): HeardAnswer {
  const seq = telemetry.sequence.at(-1) ?? null;
  return { ...verdictOf(telemetry), at: new Date(at).toISOString(), topic, payload, bytes, seq };
}
