/** Starts a main, tells its problems, and ends it on SIGTERM within ten seconds. Used by mains only. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';
import { SettingsError } from './settings.ts';

/** Something that acts between `start` and `stop`. */
export interface Part {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const STOP_WITHIN_MS = 9_000;

/**
 * Starts parts in order and stops them in the opposite one; where one does not start, those before it are stopped again
 * and the error goes on.
 */
export class House implements Part {
  readonly name = 'house';
  readonly #parts: readonly Part[];
  readonly #log: Log;
  #started: Part[] = [];

  constructor(parts: readonly Part[], log: Log) {
    this.#parts = parts;
    this.#log = log;
  }

  async start(): Promise<void> {
    for (const part of this.#parts) {
      try {
        await part.start();
      } catch (error) {
        await this.stop();
        throw error;
      }
      this.#started.push(part);
      this.#log.debug({ part: part.name }, 'started');
    }
  }

  async stop(): Promise<void> {
    for (const part of this.#started.reverse()) {
      try {
        await part.stop();
        this.#log.debug({ part: part.name }, 'stopped');
      } catch (error) {
        this.#log.error({ part: part.name, err: error }, 'did not stop cleanly');
      }
    }
    this.#started = [];
  }
}

/**
 * Runs `main` until a signal. Exit status: 0 after a clean end, 1 after a failure at work, 2 where it could not start
 * (wrong setting, port in use, server away, folder in use), each with a sentence on standard error.
 */
export async function run(main: () => Promise<{ house: Part; log: Log }>): Promise<void> {
  const ended = new Promise<string>((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
  });
  // Ended while it starts, it simply ends: every store survives a crash at any instant.
  void ended.then(() => started === undefined && process.exit(0));
  let started: { house: Part; log: Log } | undefined;
  try {
    started = await main();
  } catch (error) {
    process.stderr.write(`${startProblem(error)}\n`);
    process.exit(2);
  }
  const { house, log } = started;
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unexpected error');
    process.exit(1);
  });
  const signal = await ended;
  log.info({ signal }, 'stopping');
  const timely = await Promise.race([house.stop().then(() => true), sleep(STOP_WITHIN_MS, false, { ref: false })]);
  if (!timely)
    log.error('did not stop within 9 s; what was not committed is in the journal and is done at the next start');
  else log.info('stopped');
  process.exit(timely ? 0 : 1);
}

function startProblem(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  if (error instanceof Error) return `Leitwarte did not start: ${error.message}`;
  return `Leitwarte did not start: ${String(error)}`;
}
