/** How well the alarm system serves the people who work with it. */
import type { z } from 'zod';
import type { KpiRange } from '#shared/database/queries/kpi-alarms.ts';
import { KpiAlarmsAnswer, KpiAlarmsQuery } from '#shared/model/api/kpi.ts';
import type { Catalogue } from '../catalogue.ts';
import type { PortalParts } from '../parts.ts';
import { invalid } from '../problems.ts';
import { type Context, type Route, route } from '../route.ts';
import { alarmKpis } from './alarms.ts';
import { presentAlarmKpis } from './present.ts';

type KpiParts = Pick<PortalParts, 'database'> & { readonly catalogue: Catalogue };

const DAY_MS = 24 * 3_600_000;
/** ISA-18.2 wants 30 days at least to judge by. */
const DEFAULT_DAYS = 30;
const MOST_DAYS = 400;

export function kpiRoutes({ database, catalogue }: KpiParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/kpi/alarms',
      may: 'kpi.see',
      summary: 'Figures of the alarm system by ISA-18.2 and EEMUA 191, each with definition, target and source',
      query: KpiAlarmsQuery,
      answer: KpiAlarmsAnswer,
      act: async (context) => {
        const { people } = context.query;
        const range = rangeOf(context);
        const { rules } = await catalogue.now();
        return presentAlarmKpis(await alarmKpis(database.kysely, range, people), { range, people, rules });
      },
    }),
  ];
}

function rangeOf({ query, now, who }: Context<unknown, z.infer<typeof KpiAlarmsQuery>>): KpiRange {
  const to = query.to === undefined ? now : Date.parse(query.to);
  const from = query.from === undefined ? to - DEFAULT_DAYS * DAY_MS : Date.parse(query.from);
  if (from >= to) throw invalid([{ path: 'query.to', message: 'lies before `from` or is the same' }]);
  if (to - from > MOST_DAYS * DAY_MS) {
    throw invalid([{ path: 'query.from', message: `is more than ${MOST_DAYS} days before \`to\`: ask for less` }]);
  }
  const { customer, model, timezone = who.timezone } = query;
  return { from: new Date(from), to: new Date(to), timezone, customer, model };
}
