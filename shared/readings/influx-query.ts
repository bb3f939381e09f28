/** The one door to the `influx` client: asks questions with values bound as placeholders, never as text. */
import { InfluxDB } from 'influx';
import type { InfluxAddress } from './influx-address.ts';
import { influxTrouble, networkCode } from './influx-trouble.ts';
import { StoreUnavailable } from './port.ts';

const TIMEOUT_MS = 10_000;

export interface ResultSeries {
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns?: readonly string[];
  readonly values?: readonly (readonly (number | string | null)[])[];
}

interface Answer {
  readonly error?: string;
  readonly results?: readonly { readonly error?: string; readonly series?: readonly ResultSeries[] }[];
}

/** InfluxDB answered with something that is no JSON: it cannot write an infinite mean. */
export class UnreadableAnswer extends Error {
  override name = 'UnreadableAnswer';
}

/** The client would set its host aside for seconds after one error; we decide ourselves when to ask again. */
const NO_BACKOFF = { getDelay: () => 0, next: () => NO_BACKOFF, reset: () => NO_BACKOFF };

export class InfluxQueries {
  readonly #address: InfluxAddress;
  readonly #client: InfluxDB;

  constructor(address: InfluxAddress) {
    const { protocol, host, port, database, username, password } = address;
    this.#address = address;
    this.#client = new InfluxDB({
      database,
      username,
      password,
      hosts: [{ protocol, host: host.includes(':') ? `[${host}]` : host, port, options: { hostname: host } }],
      pool: { maxRetries: 0, requestTimeout: TIMEOUT_MS, backoff: NO_BACKOFF },
    });
  }

  /** The series of one statement, times in ms. Throws StoreUnavailable, or UnreadableAnswer. */
  async ask(statement: string, placeholders: Readonly<Record<string, string>> = {}): Promise<readonly ResultSeries[]> {
    const answer = await this.#answer(statement, { ...placeholders });
    const error = answer.error ?? answer.results?.[0]?.error;
    if (error) throw influxTrouble(this.#address, error.startsWith('database not found') ? 404 : 200, error);
    return answer.results?.[0]?.series ?? [];
  }

  /** The client's errors hold the password: only their status and words go on. */
  async #answer(statement: string, placeholders: Record<string, string>): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    // The client waits for ever where the connection breaks within an answer.
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(influxTrouble(this.#address, 0, 'no answer in time')), TIMEOUT_MS + 1_000);
    });
    try {
      return (await Promise.race([
        this.#client.queryRaw(statement, { precision: 'ms', placeholders }),
        late,
      ])) as Answer;
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      if (error instanceof SyntaxError) throw new UnreadableAnswer('InfluxDB answered with something that is no JSON.');
      const status = (error as { res?: { statusCode?: number } }).res?.statusCode ?? 0;
      throw influxTrouble(this.#address, status, status === 0 ? networkCode(error) : (error as Error).message);
    } finally {
      clearTimeout(timer);
    }
  }
}
