/** Reads a stream as a browser does, event by event. */
export interface SentEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Record<string, unknown>;
}

export class EventReader {
  readonly events: SentEvent[] = [];
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #waiting = new Set<() => void>();
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  text = '';
  #rest = '';

  constructor(response: Response) {
    if (!response.body) throw new Error(`no stream: ${response.status}`);
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    this.ended = this.#read().catch(() => undefined);
  }

  /** The first event that fits, waiting for it where needed. */
  async until(fits: (event: SentEvent) => boolean, ms = 30_000): Promise<SentEvent> {
    const end = Date.now() + ms;
    for (;;) {
      const found = this.events.find(fits);
      if (found) return found;
      const left = end - Date.now();
      if (left <= 0) throw new Error(`no such event within ${ms} ms, only: ${JSON.stringify(this.events)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }

  async #read(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return;
      this.text += value;
      const blocks = (this.#rest + value).split('\n\n');
      this.#rest = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    }
  }

  #take(block: string): void {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const data = field('data');
    if (data === undefined) return;
    this.events.push({
      event: field('event') ?? '',
      id: field('id'),
      data: JSON.parse(data) as Record<string, unknown>,
    });
  }
}
