/** Local time of German sites and what follows from it: production day, weekday, weather. All times epoch ms. */
import { wander } from './noise.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Summer time of one year, epoch ms; kept because a year is asked for millions of times. */
let summer = { begin: 0, end: 0, from: 0, to: 0 };

/** Central European (Summer) Time against UTC, ms: summer from the last Sunday of March to that of October, 01:00 UTC. */
export function berlinOffset(t: number): number {
  if (!(t >= summer.from && t < summer.to)) {
    const year = new Date(t).getUTCFullYear();
    const [from, to] = [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
    summer = { begin: lastSunday(year, 2), end: lastSunday(year, 9), from, to };
  }
  return t >= summer.begin && t < summer.end ? 2 * HOUR : HOUR;
}

function lastSunday(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month + 1, 0));
  return Date.UTC(year, month, last.getUTCDate() - last.getUTCDay(), 1);
}

export interface ProductionTime {
  /** Number of the production day, which begins at 06:00. */
  readonly day: number;
  /** Minutes since 06:00. */
  readonly minute: number;
  /** 0 Sunday … 6 Saturday. */
  readonly weekday: number;
}

export function productionTime(t: number): ProductionTime {
  const local = t + berlinOffset(t) - 6 * HOUR;
  const day = Math.floor(local / DAY);
  return { day, minute: (local - day * DAY) / MINUTE, weekday: (((day + 4) % 7) + 7) % 7 };
}

/** Outdoor air in Germany, °C: season, time of day, weather that lasts a day or two. */
export function outdoorTemperature(key: number, t: number): number {
  const local = t + berlinOffset(t);
  const season = -Math.cos((2 * Math.PI * (local / DAY - 20)) / 365.25);
  const daytime = -Math.cos((2 * Math.PI * ((local % DAY) / HOUR - 3)) / 24);
  return 9.5 + 9 * season + (2.5 + 1.5 * season) * daytime + 2.6 * wander(key, t, 31 * HOUR);
}

/** Air in a heated production hall, °C. */
export function hallTemperature(key: number, t: number): number {
  return 20.5 + 0.28 * (outdoorTemperature(key, t) - 9.5) + 0.4 * wander(key ^ 1, t, 2 * HOUR);
}
