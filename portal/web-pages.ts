/** The pages are built when the house is installed; where that was left out, at its first start. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Log } from '#shared/process/log.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
export const WEB_DIST = path.join(ROOT, 'portal/web/dist');

/** Without the pages the API serves all the same; why they could not be built is logged. */
export async function webPagesBuilt(log: Log): Promise<void> {
  if (existsSync(path.join(WEB_DIST, 'index.html'))) return;
  log.info('building the pages, once');
  try {
    await promisify(execFile)('npm', ['run', 'build'], { cwd: ROOT });
  } catch (error) {
    log.error({ err: error }, 'the pages could not be built: run `npm run build`; the API serves without them');
  }
}
