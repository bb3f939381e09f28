/** What a CSV file says of itself while it is read. */

export interface CsvFile {
  /** As the person gave it; stands in everything told. */
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array | string>;
}

/** One line for a person: `readings.csv:17: …`. */
export type Tell = (line: string) => void;

/** Bad rows are told with line number up to this many a file, and counted beyond. */
const MAX_TOLD = 100;

export class RowReport {
  /** Rows without the header, and those of them that could not be used or not wholly. */
  rows = 0;
  badRows = 0;
  readonly #file: string;
  readonly #tell: Tell;

  constructor(file: string, tell: Tell) {
    this.#file = file;
    this.#tell = tell;
  }

  bad(line: number, why: string): void {
    this.badRows++;
    if (this.badRows <= MAX_TOLD) this.#tell(`${this.#file}:${line}: ${why}`);
  }

  /** Something about the file as a whole that does not stop the run. */
  note(text: string): void {
    this.#tell(`${this.#file}: ${text}`);
  }

  end(): void {
    const more = this.badRows - MAX_TOLD;
    if (more > 0) this.#tell(`${this.#file}: ${more} more bad rows are counted, not told`);
  }
}

/** A cell in a message, shortened. */
export function quoteCell(cell: string): string {
  return `"${cell.length > 40 ? `${cell.slice(0, 40)}…` : cell}"`;
}
