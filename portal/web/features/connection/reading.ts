/** What the times of a machine mean for whoever connects it. */
import type { ConnectionAnswer } from '#shared/model/api/connection.ts';
import type { SensorAnswer } from '#shared/model/api/machine.ts';
import { NO_DATA_AFTER_MS } from '#shared/model/condition.ts';

/** Messages need this long on their way, and clocks differ by it, without anything being wrong, ms. */
export const CLOCK_ALLOWANCE_MS = 5_000;

/** Whether something arrives; `ms`: for how long it has not. */
export interface Step {
  readonly name: 'neverHeard' | 'onlyUseless' | 'silent' | 'useless' | 'well';
  readonly ms: number;
}

/** `now`: epoch ms. */
export function stepOf({ messageAt, readingAt }: Pick<ConnectionAnswer, 'messageAt' | 'readingAt'>, now: number): Step {
  const since = (at: string): number => Math.max(0, now - Date.parse(at));
  if (messageAt === null) return { name: 'neverHeard', ms: 0 };
  if (since(messageAt) > NO_DATA_AFTER_MS) return { name: 'silent', ms: since(messageAt) };
  if (readingAt === null) return { name: 'onlyUseless', ms: 0 };
  if (since(readingAt) > NO_DATA_AFTER_MS) return { name: 'useless', ms: since(readingAt) };
  return { name: 'well', ms: 0 };
}

/** How the machine's clock stands to that of the house; `ms`: the difference. */
export interface Clock {
  readonly name: 'unknown' | 'none' | 'right' | 'ahead' | 'behind';
  readonly ms: number;
}

export function clockOf(clock: ConnectionAnswer['clock']): Clock {
  if (clock === null) return { name: 'unknown', ms: 0 };
  const difference = Date.parse(clock.ts) - Date.parse(clock.at);
  // To the very millisecond no two clocks agree: it is the time of receipt.
  if (difference === 0) return { name: 'none', ms: 0 };
  if (Math.abs(difference) < CLOCK_ALLOWANCE_MS) return { name: 'right', ms: CLOCK_ALLOWANCE_MS };
  return { name: difference > 0 ? 'ahead' : 'behind', ms: Math.abs(difference) };
}

const SAMPLED = 2;

/** Values the machine could send: of its first sensors, each in the middle of what it should be. */
export function sampleValues(sensors: readonly SensorAnswer[]): Record<string, number> {
  const own = sensors.filter(({ derived }) => !derived).slice(0, SAMPLED);
  return Object.fromEntries(own.map((sensor) => [sensor.id, Math.round(usual(sensor) * 10) / 10]));
}

function usual({ tolerance, last }: SensorAnswer): number {
  const { low, high, nominal } = tolerance ?? { low: null, high: null, nominal: null };
  if (nominal !== null) return nominal;
  if (low !== null && high !== null) return (low + high) / 2;
  return last?.value ?? low ?? high ?? 1;
}
