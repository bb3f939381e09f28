/** Sends lines to InfluxDB: what it refuses for good is found and told, everything else is stored or tried again later. */
import { type InfluxAddress, identity, origin } from './influx-address.ts';
import { influxTrouble, networkCode } from './influx-trouble.ts';

const TIMEOUT_MS = 5_000;
/** 1,000 to 5,000 lines a request are InfluxDB's best. */
const MAX_LINES = 5_000;
/** Answers with status 400 that are about single lines. Any other one may be about the whole request and refuses nothing. */
const ABOUT_LINES = /partial write|unable to parse|field type conflict|beyond retention policy/;
const LIMIT_REACHED = /max-(values-per-tag|series-per-database)/;

export interface Line<T> {
  readonly text: string;
  readonly of: T;
}

export interface RefusedLine<T> {
  readonly of: T;
  readonly detail: string;
}

interface Answer {
  readonly status: number;
  readonly said: string;
}

export class InfluxWriter {
  readonly #address: InfluxAddress;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(address: InfluxAddress) {
    this.#address = address;
    this.#headers = identity(address);
  }

  /**
   * Stores the lines in order, in the database's own retention policy or another one. Throws StoreUnavailable where it is not
   * known of all of them that they are stored or refused.
   */
  async write<T>(lines: readonly Line<T>[], policy?: string): Promise<RefusedLine<T>[]> {
    const refused: RefusedLine<T>[] = [];
    for (let from = 0; from < lines.length; from += MAX_LINES) {
      refused.push(...(await this.#send(lines.slice(from, from + MAX_LINES), policy)));
    }
    return refused;
  }

  /** Creates the database where it is missing; false where this user may not. Throws StoreUnavailable without an answer. */
  async createDatabase(): Promise<boolean> {
    const name = this.#address.database.replace(/["\\]/g, '\\$&');
    const { status, said } = await this.#post(`/query?q=${encodeURIComponent(`CREATE DATABASE "${name}"`)}`, '');
    return status === 200 && !said.includes('"error"');
  }

  async #send<T>(lines: readonly Line<T>[], policy: string | undefined): Promise<RefusedLine<T>[]> {
    const answer = await this.#post(this.#writePath(policy), lines.map(({ text }) => text).join('\n'));
    if (answer.status >= 200 && answer.status < 300) return [];
    if (answer.status === 404 && (await this.createDatabase())) return this.#sendOnce(lines, policy);
    return this.#judge(lines, answer, policy);
  }

  async #sendOnce<T>(lines: readonly Line<T>[], policy: string | undefined): Promise<RefusedLine<T>[]> {
    const answer = await this.#post(this.#writePath(policy), lines.map(({ text }) => text).join('\n'));
    return answer.status >= 200 && answer.status < 300 ? [] : this.#judge(lines, answer, policy);
  }

  /** Halves what is too large or holds bad lines, down to the single line; each half is smaller, so it ends. */
  async #judge<T>(
    lines: readonly Line<T>[],
    { status, said }: Answer,
    policy: string | undefined,
  ): Promise<RefusedLine<T>[]> {
    const badLines = status === 400 && ABOUT_LINES.test(said) && !LIMIT_REACHED.test(said);
    if (!badLines && status !== 413) throw influxTrouble(this.#address, status, said);
    if (lines.length === 1 || (badLines && said.includes(`dropped=${lines.length}"`))) {
      return lines.map(({ of }) => ({ of, detail: `InfluxDB refuses it: ${messageOf(said)}` }));
    }
    const half = lines.length >> 1;
    return [
      ...(await this.#sendOnce(lines.slice(0, half), policy)),
      ...(await this.#sendOnce(lines.slice(half), policy)),
    ];
  }

  #writePath(policy: string | undefined): string {
    const kept = policy === undefined ? '' : `&rp=${encodeURIComponent(policy)}`;
    return `/write?db=${encodeURIComponent(this.#address.database)}&precision=ms${kept}`;
  }

  async #post(path: string, body: string): Promise<Answer> {
    try {
      const response = await fetch(`${origin(this.#address)}${path}`, {
        method: 'POST',
        headers: this.#headers,
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { status: response.status, said: await response.text() };
    } catch (error) {
      throw influxTrouble(this.#address, 0, networkCode(error));
    }
  }
}

function messageOf(said: string): string {
  return (/"error":\s*"((?:[^"\\]|\\.)*)"/.exec(said)?.[1] ?? said).slice(0, 200);
}
