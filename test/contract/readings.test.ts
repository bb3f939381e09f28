import path from 'node:path';
import { DuckDbReadings } from '#shared/readings/duckdb.ts';
import { InfluxReadings } from '#shared/readings/influx.ts';
import { startInflux } from '#test/servers/influx.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { readingOutageContract } from './readings-outage.ts';
import { readingStoreContract } from './readings.ts';

readingStoreContract('duckdb', async () => {
  const dir = await tempDir('duckdb');
  const again = (): DuckDbReadings => new DuckDbReadings(path.join(dir, 'data', 'readings.duckdb'));
  return { store: again(), again, remove: () => removeDir(dir) };
});

readingStoreContract('influx', async () => {
  const influx = await startInflux();
  const again = (): InfluxReadings => new InfluxReadings(influx.url('readings'));
  return { store: again(), again, remove: () => influx.stop() };
});

readingOutageContract('influx', async () => {
  const influx = await startInflux();
  return {
    store: new InfluxReadings(influx.url('readings')),
    begin: () => influx.kill(),
    end: () => influx.restart(),
    remove: () => influx.stop(),
  };
});
