/**
 * The form of a record on disk, big-endian:
 *
 *     0 magic "L1" | 2 crc32 | 6 length of the whole record | 10 kind | 11 at, ms (48 bit) | 17 length of topic | 19 topic | payload
 *
 * The checksum covers everything behind it and begins with the record's position: bytes of another place, such as a payload
 * that looks like a record or an old piece of the file, never pass for a record.
 */
import { crc32 } from 'node:zlib';
import { type Entry, type EntryKind, type JournalRecord, MAX_PAYLOAD, type Position } from './port.ts';

const MAGIC = 0x4c31;
const MAGIC_BYTES = Buffer.from('L1', 'latin1');
const HEADER = 19;
const MAX_TOPIC = 65_535;
const KINDS: readonly EntryKind[] = ['message', 'tick', 'config', 'note'];

/** Longest record in bytes. */
export const MAX_RECORD = HEADER + MAX_TOPIC + MAX_PAYLOAD;

function checksum(bytes: Buffer, begin: number, end: number, position: Position): number {
  const seed = ((position >>> 0) ^ Math.floor(position / 2 ** 32)) >>> 0;
  return crc32(bytes.subarray(begin + 6, end), seed);
}

/** A growing buffer of encoded records, used again for each batch. */
export class RecordEncoder {
  bytes = Buffer.allocUnsafeSlow(64 * 1024);
  /** Bytes encoded so far. */
  size = 0;

  /** Appends one record that will stand at `position`; throws RangeError for what no record can hold. */
  add(entry: Entry, at: number, position: Position): void {
    const { topic, payload } = entry;
    if (payload.length > MAX_PAYLOAD)
      throw new RangeError(`payload of ${payload.length} bytes, at most ${MAX_PAYLOAD}`);
    this.#reserve(HEADER + topic.length * 3 + payload.length);
    const { bytes, size: begin } = this;
    const topicBytes = topic === '' ? 0 : bytes.write(topic, begin + HEADER, 'utf8');
    if (topicBytes > MAX_TOPIC) throw new RangeError(`topic of ${topicBytes} bytes, at most ${MAX_TOPIC}`);
    const end = begin + HEADER + topicBytes + payload.length;
    bytes.writeUInt16BE(MAGIC, begin);
    bytes.writeUInt32BE(end - begin, begin + 6);
    bytes[begin + 10] = KINDS.indexOf(entry.kind);
    bytes.writeUIntBE(at, begin + 11, 6);
    bytes.writeUInt16BE(topicBytes, begin + 17);
    bytes.set(payload, begin + HEADER + topicBytes);
    bytes.writeUInt32BE(checksum(bytes, begin, end, position), begin + 2);
    this.size = end;
  }

  #reserve(more: number): void {
    if (this.size + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.size + more));
    this.bytes.copy(grown, 0, 0, this.size);
    this.bytes = grown;
  }
}

/**
 * Length of the record that begins at `offset`, judged by its header alone; 0 when no record begins there, and NaN when the
 * bytes end before the header does.
 */
export function recordLength(bytes: Buffer, offset: number): number {
  if (bytes.length - offset < HEADER) return Number.NaN;
  if (bytes.readUInt16BE(offset) !== MAGIC) return 0;
  const length = bytes.readUInt32BE(offset + 6);
  const least = HEADER + bytes.readUInt16BE(offset + 17);
  return length < least || length > MAX_RECORD || (bytes[offset + 10] ?? 255) >= KINDS.length ? 0 : length;
}

/** Whether the bytes `offset … offset + length` are the record written at `position`. */
export function recordIsSound(bytes: Buffer, offset: number, length: number, position: Position): boolean {
  return bytes.readUInt32BE(offset + 2) === checksum(bytes, offset, offset + length, position);
}

/** Time of receipt of a sound record. */
export function recordTime(bytes: Buffer, offset: number): number {
  return bytes.readUIntBE(offset + 11, 6);
}

/** A sound record; its payload is a view into `bytes`. */
export function decodeRecord(bytes: Buffer, offset: number, length: number, position: Position): JournalRecord {
  const topicEnd = offset + HEADER + bytes.readUInt16BE(offset + 17);
  return {
    kind: KINDS[bytes[offset + 10] ?? 0] ?? 'message',
    at: recordTime(bytes, offset),
    topic: bytes.toString('utf8', offset + HEADER, topicEnd),
    payload: bytes.subarray(topicEnd, offset + length),
    position,
    next: position + length,
  };
}

/** The next offset from `offset` on at which a record could begin; -1 if none. */
export function nextMagic(bytes: Buffer, offset: number): number {
  return bytes.indexOf(MAGIC_BYTES, offset);
}
