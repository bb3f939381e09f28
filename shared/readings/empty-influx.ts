/** Deletes everything that Leitwarte keeps in an InfluxDB; what others keep in the same database stays. */
import { identity, influxAddress, origin } from './influx-address.ts';
import { influxTrouble, networkCode } from './influx-trouble.ts';

const OURS = ['reading', 'event', 'reading_1m', 'reading_1h', 'reading_rollup', 'reading_mark'];
/** Deleting years of readings takes InfluxDB a while. */
const WITHIN_MS = 600_000;
/** Nothing of that name is there. */
const NOTHING = /(measurement|database) not found/;

/** Throws StoreUnavailable where something may still be there. */
export async function emptyInflux(url: string): Promise<void> {
  const address = influxAddress(url);
  for (const measurement of OURS) {
    const statement = encodeURIComponent(`DROP MEASUREMENT "${measurement}"`);
    const response = await fetch(`${origin(address)}/query?db=${encodeURIComponent(address.database)}&q=${statement}`, {
      method: 'POST',
      headers: identity(address),
      redirect: 'error',
      signal: AbortSignal.timeout(WITHIN_MS),
    }).catch((error: unknown) => {
      throw influxTrouble(address, 0, networkCode(error));
    });
    const said = await response.text();
    const isDone = response.ok && (!said.includes('"error"') || NOTHING.test(said));
    if (!isDone) throw influxTrouble(address, response.status, said);
  }
}
