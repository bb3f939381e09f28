/**
 * Connections that have not said yet what they want. They are only so many, and the newest stay: whoever wants something says so
 * at once, so a flood of connections that say nothing pushes out its own and keeps nobody from coming in.
 */
import type { Socket } from 'node:net';

export class SilentSockets {
  readonly #most: number;
  /** In the order in which they came. */
  readonly #silent = new Set<Socket>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#silent.size;
  }

  /** A connection has come; where there are too many silent ones, the oldest ends. */
  add(socket: Socket): void {
    this.#silent.add(socket);
    socket.once('close', () => this.#silent.delete(socket));
    if (this.#silent.size <= this.#most) return;
    for (const oldest of this.#silent) {
      this.#silent.delete(oldest);
      oldest.destroy();
      break;
    }
  }

  /** It has said what it wants. */
  spoke(socket: Socket): void {
    this.#silent.delete(socket);
  }
}
