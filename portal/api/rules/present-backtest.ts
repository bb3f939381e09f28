/** What leaves of a backtest: the first alarms, the least covered sensors, and how many of each there are. */
import type { PastCase, StoreBacktest } from '#rules/backtest-store.ts';
import type { BacktestAnswer } from '#shared/model/api/rule.ts';

const MOST_ALARMS = 500;
const MOST_SENSORS = 500;
const MOST_CASES = 200;
const HOUR_MS = 3_600_000;

export function presentBacktest(
  { machines, alarms, standingAtStart, cases, coverage, agreement, readings }: StoreBacktest,
  { from, to }: { readonly from: number; readonly to: number },
): BacktestAnswer {
  return {
    from: timeOf(from),
    to: timeOf(to),
    machines,
    alarms: alarms.slice(0, MOST_ALARMS).map(({ raisedAt, clearedAt, ...rest }) => {
      return { ...rest, raisedAt: timeOf(raisedAt), clearedAt: clearedAt === null ? null : timeOf(clearedAt) };
    }),
    total: alarms.length,
    standingAtStart,
    alarmsAnHour: alarms.length / ((to - from) / HOUR_MS),
    cases,
    coverage: {
      share: coverage.share,
      total: coverage.sensors.length,
      sensors: coverage.sensors
        .toSorted((a, b) => a.share - b.share)
        .slice(0, MOST_SENSORS)
        .map(({ first, last, ...rest }) => {
          return { ...rest, first: first === null ? null : timeOf(first), last: last === null ? null : timeOf(last) };
        }),
      unknown: [...coverage.unknown],
    },
    agreement: {
      found: some(agreement.found),
      missed: some(agreement.missed),
      repeated: some(agreement.repeated),
      new: agreement.new,
    },
    readings,
  };
}

function some(cases: readonly PastCase[]): BacktestAnswer['agreement']['found'] {
  const items = cases.slice(0, MOST_CASES).map(({ id, number, machine, component, openedAt }) => {
    return { id, number, machine, component: component === '' ? null : component, openedAt: timeOf(openedAt) };
  });
  return { count: cases.length, items };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
