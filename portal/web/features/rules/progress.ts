/** How a look back is drawn: how far it is, and its alarms as marks on a chart. */
import type { BacktestAnswer } from '#shared/model/api/rule.ts';
import type { BacktestProgress } from '#portal/web/api/backtest.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** 0 to 1; undefined while nothing is known. */
export function shareDone({ readings, total, at }: BacktestProgress, { from, to }: Range): number | undefined {
  if (readings !== undefined && total != null && total > 0) return Math.min(1, readings / total);
  return at === undefined ? undefined : Math.min(1, Math.max(0, (Date.parse(at) - from) / (to - from)));
}

/** Alarms as stretches of the chart; those that cannot be told apart there are one. */
export function marksOf(alarms: BacktestAnswer['alarms'], { from, to }: Range, places: number): readonly Range[] {
  const least = (to - from) / places;
  const marks: Range[] = [];
  for (const { raisedAt, clearedAt } of alarms) {
    const mark = { from: Date.parse(raisedAt), to: clearedAt === null ? to : Date.parse(clearedAt) };
    const last = marks.at(-1);
    if (last && mark.from - last.to < least)
      marks[marks.length - 1] = { from: last.from, to: Math.max(last.to, mark.to) };
    else marks.push(mark);
  }
  return marks;
}
