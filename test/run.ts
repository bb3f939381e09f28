/** `npm test`: installs the servers the tests need, builds the page, then runs all tests, or those named by the arguments. */
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

// Tests in the browser look at what stands in portal/web now, not at what stood there when the packages were installed.
runTool('vite', 'bin/vite.js', ['build', '--config', 'portal/web/vite.config.ts', '--logLevel', 'warn']);
runTool('vitest', 'vitest.mjs', ['run', '--config', 'test/vitest.config.ts', ...process.argv.slice(2)]);

/** Runs a package's program; ends this process with its status unless that is 0. */
function runTool(name: string, file: string, args: readonly string[]): void {
  const script = path.join(path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file);
  const { status, signal, error } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' });
  if (status === 0) return;
  console.error(`${name} failed: ${error?.message ?? signal ?? `status ${status}`}`);
  process.exit(status ?? 1);
}
