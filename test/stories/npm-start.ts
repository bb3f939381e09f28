/** `npm start` as a person types it: a child whose output is followed and whose exit status is told. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { waitFor } from '#test/servers/tools.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');

const running = new Set<NpmStart>();
process.once('exit', () => {
  for (const one of running) one.kill();
});

/** Only what a shell has anyway, so that no setting of who runs the tests reaches the house. */
export function environment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], ...settings };
}

export class NpmStart {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | string>;
  readonly startedAt = performance.now();
  output = '';

  constructor(settings: Readonly<Record<string, string>>) {
    // A group of its own: npm is only the first of its processes.
    const child = spawn('npm', ['start'], {
      cwd: ROOT,
      env: environment(settings),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    running.add(this);
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        running.delete(this);
        resolve(code ?? signal ?? 'unknown');
      });
    });
  }

  /** The first log line with this message, as soon as it is there. */
  line(msg: string, withinMs: number): Promise<Readonly<Record<string, unknown>>> {
    return waitFor(
      `the line "${msg}" in\n${this.output}`,
      () => {
        const found = this.output.split('\n').find((text) => text.startsWith('{') && text.includes(`"msg":"${msg}"`));
        return found === undefined ? undefined : (JSON.parse(found) as Readonly<Record<string, unknown>>);
      },
      withinMs,
    );
  }

  /** Sends SIGTERM to npm alone, as a supervisor does; answers exit status and time taken in ms. */
  async end(): Promise<{ readonly status: number | string; readonly ms: number }> {
    const begin = performance.now();
    this.#child.kill('SIGTERM');
    return { status: await this.#ended, ms: performance.now() - begin };
  }

  kill(): void {
    try {
      process.kill(-(this.#child.pid ?? 0), 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
