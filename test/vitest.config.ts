import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './longest-first.ts';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '..'),
  test: {
    environment: 'node',
    include: ['{shared,rules,ingest,portal,test}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', 'portal/web/dist/**'],
    pool: 'forks',
    // Tests of real programs wait about half of their time, so two cores bear three of them.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
