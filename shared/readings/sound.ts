/** What no adapter stores, so that all of them keep the same. */
import { HOUSE } from '#shared/model/house.ts';
import { ID_PATTERN } from '#shared/model/plant.ts';
import type { Reading, StoredEvent } from './port.ts';

/** InfluxDB keeps times in ns of 64 bits: the years 1678 to 2261. */
const FARTHEST_MS = 9_223_372_036_853;

/** Why this value at this time cannot be stored; undefined where it can. */
export function unsoundReading({ ts, value }: Reading): string | undefined {
  if (!Number.isFinite(value)) return `the value ${value} is no finite number`;
  return unsoundTime(ts);
}

/** Why this machine and sensor cannot be stored; undefined where they can. */
export function unsoundSeries(machine: string, sensor: string): string | undefined {
  if (!ID_PATTERN.test(machine)) return `${JSON.stringify(machine.slice(0, 80))} is no machine id`;
  if (!ID_PATTERN.test(sensor)) return `${JSON.stringify(sensor.slice(0, 80))} is no sensor id`;
  return undefined;
}

/** Why this event cannot be stored; undefined where it can. The house has its heartbeats among them. A code is a tag in InfluxDB, which knows no line breaks there. */
export function unsoundEvent({ machine, ts, code }: StoredEvent): string | undefined {
  if (machine !== HOUSE && !ID_PATTERN.test(machine)) return `${JSON.stringify(machine.slice(0, 80))} is no machine id`;
  if (code.trim() === '' || code.length > 1000 || /\p{Cc}/u.test(code))
    return 'the code is empty, longer than 1,000 characters or has control characters';
  if (code.endsWith('\\')) return 'the code ends with a backslash';
  return unsoundTime(ts);
}

function unsoundTime(ts: number): string | undefined {
  if (Number.isInteger(ts) && Math.abs(ts) <= FARTHEST_MS) return undefined;
  return `the time ${ts} is no whole number of milliseconds between the years 1678 and 2261`;
}
