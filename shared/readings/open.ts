import { join } from 'node:path';
import { DuckDbReadings } from './duckdb.ts';
import { InfluxReadings } from './influx.ts';
import { RolledReadings } from './rollups/rolled.ts';

/** The reading store the settings name: InfluxDB 1.x, else DuckDB in `dataDir`, with rollups. Not started yet. */
export function openReadingStore({
  influxUrl,
  dataDir,
}: {
  influxUrl?: string | undefined;
  dataDir: string;
}): RolledReadings {
  return new RolledReadings(
    influxUrl ? new InfluxReadings(influxUrl) : new DuckDbReadings(join(dataDir, 'readings.duckdb')),
  );
}
