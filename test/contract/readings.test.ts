import path from 'node:path';
import { DuckDbReadings } from '#shared/readings/duckdb.ts';
import { InfluxReadings } from '#shared/readings/influx.ts';
import { startInflux } from '#test/servers/influx.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { readingStoreContract } from './readings.ts';

readingStoreContract('duckdb', { hasServer: false }, async () => {
  const dir = await tempDir('duckdb');
  const again = (): DuckDbReadings => new DuckDbReadings(path.join(dir, 'data', 'readings.duckdb'));
  return { store: again(), again, remove: () => removeDir(dir) };
});

readingStoreContract('influx', { hasServer: true }, async () => {
  const influx = await startInflux();
  const again = (): InfluxReadings => new InfluxReadings(influx.url('readings'));
  return {
    store: again(),
    again,
    outage: { begin: () => influx.kill(), end: () => influx.restart() },
    remove: () => influx.stop(),
  };
});
