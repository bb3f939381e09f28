/** How long readings, their rollups and events are kept. */
import { wholeBefore } from '#shared/readings/rollups/grid.ts';
import { type Outdated, type RollupState, UNIT_MS } from '#shared/readings/rollups/port.ts';

/** In ms; undefined: for ever. */
export interface Keep {
  readonly readings?: number | undefined;
  readonly minutes?: number | undefined;
  readonly hours?: number | undefined;
  readonly events?: number | undefined;
}

/** What is to be given up at `now`; raw readings only as far as they are rolled up. `ownLimit`: how long the store keeps them. */
export function outdated(
  { readings, minutes, hours, events }: Keep,
  { to }: RollupState,
  now: number,
  ownLimit: number | undefined,
): Outdated {
  const before = (kept: number | undefined) =>
    kept === undefined ? undefined : Math.min(to, wholeBefore(now - kept, UNIT_MS.hour));
  const raw = [before(readings), before(ownLimit)].filter((time) => time !== undefined);
  const limits = {
    readings: raw.length > 0 ? Math.max(...raw) : undefined,
    minutes: before(minutes),
    hours: before(hours),
    events: before(events),
  };
  return Object.fromEntries(Object.entries(limits).filter(([, time]) => time !== undefined));
}
