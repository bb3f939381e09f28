/**
 * Reads InfluxDB's answers in MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md): a number of bytes of
 * JSON's, and rows of (time, value) go into columns without an object each.
 */

/** Rows of one series by column. */
export interface SeriesColumns {
  readonly tags: Readonly<Record<string, string>>;
  readonly ts: Float64Array;
  readonly value: Float64Array;
}

export interface ColumnAnswer {
  readonly error: string | undefined;
  readonly series: readonly SeriesColumns[];
}

type Rows = Pick<SeriesColumns, 'ts' | 'value'>;

/** Throws RangeError where the bytes are no answer of InfluxDB. */
export function readColumns(bytes: Uint8Array): ColumnAnswer {
  const answer = new Reader(bytes).value() as {
    readonly error?: string;
    readonly results?: readonly {
      error?: string;
      series?: readonly { tags?: Record<string, string>; values?: Rows }[];
    }[];
  } | null;
  if (typeof answer !== 'object' || answer === null) throw new RangeError('no answer of InfluxDB');
  const result = answer.results?.[0];
  return {
    error: answer.error ?? result?.error,
    series: (result?.series ?? []).map(({ tags = {}, values }) => {
      return { tags, ts: values?.ts ?? new Float64Array(), value: values?.value ?? new Float64Array() };
    }),
  };
}

class Reader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(): unknown {
    const code = this.#view.getUint8(this.#at++);
    if (code <= 0x7f) return code;
    if (code <= 0x8f) return this.#map(code & 0x0f);
    if (code <= 0x9f) return this.#array(code & 0x0f);
    if (code <= 0xbf) return this.#text(code & 0x1f);
    if (code >= 0xe0) return code - 0x100;
    switch (code) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return this.#take(4, this.#view.getFloat32(this.#at));
      case 0xcb:
        return this.#take(8, this.#view.getFloat64(this.#at));
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf:
        return this.#unsigned(1 << (code - 0xcc));
      case 0xd0:
        return this.#take(1, this.#view.getInt8(this.#at));
      case 0xd1:
        return this.#take(2, this.#view.getInt16(this.#at));
      case 0xd2:
        return this.#take(4, this.#view.getInt32(this.#at));
      case 0xd3:
        return this.#take(8, this.#view.getInt32(this.#at) * 2 ** 32 + this.#view.getUint32(this.#at + 4));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#unsigned(1 << (code - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#unsigned(2 << (code - 0xdc)));
      case 0xde:
      case 0xdf:
        return this.#map(this.#unsigned(2 << (code - 0xde)));
      default:
        throw new RangeError(`MessagePack of kind ${code} at ${this.#at - 1}`);
    }
  }

  #take<T>(bytes: number, value: T): T {
    this.#at += bytes;
    return value;
  }

  #unsigned(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    if (bytes === 1) return this.#view.getUint8(at);
    if (bytes === 2) return this.#view.getUint16(at);
    if (bytes === 4) return this.#view.getUint32(at);
    return this.#view.getUint32(at) * 2 ** 32 + this.#view.getUint32(at + 4);
  }

  #text(length: number): string {
    const from = this.#at;
    this.#at += length;
    return new TextDecoder().decode(this.#bytes.subarray(from, this.#at));
  }

  #array(length: number): unknown[] {
    return Array.from({ length }, () => this.value());
  }

  #map(size: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (let i = 0; i < size; i++) {
      const key = String(this.value());
      map[key] = key === 'values' ? this.#rows() : this.value();
    }
    return map;
  }

  /** An array of pairs. */
  #rows(): Rows {
    const code = this.#view.getUint8(this.#at++);
    const length = code === 0xdc || code === 0xdd ? this.#unsigned(2 << (code - 0xdc)) : code & 0x0f;
    const [ts, value] = [new Float64Array(length), new Float64Array(length)];
    for (let row = 0; row < length; row++) {
      if (this.#view.getUint8(this.#at++) !== 0x92) throw new RangeError(`no pair at ${this.#at - 1}`);
      ts[row] = this.value() as number;
      value[row] = this.value() as number;
    }
    return { ts, value };
  }
}
