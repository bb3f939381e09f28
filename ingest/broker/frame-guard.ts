/**
 * Follows the lengths of MQTT packets in a stream of bytes without keeping any: tells when one announces itself as longer
 * than allowed, before its bytes are gathered.
 */
export class FrameGuard {
  readonly #most: number;
  /** Bytes of the current packet still to come; -1 while its header is read. */
  #left = -1;
  #length = 0;
  #digit = -1;
  #begun = 0;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  /** Packets that have begun so far. */
  get begun(): number {
    return this.#begun;
  }

  /** Whether all packets that begin in these bytes are short enough. */
  admits(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, bytes.length - at);
        this.#left -= skipped;
        at += skipped;
      } else if (!this.#readHeader(bytes[at++] ?? 0)) return false;
    }
    return true;
  }

  /** A type byte, then the length in up to four bytes of seven bits each, lowest first. */
  #readHeader(byte: number): boolean {
    if (this.#digit === -1) {
      this.#digit = 0;
      this.#length = 0;
      this.#begun++;
      return true;
    }
    this.#length += (byte & 127) * 128 ** this.#digit;
    this.#digit++;
    if (this.#length > this.#most || (byte >= 128 && this.#digit === 4)) return false;
    if (byte < 128) {
      this.#left = this.#length;
      this.#digit = -1;
    }
    return true;
  }
}
