/** One client's end of a stream: writes events, never buffers more than a slow reader is allowed. */
import type { Response } from 'express';

/** Who is this far behind is cut, and replays from Last-Event-ID when back; bytes. */
const MOST_BUFFERED = 1_000_000;

export class Wire {
  readonly #res: Response;

  constructor(res: Response) {
    this.#res = res;
  }

  open(): void {
    this.#res.status(200);
    this.#res.setHeader('content-type', 'text/event-stream; charset=utf-8');
    this.#res.setHeader('cache-control', 'no-store, no-transform');
    // Tells nginx not to gather what must arrive at once.
    this.#res.setHeader('x-accel-buffering', 'no');
    this.#res.flushHeaders();
    this.#res.write('retry: 2000\n\n');
  }

  /** `id` is what the client sends back as Last-Event-ID. */
  send({ event, data }: { readonly event: string; readonly data: unknown }, id?: number): void {
    if (this.#res.writableEnded || this.#res.destroyed) return;
    this.#res.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (this.#res.writableLength > MOST_BUFFERED) this.#res.destroy();
  }

  /** False while the client has not read what was sent: what can wait should. */
  get free(): boolean {
    return !this.#res.writableNeedDrain;
  }

  end(): void {
    this.#res.end();
  }

  /** Ends with an event that may be as long as it is. */
  finish(event: string, data: unknown): void {
    this.#res.end(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  onClose(fn: () => void): void {
    this.#res.once('close', fn);
  }
}
