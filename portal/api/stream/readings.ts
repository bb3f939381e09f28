/** Readings of the sensors a client asked for: at once where it was quiet, else gathered, each sensor at most twice a second. */
import type { Live, LiveReading } from '../live.ts';
import type { Wire } from './wire.ts';

const EVERY_MS = 500;

/**
 * Sends the newest of each until the returned function is called. `again`: the client was connected before, and also gets the
 * last known ones, which it may have missed.
 */
export function sendReadings(live: Live, sensors: readonly string[], wire: Wire, again: boolean): () => void {
  if (sensors.length === 0) return () => undefined;
  const newest = new Map<string, LiveReading>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sentAt = -Infinity;
  const stop = live.subscribe(sensors, (reading) => note(reading));
  if (again) for (const reading of known(live, sensors)) note(reading);

  function note(reading: LiveReading): void {
    newest.set(`${reading.machine}/${reading.sensor}`, reading);
    timer ??= setTimeout(send, Math.max(0, sentAt + EVERY_MS - performance.now()));
  }

  function send(): void {
    timer = wire.free ? undefined : setTimeout(send, EVERY_MS);
    if (timer) return;
    sentAt = performance.now();
    for (const { machine, sensor, ts, value } of newest.values()) {
      wire.send({ event: 'reading', data: { machine, sensor, t: new Date(ts).toISOString(), value } });
    }
    newest.clear();
  }

  return () => {
    clearTimeout(timer);
    stop();
  };
}

function known(live: Live, sensors: readonly string[]): LiveReading[] {
  return sensors.flatMap((key) => {
    const [machine = '', sensor = ''] = key.split('/', 2);
    const last = live.last(machine).get(sensor);
    return last ? [{ machine, sensor, ts: last.ts, value: last.value }] : [];
  });
}
