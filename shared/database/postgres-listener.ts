/** LISTEN on a connection of its own, which is watched and made anew when the server was away. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { NoticeHandler } from './connector.ts';

const CHECK_EVERY_MS = 10_000;
const ANSWER_WITHIN_MS = 5_000;
const RETRY_MS = { first: 100, most: 3_000 };

export class PostgresListener {
  readonly #connect: () => Promise<pg.Client>;
  readonly #handlers = new Map<string, Set<NoticeHandler>>();
  readonly #stopping = new AbortController();
  #client: pg.Client | undefined;
  #running: Promise<void> | undefined;
  #ready: Promise<void> = Promise.resolve();

  constructor(connect: () => Promise<pg.Client>) {
    this.#connect = connect;
  }

  async listen(channel: string, handler: NoticeHandler): Promise<() => Promise<void>> {
    const handlers = this.#handlers.get(channel) ?? new Set();
    handlers.add(handler);
    this.#handlers.set(channel, handlers);
    if (!this.#running) {
      this.#ready = new Promise((resolve) => {
        this.#running = this.#run(resolve);
      });
    }
    await this.#ready;
    // A failure here ends the connection; the next one listens to every channel.
    await this.#client?.query(`listen "${channel}"`).catch(() => undefined);
    return async () => {
      handlers.delete(handler);
      if (handlers.size === 0) await this.#client?.query(`unlisten "${channel}"`).catch(() => undefined);
    };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#client?.end().catch(() => undefined);
    await this.#running;
  }

  /** `ready` is called after the first attempt, whatever came of it. */
  async #run(ready: () => void): Promise<void> {
    let pause = RETRY_MS.first;
    for (let first = true; !this.#stopping.signal.aborted; first = false) {
      try {
        const client = await this.#connect();
        const ended = new Promise<void>((resolve) => client.once('end', resolve));
        client.on('notification', ({ channel, payload }) => this.#tell(channel, payload ?? ''));
        for (const channel of this.#handlers.keys()) await client.query(`listen "${channel}"`);
        this.#client = client;
        ready();
        if (!first) this.#resync();
        pause = RETRY_MS.first;
        await this.#watch(client, ended);
      } catch {
        // Told by whoever else uses the database; here only the connection counts.
      }
      ready();
      this.#client = undefined;
      await sleep(pause, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      pause = Math.min(pause * 2, RETRY_MS.most);
    }
    ready();
  }

  /** Until the connection ends, or the server does not answer any more. */
  async #watch(client: pg.Client, ended: Promise<void>): Promise<void> {
    let over = false;
    void ended.then(() => {
      over = true;
    });
    while (!over && !this.#stopping.signal.aborted) {
      await Promise.race([
        ended,
        sleep(CHECK_EVERY_MS, undefined, { signal: this.#stopping.signal, ref: false }),
      ]).catch(() => undefined);
      if (over || this.#stopping.signal.aborted) break;
      const answered = client.query('select 1').then(
        () => true,
        () => false,
      );
      if (!(await Promise.race([answered, sleep(ANSWER_WITHIN_MS, false, { ref: false })]))) break;
    }
    // A server that hangs would not answer the good-bye either.
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }

  #tell(channel: string, payload: string | undefined): void {
    for (const handler of this.#handlers.get(channel) ?? []) handler(payload);
  }

  #resync(): void {
    for (const channel of this.#handlers.keys()) this.#tell(channel, undefined);
  }
}
