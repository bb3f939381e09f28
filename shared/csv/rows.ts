/**
 * Comma- or semicolon-separated text, as it streams in, into rows of cells (RFC 4180; BOM, CRLF, quotes). Not csv-parse: there a
 * quote that is never closed takes the rest of the file with it, and here a bad row costs nothing but itself.
 */

export interface Row {
  /** Line of the file the row begins in, from 1. */
  readonly line: number;
  /** Undefined where a quote is never closed. */
  readonly cells: readonly string[] | undefined;
}

/** A quoted cell may hold line breaks, but a quote that nobody closes must not swallow the file. */
const MAX_LINES_A_ROW = 50;

/** Rows in batches, one for each chunk; blank lines are left out. The first row that holds one decides the separator. */
export async function* readRows(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<readonly Row[]> {
  const splitter = new RowSplitter();
  const decoder = new TextDecoder();
  for await (const chunk of chunks)
    yield splitter.take(typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }));
  yield splitter.end(decoder.decode());
}

class RowSplitter {
  #separator: ',' | ';' | undefined;
  /** What came after the last line break. */
  #rest = '';
  #line = 0;
  /** Lines of a row whose quote is still open. */
  #open: string[] = [];

  take(text: string): Row[] {
    const rows: Row[] = [];
    const all = this.#rest + text;
    let start = 0;
    for (let end = all.indexOf('\n'); end >= 0; end = all.indexOf('\n', start)) {
      this.#takeLine(all.slice(start, all[end - 1] === '\r' ? end - 1 : end), rows);
      start = end + 1;
    }
    this.#rest = all.slice(start);
    return rows;
  }

  end(text: string): Row[] {
    const rows = this.take(text);
    if (this.#rest !== '') this.#takeLine(this.#rest, rows);
    while (this.#open.length > 0) this.#giveUp(rows);
    return rows;
  }

  #takeLine(text: string, rows: Row[]): void {
    const line = this.#line++ === 0 && text.startsWith('\uFEFF') ? text.slice(1) : text;
    const quoted = line.includes('"');
    if (this.#open.length === 0 && !quoted) {
      if (line.trim() !== '') rows.push({ line: this.#line, cells: line.split(this.#separatorFor(line)) });
      return;
    }
    if (this.#open.length === 0 && !this.#rowOf([line])) {
      this.#open = [line];
      return;
    }
    this.#open.push(line);
    const cells = this.#rowOf(this.#open);
    if (cells) {
      rows.push({ line: this.#line - this.#open.length + 1, cells });
      this.#open = [];
    } else if (this.#open.length >= MAX_LINES_A_ROW) this.#giveUp(rows);
  }

  /** Tells that the first of the open lines is no row, and takes the others as lines of their own. */
  #giveUp(rows: Row[]): void {
    const [, ...others] = this.#open;
    this.#line -= others.length;
    rows.push({ line: this.#line, cells: undefined });
    this.#open = [];
    for (const line of others) this.#takeLine(line, rows);
  }

  #rowOf(lines: readonly string[]): string[] | undefined {
    const text = lines.join('\n');
    return splitQuoted(text, this.#separatorFor(text));
  }

  #separatorFor(text: string): ',' | ';' {
    this.#separator ??= text.includes(';') ? ';' : ',';
    return this.#separator;
  }
}

const CELL = { ',': /("(?:[^"]|"")*"|[^",]*)(,|$)/y, ';': /("(?:[^"]|"")*"|[^";]*)(;|$)/y } as const;

/** Cells of a row that has quotes; undefined where one is open, or stands within a cell. */
function splitQuoted(text: string, separator: ',' | ';'): string[] | undefined {
  const cell = CELL[separator];
  const cells: string[] = [];
  for (let at = 0; ; ) {
    cell.lastIndex = at;
    const match = cell.exec(text);
    if (!match) return undefined;
    const [whole, content = '', end] = match;
    cells.push(content.startsWith('"') ? content.slice(1, -1).replaceAll('""', '"') : content);
    at += whole.length;
    if (end === '') return cells;
  }
}
