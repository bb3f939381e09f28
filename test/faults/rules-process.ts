/** Starts the rules reader of rules-child.ts. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ServerProcess } from '#test/servers/server-process.ts';
import { tempDir } from '#test/servers/tools.ts';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

export class RulesProcess extends ServerProcess {
  /** Up to where it has committed, as far as it has said. */
  get position(): number {
    return Number(/position (\d+)\n(?!.*position \d+\n)/s.exec(this.log)?.[1] ?? 0);
  }
}

export async function rulesProcess(options: {
  readonly dataDir: string;
  readonly journalDir: string;
  readonly databaseUrl?: string;
}): Promise<RulesProcess> {
  return new RulesProcess({
    name: 'rules',
    command: process.execPath,
    args: ['--import', TSX, path.resolve(import.meta.dirname, 'rules-child.ts'), JSON.stringify(options)],
    dir: await tempDir('rules'),
    ready: (log) => log.includes('ready\n'),
  });
}
