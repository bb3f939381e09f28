/** Snappy's block format (https://github.com/google/snappy/blob/main/format_description.txt), as remote read speaks it. */

const LITERAL = 0;
const COPY_1 = 1;
const COPY_2 = 2;
/** The longest literal whose length stands in one byte of its own. */
const LONGEST = 256;
/** A copy of 64 bytes takes 3: what claims to be larger is no block. */
const MOST_GROWTH = 22;

/** A block of literals alone: as long as the bytes and a little, for questions. */
export function snappyBlock(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    if (rest < 0x80) {
      length.push(rest);
      break;
    }
    length.push((rest & 0x7f) | 0x80);
  }
  const parts: Uint8Array[] = [Uint8Array.from(length)];
  for (let from = 0; from < bytes.length; from += LONGEST) {
    const part = bytes.subarray(from, from + LONGEST);
    parts.push(Uint8Array.from([60 << 2, part.length - 1]), part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** What the block holds. Throws RangeError where it is none. */
export function readSnappy(block: Uint8Array): Uint8Array {
  let at = 0;
  let size = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = block[at++];
    if (byte === undefined || shift > 28) throw new RangeError('no length of a Snappy block');
    size += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (size > block.length * MOST_GROWTH) throw new RangeError(`a Snappy block of ${block.length} bytes claims ${size}`);
  // pieces are copied four bytes at a time, so that the last may reach past its end by three
  const out = new Uint8Array(size + 3);
  const from = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const to = new DataView(out.buffer);
  let end = 0;
  while (at < block.length) {
    const tag = block[at++] as number;
    const kind = tag & 3;
    if (kind === LITERAL) {
      let length = tag >> 2;
      if (length >= 60) {
        const bytes = length - 59;
        length = littleEndian(block, at, bytes);
        at += bytes;
      }
      length++;
      if (at + length > block.length || end + length > size) throw broken(at);
      if (length > 32 || at + length + 3 > block.length) out.set(block.subarray(at, at + length), end);
      else for (let i = 0; i < length; i += 4) to.setInt32(end + i, from.getInt32(at + i));
      at += length;
      end += length;
      continue;
    }
    let length = (tag >> 2) + 1;
    let back: number;
    if (kind === COPY_1) {
      length = ((tag >> 2) & 7) + 4;
      back = ((tag >> 5) << 8) | (block[at++] ?? 0);
    } else {
      const bytes = kind === COPY_2 ? 2 : 4;
      back = littleEndian(block, at, bytes);
      at += bytes;
    }
    if (back === 0 || back > end || end + length > size) throw broken(at);
    // a copy may reach into itself
    if (back >= 4) for (let i = 0; i < length; i += 4) to.setInt32(end + i, to.getInt32(end + i - back));
    else for (let i = end; i < end + length; i++) out[i] = out[i - back] as number;
    end += length;
  }
  if (end !== size || at !== block.length) throw broken(at);
  return out.subarray(0, size);
}

function littleEndian(block: Uint8Array, at: number, bytes: number): number {
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + (block[at + i] ?? 0);
  return value;
}

function broken(at: number): RangeError {
  return new RangeError(`no Snappy block: broken at ${at}`);
}
