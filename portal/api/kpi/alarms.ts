/** The figures of the alarm system, from what the database counted. */
import {
  alarmTotals,
  type AlarmTotals,
  chattering,
  type DayRow,
  dayRows,
  type FloodRow,
  floods,
  type KpiRange,
  type PairRow,
  type PeriodFigures,
  periodFigures,
  ruleFigures,
  type RuleFigures,
  type StaleRow,
  staleAlarms,
  topPairs,
} from '#shared/database/queries/kpi-alarms.ts';
import type { Queries } from '#shared/database/database.ts';
import { HOUR_ABOVE, HOUR_MS, type KpiId, PERIOD_ABOVE, PERIOD_MS, PRECISION_LEAST } from '#shared/model/kpi.ts';

/** Shown of each list; the figures count all. */
const MOST_SHOWN = 50;

export interface AlarmKpis {
  readonly totals: AlarmTotals;
  readonly periods: PeriodFigures;
  readonly floods: readonly FloodRow[];
  readonly days: readonly DayRow[];
  readonly stale: readonly StaleRow[];
  readonly chattering: readonly PairRow[];
  readonly top: readonly PairRow[];
  readonly rules: readonly RatedRule[];
  readonly values: Readonly<Record<KpiId, number | null>>;
}

export interface RatedRule extends RuleFigures {
  readonly precision: number | null;
  readonly bad: ('frequent' | 'chattering' | 'imprecise')[];
}

export async function alarmKpis(db: Queries, range: KpiRange, people: number): Promise<AlarmKpis> {
  const totals = await alarmTotals(db, range);
  const periods = await periodFigures(db, range, PERIOD_MS, PERIOD_ABOVE * people);
  const hours = await periodFigures(db, range, HOUR_MS, HOUR_ABOVE * people);
  const flooded = await floods(db, range, people);
  const days = await dayRows(db, range);
  const chatter = await chattering(db, range);
  const top = await topPairs(db, range);
  const rated = (await ruleFigures(db, range)).map((rule) => rate(rule, top, chatter));
  const { alarms } = totals;
  const lengths = (range.to.getTime() - range.from.getTime()) / PERIOD_MS;
  const values: Record<KpiId, number | null> = {
    'rate-average': alarms / people / lengths,
    'rate-worst': periods.worst / people,
    'hours-above': percent(hours.above, hours.periods),
    'periods-above': percent(periods.above, periods.periods),
    floods: flooded.length,
    'flood-time': percent(sum(flooded.map((flood) => flood.periods)), periods.periods),
    chattering: chatter.length,
    stale: Math.max(0, ...days.map(({ stale }) => stale)),
    'top-share': percent(sum(top.map(({ count }) => count)), alarms),
    'priority-danger': percent(totals.danger, alarms),
    'priority-warning': percent(totals.warning, alarms),
    'priority-notice': percent(totals.notice, alarms),
    precision: percent(totals.valid, totals.valid + totals.false_alarms),
  };
  return {
    totals,
    periods,
    floods: flooded.toSorted((a, b) => b.alarms - a.alarms).slice(0, MOST_SHOWN),
    days,
    stale: await staleAlarms(db, range, MOST_SHOWN),
    chattering: chatter.slice(0, MOST_SHOWN),
    top,
    rules: rated,
    values,
  };
}

function rate(rule: RuleFigures, top: readonly PairRow[], chatter: readonly PairRow[]): RatedRule {
  const verdicts = rule.valid + rule.false_alarms;
  const precision = percent(rule.valid, verdicts);
  const isIt = (pair: PairRow): boolean => pair.rule === rule.rule;
  const imprecise = verdicts >= PRECISION_LEAST.verdicts && (precision ?? 100) < PRECISION_LEAST.percent;
  const bad = [
    ...(top.some(isIt) ? (['frequent'] as const) : []),
    ...(chatter.some(isIt) ? (['chattering'] as const) : []),
    ...(imprecise ? (['imprecise'] as const) : []),
  ];
  return { ...rule, precision, bad };
}

/** null: of nothing. */
function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : (100 * part) / whole;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
