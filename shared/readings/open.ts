import { join } from 'node:path';
import { DuckDbReadings } from './duckdb.ts';
import { InfluxReadings } from './influx.ts';
import type { ReadingStore } from './port.ts';

/** The reading store the settings name: InfluxDB 1.x, else DuckDB in `dataDir`. Not started yet. */
export function openReadingStore({
  influxUrl,
  dataDir,
}: {
  influxUrl?: string | undefined;
  dataDir: string;
}): ReadingStore {
  return influxUrl ? new InfluxReadings(influxUrl) : new DuckDbReadings(join(dataDir, 'readings.duckdb'));
}
