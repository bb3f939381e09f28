/** The open streams of this process: bounded a person, and ended at once when a log-in ends. */
import { ProblemError } from '../problems.ts';

/** Tabs and desks of one person. */
const MOST = 12;

export interface OpenStream {
  /** Account, and id of the session or token. */
  readonly account: string;
  readonly credential: string;
  end(): void;
}

export class Streams {
  readonly #open = new Set<OpenStream>();

  /** Throws too-many where this person has as many as one may have. */
  add(stream: OpenStream): () => void {
    const mine = [...this.#open].filter(({ account }) => account === stream.account);
    if (mine.length >= MOST) throw new ProblemError('too-many', `You have ${MOST} streams open: close a tab.`);
    this.#open.add(stream);
    return () => this.#open.delete(stream);
  }

  get size(): number {
    return this.#open.size;
  }

  /** Ends the streams of an account, session or token. */
  endOf(id: string): void {
    for (const stream of this.#open) if (stream.account === id || stream.credential === id) stream.end();
  }
}
