/**
 * Publishes with QoS 1 at a steady rate and keeps a ledger of what the broker has acknowledged. It speaks to the socket
 * itself, so that the ledger rests on the broker's own packets and on no client's queue. Where the connection ends it comes
 * back and sends again what was not acknowledged, as a machine does that keeps its own readings until then.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { publish, type RawLogin, type RawPeer, rawClient } from '#test/contract/raw-mqtt.ts';

/** How often what is due is sent, ms; a fleet of many publishers takes longer breaths. */
const EVERY_MS = 10;
const IDS = 65_535;
/** Never more outstanding than there are packet ids, and never so many that the broker has to queue them for us. */
const MOST_OUTSTANDING = 10_000;
const BACK_AFTER_MS = 100;
const BACK_WITHIN_MS = 60_000;

export interface Message {
  readonly topic: string;
  readonly payload: string;
}

export class LedgerPublisher {
  readonly #url: string;
  readonly #login: RawLogin;
  readonly #message: (n: number) => Message;
  readonly #perSecond: number;
  readonly #everyMs: number;
  #peer: RawPeer;
  /** Next to be sent, and how many ever were; what is sent again is counted once. */
  #next = 0;
  #sent = 0;
  /** The broker acknowledges in order of arrival, so these are the messages from 0 on. */
  #acknowledged = 0;
  #reconnects = 0;
  #stopped = false;
  #running: Promise<void> | undefined;

  private constructor(
    peer: RawPeer,
    given: { url: string; login: RawLogin; perSecond: number; everyMs: number },
    message: (n: number) => Message,
  ) {
    this.#peer = peer;
    this.#url = given.url;
    this.#login = given.login;
    this.#perSecond = given.perSecond;
    this.#everyMs = given.everyMs;
    this.#message = message;
  }

  static async connect(
    url: string,
    login: RawLogin,
    perSecond: number,
    message: (n: number) => Message,
    everyMs = EVERY_MS,
  ): Promise<LedgerPublisher> {
    return new LedgerPublisher(await rawClient(url, login), { url, login, perSecond, everyMs }, message);
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
    while (this.#acknowledged < this.#sent && performance.now() < until) {
      await this.#turn(this.#sent);
      await sleep(EVERY_MS);
    }
    this.#peer.socket.end();
    return Array.from({ length: this.#acknowledged }, (_, n) => n);
  }

  /** Different messages sent so far. */
  get sent(): number {
    return this.#sent;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Times it had to come back. */
  get reconnects(): number {
    return this.#reconnects;
  }

  async #run(): Promise<void> {
    let behind = 0;
    let before = performance.now();
    while (!this.#stopped) {
      const now = performance.now();
      behind += ((now - before) / 1000) * this.#perSecond;
      before = now;
      const sent = this.#sent;
      await this.#turn(Math.min(sent + Math.floor(behind), this.#acknowledged + MOST_OUTSTANDING));
      behind -= this.#sent - sent;
      // While nothing could be sent, no flood is put by for afterwards: machines measure at their own pace.
      behind = Math.min(behind, this.#perSecond);
      await sleep(this.#everyMs);
    }
  }

  /** Takes what was acknowledged, comes back where that is needed, and sends up to `until`. */
  async #turn(until: number): Promise<void> {
    this.#takeAcknowledgements();
    if (this.#peer.isClosed) await this.#comeBack();
    for (; this.#next < until; this.#next++) {
      const { topic, payload } = this.#message(this.#next);
      this.#peer.send(publish(topic, payload, idOf(this.#next)));
    }
    this.#sent = Math.max(this.#sent, this.#next);
  }

  #takeAcknowledgements(): void {
    for (const packet of this.#peer.received.splice(0)) {
      if (packet.cmd !== 'puback') continue;
      const n = this.#acknowledged++;
      if (packet.messageId !== idOf(n)) throw new Error(`acknowledgement ${n} is of packet ${packet.messageId}`);
    }
  }

  async #comeBack(): Promise<void> {
    const until = performance.now() + BACK_WITHIN_MS;
    for (;;) {
      try {
        this.#peer = await rawClient(this.#url, this.#login);
        break;
      } catch (error) {
        if (performance.now() > until) throw new Error('the broker does not take the publisher back', { cause: error });
        await sleep(BACK_AFTER_MS);
      }
    }
    this.#reconnects++;
    this.#next = this.#acknowledged;
  }
}

function idOf(n: number): number {
  return (n % IDS) + 1;
}
