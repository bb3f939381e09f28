/** Readings of the sensors a client asked for, gathered so that each sensor speaks at most twice a second. */
import type { Live, LiveReading } from '../live.ts';
import type { Wire } from './wire.ts';

const EVERY_MS = 500;

/** Sends the newest of each until the returned function is called. */
export function sendReadings(live: Live, sensors: readonly string[], wire: Wire): () => void {
  if (sensors.length === 0) return () => undefined;
  const newest = new Map<string, LiveReading>();
  const stop = live.subscribe(sensors, (reading) => newest.set(`${reading.machine}/${reading.sensor}`, reading));
  const timer = setInterval(() => {
    if (!wire.free) return;
    for (const { machine, sensor, ts, value } of newest.values()) {
      wire.send({ event: 'reading', data: { machine, sensor, t: new Date(ts).toISOString(), value } });
    }
    newest.clear();
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    stop();
  };
}
