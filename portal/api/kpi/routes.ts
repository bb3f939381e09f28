/** How well the alarm system serves the people who work with it. */
import type { z } from 'zod';
import type { KpiRange } from '#shared/database/queries/kpi-alarms.ts';
import { KpiAlarmsAnswer, KpiAlarmsQuery } from '#shared/model/api/kpi.ts';
import type { Catalogue } from '../catalogue.ts';
import type { PortalParts } from '../parts.ts';
import { type Context, type Route, route } from '../route.ts';
import { alarmKpis } from './alarms.ts';
import { presentAlarmKpis } from './present.ts';
import { proposalsRoute } from './proposals.ts';
import { rangeOf } from './range.ts';

type KpiParts = Pick<PortalParts, 'database' | 'readings' | 'log'> & { readonly catalogue: Catalogue };

const MOST_DAYS = 400;

export function kpiRoutes(parts: KpiParts): Route[] {
  const { database, catalogue } = parts;
  return [
    proposalsRoute(parts),
    route({
      method: 'get',
      path: '/kpi/alarms',
      may: 'kpi.see',
      summary: 'Figures of the alarm system by ISA-18.2 and EEMUA 191, each with definition, target and source',
      query: KpiAlarmsQuery,
      answer: KpiAlarmsAnswer,
      act: async (context) => {
        const { people } = context.query;
        const range = asked(context);
        const { rules } = await catalogue.now();
        return presentAlarmKpis(await alarmKpis(database.kysely, range, people), { range, people, rules });
      },
    }),
  ];
}

function asked({ query, now, who }: Context<unknown, z.infer<typeof KpiAlarmsQuery>>): KpiRange {
  const { from, to } = rangeOf(query, now, MOST_DAYS);
  const { customer, model, timezone = who.timezone } = query;
  return { from: new Date(from), to: new Date(to), timezone, customer, model };
}
