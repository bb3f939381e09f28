import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '..'),
  test: {
    environment: 'node',
    include: ['{shared,rules,ingest,portal,test}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', 'portal/web/dist/**'],
    pool: 'forks',
    // Every worker may run an InfluxDB, a PostgreSQL and a browser of its own: more of them only slow each other down.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
