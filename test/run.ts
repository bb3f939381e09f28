/** `npm test`: installs the servers the tests need, then runs them all, or those named by the arguments. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { installServers } from './servers/install.ts';

try {
  installServers();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

const vitest = path.join(path.dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const args = [vitest, 'run', '--config', 'test/vitest.config.ts', ...process.argv.slice(2)];
const { status, signal, error } = spawnSync(process.execPath, args, { stdio: 'inherit' });
if (error) console.error(`vitest could not be started: ${error.message}`);
if (signal) console.error(`vitest was ended by ${signal}`);
process.exit(status ?? 1);
