import path from 'node:path';
import { DuckDbReadings } from '#shared/readings/duckdb.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { readingStoreContract } from './readings.ts';

readingStoreContract('duckdb', async () => {
  const dir = await tempDir('duckdb');
  const again = (): DuckDbReadings => new DuckDbReadings(path.join(dir, 'data', 'readings.duckdb'));
  return { store: again(), again, remove: () => removeDir(dir) };
});
