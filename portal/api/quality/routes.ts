/** Is data arriving, and if not, why. */
import {
  BREAK_KEYS,
  type BreakRow,
  breakPage,
  QUALITY_KEYS,
  type QualityRow,
  qualityPage,
  REJECT_KEYS,
  type RejectRow,
  rejectPage,
} from '#shared/database/queries/portal-quality.ts';
import { listOf, PageQuery } from '#shared/model/api/common.ts';
import { BreakAnswer, BreaksQuery, QualityAnswer, RejectAnswer, RejectsQuery } from '#shared/model/api/machine.ts';
import type { Live } from '../live.ts';
import { listed, pageOf } from '../paging.ts';
import type { PortalParts } from '../parts.ts';
import { type Route, route } from '../route.ts';
import { iso, later } from '../times.ts';

const DAY_MS = 86_400_000;

export function qualityRoutes({ database, live }: Pick<PortalParts, 'database' | 'live'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/quality',
      may: 'quality.see',
      summary: 'Each machine with its three times and what was not good in the last 24 hours, the worst first',
      query: PageQuery,
      answer: listOf(QualityAnswer),
      act: async ({ who, query, now }) => {
        const page = await qualityPage(database.kysely, who.scope, new Date(now - DAY_MS), pageOf(query, QUALITY_KEYS));
        return listed(page, (row) => presentQuality(row, live));
      },
    }),
    route({
      method: 'get',
      path: '/quality/rejects',
      may: 'quality.see',
      summary: 'What could not be used, newest first, each with its reason and the payload',
      query: RejectsQuery.extend(PageQuery.shape),
      answer: listOf(RejectAnswer),
      act: async ({ who, query }) =>
        listed(await rejectPage(database.kysely, who.scope, query, pageOf(query, REJECT_KEYS)), presentReject),
    }),
    route({
      method: 'get',
      path: '/quality/breaks',
      may: 'quality.see',
      summary: 'Holes in what machines count, and where they began to count anew, newest first',
      query: BreaksQuery.extend(PageQuery.shape),
      answer: listOf(BreakAnswer),
      act: async ({ who, query }) =>
        listed(await breakPage(database.kysely, who.scope, query, pageOf(query, BREAK_KEYS)), presentBreak),
    }),
  ];
}

function presentQuality(row: QualityRow, live: Live): QualityAnswer {
  const times = live.times(row.machine);
  return {
    machine: row.machine,
    name: row.name,
    customer: { id: row.customer, name: row.customer_name },
    connectedAt: iso(row.online_at),
    online: row.online,
    messageAt: later(row.message_at, times.messageAt),
    readingAt: later(row.reading_at, times.readingAt),
    counts: row.counts,
  };
}

function presentBreak({ at, machine, kind, first, last }: BreakRow): BreakAnswer {
  return { at: at.toISOString(), machine, kind, first, last };
}

function presentReject({ at, machine, sensor, reason, detail, topic, payload }: RejectRow): RejectAnswer {
  return { at: at.toISOString(), machine, sensor, reason, detail, topic, payload };
}
