/**
 * Question and answer of Prometheus' remote read in Protocol Buffers, as far as InfluxDB 1.x speaks it
 * (https://github.com/prometheus/prometheus/blob/main/prompb/remote.proto): samples go into columns without an object each.
 */
import type { SeriesColumns } from '../msgpack.ts';

export interface RemoteQuestion {
  /** Both inclusive, epoch ms. */
  readonly from: number;
  readonly to: number;
  /** Values a label may have, by its name. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}

const EQUAL = 0;
const MATCHES = 2;

export function remoteQuestion({ from, to, labels }: RemoteQuestion): Uint8Array {
  const matchers = Object.entries(labels).map(([name, values]) => {
    const [only = ''] = values;
    const [type, value] = values.length === 1 ? [EQUAL, only] : [MATCHES, `^(?:${values.map(literal).join('|')})$`];
    return bytes(3, [...whole(1, type), ...text(2, name), ...text(3, value)]);
  });
  return Uint8Array.from(bytes(1, [...whole(1, from), ...whole(2, to), ...matchers.flat()]));
}

/** The text itself as a regular expression. */
function literal(value: string): string {
  return value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function text(field: number, value: string): number[] {
  return bytes(field, [...Buffer.from(value)]);
}

function bytes(field: number, value: readonly number[]): number[] {
  return [(field << 3) | 2, ...varint(BigInt(value.length)), ...value];
}

function whole(field: number, value: number): number[] {
  return [field << 3, ...varint(BigInt.asUintN(64, BigInt(value)))];
}

function varint(value: bigint): number[] {
  return value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)];
}

/** The series of the answer to one question. Throws RangeError where the bytes are no such answer. */
export function readRemoteAnswer(answer: Uint8Array): readonly SeriesColumns[] {
  const reader = new Reader(answer);
  const series: SeriesColumns[] = [];
  reader.each(answer.length, (result) => {
    if (result !== RESULTS) throw new RangeError('no answer of remote read');
    reader.each(reader.end(), (one) => {
      if (one !== SERIES) throw new RangeError('no answer of remote read');
      series.push(reader.series());
    });
  });
  return series;
}

/** Tags of fields, by the message they stand in. */
const RESULTS = 0x0a;
const SERIES = 0x0a;
const LABEL = 0x0a;
const SAMPLE = 0x12;
const LABEL_NAME = 0x0a;
const LABEL_VALUE = 0x12;
const SAMPLE_VALUE = 0x09;
const SAMPLE_TIME = 0x10;
/** A double, and a time of six bytes, each with its tag. */
const PLAIN_LENGTH = 16;

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(answer: Uint8Array) {
    this.#bytes = answer;
    this.#view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
  }

  /** Fields up to there; each is read by who is told its tag. */
  each(end: number, read: (tag: number) => void): void {
    while (this.#at < end) read(this.#byte());
    if (this.#at !== end) throw new RangeError(`a field reaches past its message at ${end}`);
  }

  /** Where the message that begins here ends. */
  end(): number {
    const length = this.#varint();
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError(`a message reaches past the answer at ${this.#at}`);
    return end;
  }

  series(): SeriesColumns {
    const end = this.end();
    const rows = this.#count(end);
    const [ts, value] = [new Float64Array(rows), new Float64Array(rows)];
    const tags: Record<string, string> = {};
    let row = 0;
    while (this.#at < end) {
      row = this.#plainSamples(end, ts, value, row);
      if (this.#at === end) break;
      const tag = this.#byte();
      if (tag === SAMPLE) {
        this.#sample(ts, value, row++);
      } else if (tag === LABEL) {
        const [name, of] = this.#label();
        tags[name] = of;
      } else throw new RangeError(`no series at ${this.#at - 1}`);
    }
    return { tags, ts, value };
  }

  /** Samples as nearly all are: a value, and a time of the years 2004 to 2109. Gives the row after the last of them. */
  #plainSamples(end: number, ts: Float64Array, value: Float64Array, first: number): number {
    const [bytes, view] = [this.#bytes, this.#view];
    const last = end - PLAIN_LENGTH - 2;
    let [at, row] = [this.#at, first];
    for (; at <= last; at += PLAIN_LENGTH + 2) {
      if (bytes[at] !== SAMPLE || bytes[at + 1] !== PLAIN_LENGTH) break;
      if (bytes[at + 2] !== SAMPLE_VALUE || bytes[at + 11] !== SAMPLE_TIME) break;
      const low = view.getInt32(at + 12, true);
      const high = view.getUint16(at + 16, true);
      // each byte has seven bits, and says by its eighth whether one more follows: six of them
      if ((low & 0x80808080) !== (0x80808080 | 0) || (high & 0x8080) !== 0x80) break;
      value[row] = view.getFloat64(at + 3, true);
      const low28 = (low & 0x7f) | ((low >> 1) & 0x3f80) | ((low >> 2) & 0x1fc000) | ((low >> 3) & 0xfe00000);
      ts[row++] = ((high & 0x7f) | ((high >> 1) & 0x3f80)) * 2 ** 28 + low28;
    }
    this.#at = at;
    return row;
  }

  /** What is left out is zero. */
  #sample(ts: Float64Array, value: Float64Array, row: number): void {
    this.each(this.end(), (field) => {
      if (field === SAMPLE_TIME) ts[row] = this.#varint();
      else if (field === SAMPLE_VALUE) {
        value[row] = this.#view.getFloat64(this.#at, true);
        this.#at += 8;
      } else throw new RangeError(`no sample at ${this.#at - 1}`);
    });
  }

  /** Samples of the series from here to its end; stays where it is. */
  #count(end: number): number {
    const begin = this.#at;
    let samples = 0;
    while (this.#at < end) {
      if (this.#byte() === SAMPLE) samples++;
      this.#at = this.end();
    }
    this.#at = begin;
    return samples;
  }

  #label(): readonly [name: string, value: string] {
    let [name, value] = ['', ''];
    this.each(this.end(), (tag) => {
      const [end, begin] = [this.end(), this.#at];
      const of = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + begin, end - begin).toString();
      this.#at = end;
      if (tag === LABEL_NAME) name = of;
      else if (tag === LABEL_VALUE) value = of;
    });
    return [name, value];
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('the answer ends early');
    return byte;
  }

  /** 64 bits with sign, in two's complement; those of a time in ms fit a double. */
  #varint(): number {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return low;
    }
    let high = 0;
    for (let shift = 0; shift < 42; shift += 7) {
      const byte = this.#byte();
      high += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return (high >= 2 ** 35 ? high - 2 ** 36 : high) * 2 ** 28 + low;
    }
    throw new RangeError(`no number at ${this.#at}`);
  }
}
