/**
 * Who is on duty when: layers of people who take turns, of which the first that covers an instant decides, and exceptions before
 * all of them. Pure; times in epoch ms unless said otherwise.
 */
import type { Text } from '../text.ts';
import { Calendar, hoursProblems, WEEKDAYS, type WeekHours, type WorkingTime } from './calendar.ts';
import { isHoliday, LAENDER, type Land } from './holidays.ts';
import { DAY_MS, dateOf, isZone, Zone } from './zone.ts';

/** Ids of accounts. */
export interface DutyTurn {
  readonly person: string;
  readonly deputy: string | null;
}

export interface DutyLayer {
  readonly id: string;
  readonly name: Text;
  /** What of the week it covers; null: all of it. */
  readonly hours: WeekHours | null;
  /** also: like any day; never: then a later layer decides; only: on holidays alone. */
  readonly holidays: 'also' | 'never' | 'only';
  /** The first turn begins, on the wall clock: `2026-03-02T08:00`. */
  readonly start: string;
  /** A turn lasts so many days. */
  readonly everyDays: number;
  readonly turns: readonly DutyTurn[];
}

export interface DutyException extends DutyTurn {
  /** ISO 8601 with zone. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export interface DutyRota {
  /** IANA name. */
  readonly timezone: string;
  /** Whose public holidays count; null: none. */
  readonly land: Land | null;
  readonly layers: readonly DutyLayer[];
  readonly exceptions: readonly DutyException[];
  /** The last in line; null: everybody who leads. */
  readonly lead: string | null;
}

export const EMPTY_ROTA: DutyRota = {
  timezone: 'Europe/Berlin',
  land: 'DE',
  layers: [],
  exceptions: [],
  lead: null,
};

export interface OnDuty extends DutyTurn {
  /** Whose turn it is by; null: an exception. */
  readonly layer: string | null;
}

export interface DutySpan {
  readonly from: number;
  readonly to: number;
  /** null: nobody. */
  readonly onDuty: OnDuty | null;
}

interface ReadyLayer {
  readonly layer: DutyLayer;
  readonly hours: WorkingTime;
  readonly startDay: number;
  readonly startMinute: number;
}

const WHOLE_DAY = ['00:00-24:00'];
const WHOLE_WEEK: WeekHours = Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, WHOLE_DAY]));

/** A rota made ready to be asked. */
export class Duty {
  readonly rota: DutyRota;
  readonly #zone: Zone;
  readonly #layers: readonly ReadyLayer[];

  /** Throws RangeError where `rotaProblems` would have some. */
  constructor(rota: DutyRota) {
    this.rota = rota;
    this.#zone = new Zone(rota.timezone);
    this.#layers = rota.layers.map((layer) => ready(layer, rota));
  }

  at(moment: number): OnDuty | null {
    const exception = this.rota.exceptions.find(
      ({ from, to }) => Date.parse(from) <= moment && moment < Date.parse(to),
    );
    if (exception) return { person: exception.person, deputy: exception.deputy, layer: null };
    for (const { layer, ...more } of this.#layers) {
      const turn = this.#turn({ layer, ...more }, moment);
      if (turn) return { person: turn.person, deputy: turn.deputy, layer: layer.id };
    }
    return null;
  }

