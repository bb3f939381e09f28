/** What comes in through a connection, before the broker gathers packets from it: none too long, and nobody's too many. */
import type { Socket } from 'node:net';
import type { Brakes } from './brakes.ts';
import { FrameGuard } from './frame-guard.ts';

export interface Inlet {
  /** Longest packet, bytes. */
  readonly mostBytes: number;
  readonly brakes: Brakes;
  /** Whose connection it is; undefined while nobody has logged in, and for the house itself. */
  readonly machine: () => string | undefined;
  /** A packet is too long; its connection ends. */
  readonly tooLong: () => void;
}

/** Read at once of a machine: what it owes afterwards is paid off in less than a keepalive. */
const PIECE_BYTES = 16 * 1024;

/** Stands between the socket and who reads it by `read` on `readable`. */
export function watchInlet(socket: Socket, { mostBytes, brakes, machine, tooLong }: Inlet): void {
  const frames = new FrameGuard(mostBytes);
  const read = socket.read.bind(socket);
  let later: NodeJS.Timeout | undefined;
  socket.once('close', () => clearTimeout(later));
  socket.read = (size?: number) => {
    const whose = machine();
    const waitMs = whose === undefined ? 0 : brakes.waitMs(whose);
    if (waitMs > 0) {
      // Meanwhile the socket fills, and the machine's own side behind it.
      later ??= setTimeout(() => {
        later = undefined;
        socket.emit('readable');
      }, waitMs);
      return null;
    }
    const piece = whose !== undefined && socket.readableLength > PIECE_BYTES ? PIECE_BYTES : size;
    const bytes = read(piece) as Buffer | null;
    if (bytes === null) return null;
    const before = frames.begun;
    if (!frames.admits(bytes)) {
      tooLong();
      socket.destroy();
      return null;
    }
    if (whose !== undefined) brakes.take(whose, frames.begun - before, bytes.length);
    return bytes;
  };
}
