/** Holds the alarms of a backtest against what people said of past cases. */
import { REOPEN_WITHIN_MS } from './backtest-cases.ts';

/** A past case; times in epoch ms. */
export interface PastCase {
  readonly id: string;
  readonly number: number;
  readonly machine: string;
  /** '' where none was in danger. */
  readonly component: string;
  readonly openedAt: number;
  /** When it was resolved, else its last alarm. */
  readonly endedAt: number;
  readonly verdict: 'valid' | 'false-alarm' | null;
}

export interface AlarmSpan {
  readonly machine: string;
  readonly component: string | null;
  readonly raisedAt: number;
  /** null: it stood at the end. */
  readonly clearedAt: number | null;
}

export interface Agreement {
  /** Valid cases opened in the range that an alarm tells of, and those that none does. */
  readonly found: readonly PastCase[];
  readonly missed: readonly PastCase[];
  /** Cases people called a false alarm, which would come again. */
  readonly repeated: readonly PastCase[];
  /** Alarms of the range with no case, or with false alarms alone. */
  readonly new: number;
}

/**
 * An alarm tells of a case of the same machine and component that it overlaps, give or take the time in which cases re-open.
 * `alarms` and `cases` of before the range may tell of what is in it, but are not counted.
 */
export function agreementOf(
  alarms: readonly AlarmSpan[],
  cases: readonly PastCase[],
  range: { readonly from: number; readonly to: number },
): Agreement {
  const places = new Map<string, PastCase[]>();
  for (const one of cases) {
    const place = `${one.machine} ${one.component}`;
    places.set(place, [...(places.get(place) ?? []), one]);
  }
  const told = new Set<PastCase>();
  let unknown = 0;
  for (const alarm of alarms) {
    const near = (places.get(`${alarm.machine} ${alarm.component ?? ''}`) ?? []).filter((one) => overlap(alarm, one));
    for (const one of near) told.add(one);
    if (alarm.raisedAt >= range.from && near.every(({ verdict }) => verdict === 'false-alarm')) unknown++;
  }
  const judged = cases.filter(({ openedAt }) => openedAt >= range.from && openedAt <= range.to);
  const valid = judged.filter(({ verdict }) => verdict === 'valid');
  return {
    found: valid.filter((one) => told.has(one)),
    missed: valid.filter((one) => !told.has(one)),
    repeated: judged.filter((one) => one.verdict === 'false-alarm' && told.has(one)),
    new: unknown,
  };
}

function overlap({ raisedAt, clearedAt }: AlarmSpan, { openedAt, endedAt }: PastCase): boolean {
  return raisedAt <= endedAt + REOPEN_WITHIN_MS && (clearedAt ?? Infinity) >= openedAt - REOPEN_WITHIN_MS;
}
