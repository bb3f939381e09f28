/**
 * Asks InfluxDB for readings by Prometheus' remote read: its storage hands out blocks without the query language, a quarter
 * of its time. Who cannot be asked so, or answers what is none, is asked in InfluxQL: this way only ever saves time.
 */
import { type InfluxAddress, identity, origin } from '../influx-address.ts';
import type { SeriesColumns } from '../msgpack.ts';
import { readRemoteAnswer, type RemoteQuestion, remoteQuestion } from './messages.ts';
import { readSnappy, snappyBlock } from './snappy.ts';

const TIMEOUT_MS = 10_000;

export class RemoteRead {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(address: InfluxAddress) {
    this.#url = `${origin(address)}/api/v1/prom/read?db=${encodeURIComponent(address.database)}`;
    this.#headers = {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      // compressing an answer twice takes InfluxDB longer than making it
      'accept-encoding': 'identity',
      ...identity(address),
    };
  }

  /** Field `value` of the measurement, times in ms rounded towards 1970; undefined: ask in another way. */
  async ask(question: RemoteQuestion, signal: AbortSignal): Promise<readonly SeriesColumns[] | undefined> {
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        headers: this.#headers,
        body: snappyBlock(remoteQuestion(question)),
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      const answer = new Uint8Array(await response.arrayBuffer());
      return response.status === 200 ? readRemoteAnswer(readSnappy(answer)) : undefined;
    } catch {
      // whatever is wrong: the question in InfluxQL that follows tells it, in words
      return undefined;
    }
  }
}
