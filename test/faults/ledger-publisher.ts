/**
 * Publishes with QoS 1 at a steady rate and keeps a ledger of what the broker has acknowledged. It speaks to the socket
 * itself, so that the ledger rests on the broker's own packets and on no client's queue.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { publish, type RawLogin, type RawPeer, rawClient } from '#test/contract/raw-mqtt.ts';

/** How often what is due is sent, ms. */
const EVERY_MS = 10;
const IDS = 65_535;

export interface Message {
  readonly topic: string;
  readonly payload: string;
}

export class LedgerPublisher {
  readonly #peer: RawPeer;
  readonly #message: (n: number) => Message;
  readonly #perSecond: number;
  #sent = 0;
  #stopped = false;
  #running: Promise<void> | undefined;

  private constructor(peer: RawPeer, perSecond: number, message: (n: number) => Message) {
    this.#peer = peer;
    this.#perSecond = perSecond;
    this.#message = message;
  }

  static async connect(
    url: string,
    login: RawLogin,
    perSecond: number,
    message: (n: number) => Message,
  ): Promise<LedgerPublisher> {
    return new LedgerPublisher(await rawClient(url, login), perSecond, message);
  }

  start(): void {
    this.#running = this.#run();
    // What went wrong is told by `stop`, which waits for it.
    this.#running.catch(() => undefined);
  }

  /** Sends no more; answers the numbers of all messages the broker has acknowledged once none is outstanding. */
  async stop(withinMs = 30_000): Promise<readonly number[]> {
    this.#stopped = true;
    await this.#running;
    const until = performance.now() + withinMs;
    while (this.#acknowledged() < this.#sent && performance.now() < until) await sleep(20);
    const ledger = this.#peer.all('puback').map(({ messageId = 0 }, i) => {
      // The broker acknowledges in order of arrival, so the i-th acknowledgement is that of message i.
      if (messageId !== idOf(i)) throw new Error(`acknowledgement ${i} is of packet ${messageId}`);
      return i;
    });
    this.#peer.socket.end();
    return ledger;
  }

  /** Sent so far. */
  get sent(): number {
    return this.#sent;
  }

  async #run(): Promise<void> {
    const begin = performance.now();
    while (!this.#stopped) {
      const due = Math.floor(((performance.now() - begin) / 1000) * this.#perSecond);
      // Never more outstanding than there are packet ids, and never so many that the broker has to queue them for us.
      const room = this.#acknowledged() + 10_000;
      for (; this.#sent < Math.min(due, room); this.#sent++) {
        const { topic, payload } = this.#message(this.#sent);
        this.#peer.send(publish(topic, payload, idOf(this.#sent)));
      }
      await sleep(EVERY_MS);
    }
  }

  #acknowledged(): number {
    if (this.#peer.isClosed) throw new Error('the broker has ended the connection of the publisher');
    return this.#peer.received.length - 1; // beside the CONNACK
  }
}

function idOf(n: number): number {
  return (n % IDS) + 1;
}