  /** The whole of [from, to), in order; neighbours differ. */
  spans(from: number, to: number): readonly DutySpan[] {
    const spans: DutySpan[] = [];
    const borders = [...new Set([from, ...this.#borders(from, to).filter((at) => at > from && at < to)])];
    borders.sort((a, b) => a - b);
    for (const [i, begin] of borders.entries()) {
      const onDuty = this.at(begin);
      const end = borders[i + 1] ?? to;
      const last = spans.at(-1);
      if (last && same(last.onDuty, onDuty)) spans[spans.length - 1] = { ...last, to: end };
      else spans.push({ from: begin, to: end, onDuty });
    }
    return spans;
  }

  #turn({ layer, hours, startDay, startMinute }: ReadyLayer, moment: number): DutyTurn | undefined {
    if (!hours.isOpen(moment)) return undefined;
    const { day } = this.#zone.wallTime(moment);
    if (layer.holidays === 'only' && !(this.rota.land !== null && isHoliday(dateOf(day), this.rota.land)))
      return undefined;
    let turn = Math.floor((day - startDay) / layer.everyDays);
    if (this.#zone.instant(startDay + turn * layer.everyDays, startMinute) > moment) turn -= 1;
    return turn < 0 ? undefined : layer.turns[turn % layer.turns.length];
  }

  /** Every instant at which somebody else may be on duty. */
  #borders(from: number, to: number): number[] {
    const borders = this.rota.exceptions.flatMap((exception) => [Date.parse(exception.from), Date.parse(exception.to)]);
    const minutes = new Set([0]);
    for (const { layer, startMinute } of this.#layers) {
      minutes.add(startMinute);
      for (const span of Object.values(layer.hours ?? {}).flat())
        for (const clock of span.split('-')) minutes.add(minuteOf(clock));
    }
    const last = this.#zone.wallTime(to).day;
    for (let day = this.#zone.wallTime(from).day; day <= last; day++)
      for (const minute of minutes) borders.push(this.#zone.instant(day, minute));
    return borders;
  }
}

function ready(layer: DutyLayer, { timezone, land }: DutyRota): ReadyLayer {
  const [date = '', clock = ''] = layer.start.split('T');
  const hours = new Calendar({
    id: layer.id,
    name: layer.name,
    timezone,
    land: layer.holidays === 'never' ? land : null,
    hours: layer.hours ?? WHOLE_WEEK,
    daysOff: [],
  });
  return { layer, hours, startDay: Date.parse(date) / DAY_MS, startMinute: minuteOf(clock) };
}

function minuteOf(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return hour * 60 + minute;
}

function same(a: OnDuty | null, b: OnDuty | null): boolean {
  return a?.person === b?.person && a?.deputy === b?.deputy && a?.layer === b?.layer;
}

const MOST_DAYS = 366;

/** Everything that keeps this from being a rota; empty where it is one. Whether its people exist is asked elsewhere. */
export function rotaProblems(rota: DutyRota): readonly { readonly path: string; readonly message: string }[] {
  const problems: { path: string; message: string }[] = [];
  const tell = (path: string, message: string): void => void problems.push({ path, message });
  if (!isZone(rota.timezone))
    tell('timezone', `"${rota.timezone}" is no time zone: write its IANA name, such as Europe/Berlin`);
  if (rota.land !== null && !LAENDER.includes(rota.land)) tell('land', `is none of ${LAENDER.join(', ')}`);
  const ids = new Set<string>();
  for (const [i, layer] of rota.layers.entries()) {
    const at = `layers[${i}]`;
    if (ids.has(layer.id)) tell(`${at}.id`, `"${layer.id}" is there twice`);
    ids.add(layer.id);
    if (!/^20\d\d-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d$/.test(layer.start) || Number.isNaN(Date.parse(`${layer.start}Z`)))
      tell(`${at}.start`, `"${layer.start}" is no time on the wall clock: write it as 2026-03-02T08:00, without zone`);
    if (layer.turns.length === 0) tell(`${at}.turns`, 'needs at least one person');
    if (!(Number.isInteger(layer.everyDays) && layer.everyDays >= 1 && layer.everyDays <= MOST_DAYS))
      tell(`${at}.everyDays`, `is a whole number of days from 1 to ${MOST_DAYS}`);
    if (layer.hours !== null) problems.push(...hoursProblems(layer.hours, `${at}.hours`));
  }
  for (const [i, { from, to }] of rota.exceptions.entries()) {
    if (!(Date.parse(from) < Date.parse(to))) tell(`exceptions[${i}].to`, 'does not lie after its begin');
  }
  return problems;
}
