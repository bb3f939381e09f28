import path from 'node:path';
import { afterAll } from 'vitest';
import { DuckDbReadings } from '#shared/readings/duckdb.ts';
import { InfluxReadings } from '#shared/readings/influx.ts';
import { startInflux } from '#test/servers/influx.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { rollupContract } from './rollups.ts';

const dir = await tempDir('rollups');
const influx = await startInflux();
afterAll(async () => {
  await influx.stop();
  await removeDir(dir);
});
let stores = 0;

rollupContract(
  'duckdb',
  {
    make: async () => {
      const file = path.join(dir, `${++stores}.duckdb`);
      return { again: () => new DuckDbReadings(file) };
    },
  },
  8,
);
rollupContract(
  'influx',
  {
    make: async () => {
      const url = influx.url(`rollups-${++stores}`);
      return { again: () => new InfluxReadings(url) };
    },
  },
  8,
);
