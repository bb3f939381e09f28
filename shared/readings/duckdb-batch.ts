/** Sorts a batch into what is new in time, which is only appended, and what may overwrite. */
import type { Column, Transaction } from './duckdb-file.ts';
import type { Series, SeriesBook } from './duckdb-series.ts';
import type { Reading, Refused, StoredEvent } from './port.ts';
import { unsoundEvent, unsoundReading, unsoundSeries } from './sound.ts';

/** Rows of table `reading`, by column. */
class Rows {
  readonly series: number[] = [];
  readonly ts: bigint[] = [];
  readonly value: number[] = [];

  push(series: number, ts: number, value: number): void {
    this.series.push(series);
    this.ts.push(BigInt(ts));
    this.value.push(value);
  }

  keys(): Column[] {
    return [
      { type: 'integer', values: this.series },
      { type: 'bigint', values: this.ts },
    ];
  }

  columns(): Column[] {
    return [...this.keys(), { type: 'double', values: this.value }];
  }
}

export interface Batch {
  readonly refused: readonly Refused[];
  readonly isEmpty: boolean;
  store(transaction: Transaction): Promise<void>;
}

/** Takes note of the batch in the book: where storing it then fails, the book is to be thrown away. */
export function batchOf(book: SeriesBook, readings: readonly Reading[], events: readonly StoredEvent[]): Batch {
  const refused: Refused[] = [];
  const added: Series[] = [];
  const newer = new Rows();
  const late = new Map<string, { id: number; ts: number; value: number }>();
  for (const reading of readings) {
    const { machine, sensor, ts, value } = reading;
    let series = book.get(machine, sensor);
    const detail = unsoundReading(reading) ?? (series ? undefined : unsoundSeries(machine, sensor));
    if (detail !== undefined) {
      refused.push({ reading, detail });
      continue;
    }
    if (!series) added.push((series = book.add(machine, sensor)));
    if (ts > series.ts) newer.push(series.id, ts, value);
    else late.set(`${series.id} ${ts}`, { id: series.id, ts, value });
    if (ts >= series.ts) Object.assign(series, { ts, value });
  }
  const kept = new Map<string, StoredEvent>();
  for (const event of events) {
    const detail = unsoundEvent(event);
    if (detail === undefined) kept.set(JSON.stringify([event.machine, event.ts, event.code]), event);
    else refused.push({ reading: event, detail });
  }
  return {
    refused,
    isEmpty: newer.series.length + late.size + kept.size === 0,
    async store(transaction) {
      if (added.length > 0) await transaction.append('series', seriesColumns(added));
      if (newer.series.length > 0) await transaction.append('reading', newer.columns());
      if (late.size > 0) await overwrite(transaction, [...late.values()]);
      if (kept.size > 0) await storeEvents(transaction, [...kept.values()]);
    },
  };
}

/** No primary key, which would cost three times the write: what is there under the same keys is deleted first. */
async function overwrite(transaction: Transaction, late: { id: number; ts: number; value: number }[]): Promise<void> {
  const rows = new Rows();
  for (const { id, ts, value } of late) rows.push(id, ts, value);
  await transaction.run('DELETE FROM late_reading');
  await transaction.append('late_reading', rows.keys());
  await transaction.run(
    'DELETE FROM reading USING late_reading AS l WHERE reading.series = l.series AND reading.ts = l.ts',
  );
  await transaction.append('reading', rows.columns());
}

async function storeEvents(transaction: Transaction, events: StoredEvent[]): Promise<void> {
  await transaction.run('DELETE FROM new_event');
  await transaction.append('new_event', [
    { type: 'varchar', values: events.map((e) => e.machine) },
    { type: 'bigint', values: events.map((e) => BigInt(e.ts)) },
    { type: 'varchar', values: events.map((e) => e.code) },
    { type: 'varchar', values: events.map((e) => e.text) },
  ]);
  await transaction.run(
    'DELETE FROM event USING new_event AS n WHERE event.machine = n.machine AND event.ts = n.ts AND event.code = n.code',
  );
  await transaction.run('INSERT INTO event SELECT * FROM new_event');
}

function seriesColumns(series: readonly Series[]): Column[] {
  return [
    { type: 'integer', values: series.map(({ id }) => id) },
    { type: 'varchar', values: series.map(({ machine }) => machine) },
    { type: 'varchar', values: series.map(({ sensor }) => sensor) },
  ];
}
