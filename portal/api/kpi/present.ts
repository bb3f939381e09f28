/** What leaves of the figures: each with its definition, target and source. */
import type { KpiRange } from '#shared/database/queries/kpi-alarms.ts';
import type { KpiAlarmsAnswer } from '#shared/model/api/kpi.ts';
import { KPI_IDS, KPIS, meets } from '#shared/model/kpi.ts';
import type { Rule } from '#shared/model/rule.ts';
import type { Text } from '#shared/model/text.ts';
import { iso } from '../times.ts';
import type { AlarmKpis } from './alarms.ts';

export function presentAlarmKpis(
  found: AlarmKpis,
  asked: { readonly range: KpiRange; readonly people: number; readonly rules: ReadonlyMap<string, Rule> },
): KpiAlarmsAnswer {
  const { range, people, rules } = asked;
  const { totals } = found;
  const titleOf = (rule: string): Text | null => rules.get(rule)?.title ?? null;
  const pair = ({ rule, machine, machine_name }: { rule: string; machine: string; machine_name: Text | null }) => {
    return { rule, ruleTitle: titleOf(rule), machine, machineName: machine_name };
  };
  return {
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    timezone: range.timezone,
    people,
    alarms: totals.alarms,
    suppressed: { shelved: totals.shelved, maintenance: totals.maintenance, flood: totals.flood },
    pilot: totals.pilot,
    figures: KPI_IDS.map((id) => {
      const { name, definition, unit, target, source } = KPIS[id];
      const value = found.values[id];
      return { id, value, unit, target, met: meets(value, target), name, definition, source };
    }),
    days: found.days.map(({ begin, alarms, stale }) => ({ begin: begin.toISOString(), alarms, stale })),
    worstAt: iso(found.periods.worst_at),
    floods: found.floods.map(({ begin, finish, alarms, worst }) => {
      return { from: begin.toISOString(), to: finish.toISOString(), alarms, worst };
    }),
    chattering: found.chattering.map((row) => ({ ...pair(row), times: row.count })),
    stale: found.stale.map((row) => ({ ...pair(row), alarm: row.id, raisedAt: row.raised_at.toISOString() })),
    top: found.top.map((row) => ({ ...pair(row), alarms: row.count, share: (100 * row.count) / totals.alarms })),
    rules: found.rules.map(({ rule, alarms, valid, false_alarms, undecided, precision, bad }) => {
      return { rule, ruleTitle: titleOf(rule), alarms, valid, falseAlarms: false_alarms, undecided, precision, bad };
    }),
  };
}
