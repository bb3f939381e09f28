/** Gives InfluxDB orders that change what it keeps, by POST as it wants them, with values bound as placeholders. */
import { type InfluxAddress, identity, origin } from './influx-address.ts';
import { influxTrouble, networkCode } from './influx-trouble.ts';

/** An hour of a large fleet is rolled up in this time. */
const TIMEOUT_MS = 120_000;

export class InfluxOrders {
  readonly #address: InfluxAddress;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(address: InfluxAddress) {
    this.#address = address;
    this.#headers = identity(address);
  }

  /** Throws StoreUnavailable where it was not carried out. */
  async give(statement: string, placeholders: Readonly<Record<string, string>> = {}): Promise<void> {
    const { status, said } = await this.#answer(statement, placeholders);
    if (status !== 200 || said.includes('"error"')) throw influxTrouble(this.#address, status, said);
  }

  /** Makes a policy that keeps for ever; where this user may not, nothing happens. Throws StoreUnavailable without an answer. */
  async makePolicy(name: string, shard: string): Promise<void> {
    const database = this.#address.database.replace(/["\\]/g, '\\$&');
    await this.#answer(
      `CREATE RETENTION POLICY "${name}" ON "${database}" DURATION INF REPLICATION 1 SHARD DURATION ${shard}`,
      {},
    );
  }

  async #answer(
    statement: string,
    placeholders: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly said: string }> {
    try {
      const response = await fetch(`${origin(this.#address)}/query?db=${encodeURIComponent(this.#address.database)}`, {
        method: 'POST',
        headers: this.#headers,
        body: new URLSearchParams({ q: statement, params: JSON.stringify(placeholders) }),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { status: response.status, said: await response.text() };
    } catch (error) {
      throw influxTrouble(this.#address, 0, networkCode(error));
    }
  }
}
