/** Times as a person types them, in a named zone. */
import { offsetMinutes } from './ticks.ts';

const WALL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/;

/** Epoch ms of what a clock in that zone shows (`2026-03-01T14:05`); undefined where the text is no time. */
export function fromWall(text: string, zone: string): number | undefined {
  const match = WALL.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute] = match.slice(1).map(Number) as [number, number, number, number, number];
  const asUtc = Date.UTC(year, month - 1, day, hour, minute);
  const guess = asUtc - offsetMinutes(zone, asUtc) * 60_000;
  // The offset at the guess decides: the first guess is wrong around a change to or from summer time.
  return asUtc - offsetMinutes(zone, guess) * 60_000;
}

/** What a clock in that zone shows, as a field for date and time wants it. */
export function toWall(at: number, zone: string): string {
  return new Date(at + offsetMinutes(zone, at) * 60_000).toISOString().slice(0, 16);
}
