/** Sends what is on its way: at least once, later each time where it fails, and not for ever. */
import type { Database } from '#shared/database/database.ts';
import { endDelivery, type Outgoing, takeDeliveries } from '#shared/database/queries/deliveries.ts';
import type { Log } from '#shared/process/log.ts';
import type { Metrics } from '#shared/process/metrics.ts';
import { Permanent } from './channel.ts';
import type { Mail } from './mail.ts';
import type { Call } from './webhook.ts';

const MOST_AT_ONCE = 10;
/** Longer than any attempt takes: who took a message and ended leaves it to the next. */
const TAKEN_MS = 120_000;
const RETRY_MS = { first: 30_000, most: 6 * 3_600_000 };
/** By then some 17 hours have gone. */
const MOST_ATTEMPTS = 12;

export interface CourierParts {
  readonly database: Database;
  /** undefined: no mail server is set. */
  readonly mail: { send(mail: Mail): Promise<void> } | undefined;
  readonly webhook: (call: Call) => Promise<void>;
  /** From 0 to 1: spreads attempts, so that not all come back at once. */
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
}

export class Courier {
  readonly #parts: CourierParts;
  readonly #attempts;

  constructor(parts: CourierParts) {
    this.#parts = parts;
    this.#attempts = parts.metrics.counter('deliveries_total', 'Attempts to send', ['channel', 'outcome']);
  }

  /** Sends what is due, a few at once; true where there may be more. */
  async deliver(now: number): Promise<boolean> {
    const { database } = this.#parts;
    const taken = await database.transaction((tx) =>
      takeDeliveries(tx, new Date(now), new Date(now + TAKEN_MS), MOST_AT_ONCE),
    );
    await Promise.all(taken.map((outgoing) => this.#send(outgoing, now)));
    return taken.length === MOST_AT_ONCE;
  }

  async #send(outgoing: Outgoing, now: number): Promise<void> {
    const { database, log, mail } = this.#parts;
    const { id, channel, attempt } = outgoing;
    const at = new Date(now);
    const end = (state: 'waiting' | 'sent' | 'dead' | 'kept', error: string | null, nextAt: Date | null = null) => {
      this.#attempts.inc({ channel, outcome: state === 'waiting' ? 'failed' : state });
      return endDelivery(database.kysely, id, { state, at, nextAt, error });
    };
    if (channel === 'mail' && !mail) return end('kept', 'No mail server is set (SMTP_URL).');
    try {
      await this.#attempt(outgoing, now);
    } catch (error) {
      const why = error instanceof Error ? error.message.slice(0, 500) : 'unknown';
      const dead = error instanceof Permanent || attempt >= MOST_ATTEMPTS;
      log.warn({ delivery: id, channel, attempt, why, dead }, 'a message could not be sent');
      return dead ? end('dead', why) : end('waiting', why, new Date(now + this.#pause(attempt)));
    }
    return end('sent', null);
  }

  async #attempt({ id, channel, content, email, url, secret }: Outgoing, now: number): Promise<void> {
    if (channel === 'mail') {
      if (email === null || !('text' in content)) throw new Permanent('The person has no e-mail address any more.');
      await this.#parts.mail?.send({ id, to: email, subject: content.subject, text: content.text });
      return;
    }
    if (url === null || secret === null) throw new Permanent('The receiver was removed.');
    await this.#parts.webhook({ id, url, secret, body: JSON.stringify(content), at: now });
  }

  #pause(attempt: number): number {
    const pause = Math.min(RETRY_MS.first * 2 ** (attempt - 1), RETRY_MS.most);
    return Math.round(pause * (0.8 + 0.4 * this.#parts.random()));
  }
}
