/** What an answer of InfluxDB, or none, means for a person who has to mend it. */
import { type InfluxAddress, shownAddress } from './influx-address.ts';
import { StoreUnavailable } from './port.ts';

const MAX_SAID = 200;

/** `status` 0: no answer at all. `said`: InfluxDB's own words, or the network's. Never holds credentials. */
export function influxTrouble(address: InfluxAddress, status: number, said: string): StoreUnavailable {
  const words = said.replace(/\s+/g, ' ').trim().slice(0, MAX_SAID);
  return new StoreUnavailable(`InfluxDB at ${shownAddress(address)} ${mend(address, status, words)}`);
}

function mend({ database, username }: InfluxAddress, status: number, said: string): string {
  if (status === 0) return `does not answer (${said}). Check that it runs and that INFLUX_URL is right.`;
  if (status === 401) return `refuses the log-in of user "${username}". Check user and password in INFLUX_URL.`;
  if (status === 403) return `refuses user "${username}": ${said}. Run: GRANT ALL ON "${database}" TO "${username}".`;
  if (status === 404)
    return `has no database "${database}", and user "${username}" cannot create it. Run: CREATE DATABASE "${database}".`;
  if (/max-(values-per-tag|series-per-database)/.test(said))
    return `is at its limit: ${said}. Raise that limit in its configuration.`;
  return `cannot serve now (${status}: ${said}). Look into its log.`;
}

/** The network's own code of a failed request, such as ECONNREFUSED. */
export function networkCode(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'TimeoutError') return 'no answer in time';
    const code = (cause as NodeJS.ErrnoException).code;
    if (typeof code === 'string') return code;
  }
  return error instanceof Error ? error.message : 'no answer';
}
