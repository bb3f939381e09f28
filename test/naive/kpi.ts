/** The figures of the alarm system, computed so plainly that they are obviously right: every definition read aloud over all alarms. */
import { Temporal } from 'temporal-polyfill';

export interface PlainAlarm {
  readonly machine: string;
  readonly rule: string;
  readonly live: boolean;
  readonly suppressed: boolean;
  readonly severity: 'danger' | 'warning' | 'notice';
  /** Epoch ms. */
  readonly raised: number;
  readonly noted: number;
  readonly cleared: number | null;
  readonly verdict: 'valid' | 'false-alarm' | null;
}

export interface PlainRange {
  readonly from: number;
  readonly to: number;
  readonly timezone: string;
  readonly people: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Begin and end of the days of the zone that the range touches. */
export function daysOf({ from, to, timezone }: PlainRange): readonly (readonly [number, number])[] {
  const days: [number, number][] = [];
  let date = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timezone).toPlainDate();
  for (;;) {
    const begin = date.toZonedDateTime(timezone).epochMilliseconds;
    if (begin >= to) return days;
    date = date.add({ days: 1 });
    days.push([begin, date.toZonedDateTime(timezone).epochMilliseconds]);
  }
}

/** Begin of each period and the alarms in it. */
function periodsOf(range: PlainRange, noted: readonly number[], ms: number): { begin: number; alarms: number }[] {
  return daysOf(range).flatMap(([begin, end]) => {
    const periods = [];
    for (let at = begin; at < end; at += ms) {
      const until = Math.min(at + ms, end);
      if (at >= range.to || at + ms <= range.from) continue;
      periods.push({ begin: at, alarms: noted.filter((one) => one >= at && one < until).length });
    }
    return periods;
  });
}

export function plainFigures(all: readonly PlainAlarm[], range: PlainRange) {
  const { from, to, people } = range;
  const live = all.filter((alarm) => alarm.live && !alarm.suppressed);
  const told = live.filter(({ noted }) => noted >= from && noted < to);
  const noted = told.map((alarm) => alarm.noted);
  const tens = periodsOf(range, noted, 10 * MINUTE);
  const hours = periodsOf(range, noted, 60 * MINUTE);
  let flooding = false;
  let floods = 0;
  let flooded = 0;
  for (const { alarms } of tens) {
    if (alarms >= 10 * people) {
      if (!flooding) floods++;
      flooding = true;
    } else if (alarms < 5 * people) flooding = false;
    if (flooding) flooded++;
  }
  const stale = daysOf(range).map(([begin, end]) => {
    return live.filter(({ raised, cleared }) => {
      const [since, until] = [raised + DAY, Math.min(cleared ?? Infinity, to)];
      return until > since && until > Math.max(begin, from) && since < Math.min(end, to);
    }).length;
  });
  const pairs = new Map<string, PlainAlarm[]>();
  for (const alarm of told) {
    const key = `${alarm.machine} ${alarm.rule}`;
    pairs.set(key, [...(pairs.get(key) ?? []), alarm]);
  }
  const chattering = [...pairs.values()].filter((alarms) => {
    const moves = alarms.flatMap(({ raised, cleared }) => (cleared === null ? [raised] : [raised, cleared]));
    const sorted = moves.toSorted((a, b) => a - b);
    return sorted.some((at, i) => i >= 2 && at - (sorted[i - 2] as number) < MINUTE);
  });
  const sizes = [...pairs.values()].map(({ length }) => length).toSorted((a, b) => b - a);
  const percent = (part: number, whole: number) => (whole === 0 ? null : (100 * part) / whole);
  const share = (severity: string) => percent(told.filter((one) => one.severity === severity).length, told.length);
  const valid = told.filter(({ verdict }) => verdict === 'valid').length;
  const wrong = told.filter(({ verdict }) => verdict === 'false-alarm').length;
  return {
    'rate-average': told.length / people / ((to - from) / (10 * MINUTE)),
    'rate-worst': Math.max(0, ...tens.map(({ alarms }) => alarms)) / people,
    'hours-above': percent(hours.filter(({ alarms }) => alarms > 30 * people).length, hours.length),
    'periods-above': percent(tens.filter(({ alarms }) => alarms > 10 * people).length, tens.length),
    floods,
    'flood-time': percent(flooded, tens.length),
    chattering: chattering.length,
    stale: Math.max(0, ...stale),
    'top-share': percent(
      sizes.slice(0, 10).reduce((a, b) => a + b, 0),
      told.length,
    ),
    'priority-danger': share('danger'),
    'priority-warning': share('warning'),
    'priority-notice': share('notice'),
    precision: percent(valid, valid + wrong),
  };
}
