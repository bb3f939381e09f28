/** Remembers over restarts that a broker keeps a session of ours, so that one it has lost meanwhile is told. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Mark {
  readonly broker: string;
  /** When we were last known to be connected, epoch ms. */
  readonly at: number;
}

export class SessionMark {
  readonly #file: string;
  readonly #broker: string;

  /** `broker`: which one and as whom, without a password. */
  constructor(file: string, broker: string) {
    this.#file = file;
    this.#broker = broker;
  }

  /** When this broker was last known to keep our session, epoch ms; undefined where it never did. */
  lastAt(): number | undefined {
    try {
      const { broker, at } = JSON.parse(readFileSync(this.#file, 'utf8')) as Mark;
      return broker === this.#broker && Number.isFinite(at) ? at : undefined;
    } catch {
      return undefined;
    }
  }

  /** It keeps one at `at`. A mark that cannot be written is no reason to stop: then a lost session is told a restart later. */
  set(at: number): void {
    try {
      mkdirSync(path.dirname(this.#file), { recursive: true });
      writeFileSync(this.#file, JSON.stringify({ broker: this.#broker, at } satisfies Mark));
    } catch {
      // The disk is full; the journal tells that.
    }
  }
}
