/**
 * One process a folder. The lock is a listening socket in the folder: the kernel closes it when the process ends, however
 * it ends, so a left-over file never holds anything up, and a process id used again means nothing. Seen from every container
 * that shares the folder on one host.
 *
 * Who wants the lock first listens on a socket of its own name and then asks every other one. Of two who come at once at
 * least one sees the other, so never two hold it; who meets another that has not decided yet steps back and tries again.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { hostname, platform } from 'node:os';
import { join } from 'node:path';

const ANSWER_WITHIN_MS = 1_000;
const TRIES = 40;

/** Another process works on the folder. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

export interface FolderLock {
  /** Gives the folder free; once. */
  release(): Promise<void>;
}

type Answer = { readonly state: 'gone' | 'undecided' } | { readonly state: 'holds'; readonly who: string };

/**
 * Takes the lock `name` (small letters, digits, `-`) on the folder, which is created if missing. Rejects with FolderInUse,
 * naming the holder and the mend, while another process (or this one) has it.
 */
export async function lockFolder(dir: string, name: string): Promise<FolderLock> {
  await mkdir(dir, { recursive: true });
  // Socket paths end at 108 bytes; through the open folder they are short however deep it lies.
  const folder = platform() === 'linux' ? openSync(dir, 'r') : undefined;
  const path = (file: string) => (folder === undefined ? join(dir, file) : `/proc/self/fd/${folder}/${file}`);
  const close = () => folder !== undefined && closeSync(folder);
  try {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const candidate = new Candidate(dir, name, path);
      const held = await candidate.take();
      if (held) {
        return {
          async release() {
            await candidate.withdraw();
            close();
          },
        };
      }
      await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 45));
    }
    throw new FolderInUse(`Several processes are starting on the folder ${dir} at once. Start one of them again.`);
  } catch (error) {
    close();
    throw error;
  }
}

class Candidate {
  readonly #dir: string;
  readonly #name: string;
  readonly #file: string;
  readonly #path: (file: string) => string;
  readonly #server: Server;
  #holds = false;

  constructor(dir: string, name: string, path: (file: string) => string) {
    this.#dir = dir;
    this.#name = name;
    this.#path = path;
    this.#file = `${name}.${process.pid}.${randomBytes(6).toString('hex')}.lock`;
    const since = new Date().toISOString();
    this.#server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(this.#holds ? `process ${process.pid} on ${hostname()}, since ${since}` : '', () => socket.destroy());
    });
    this.#server.unref();
  }

  /** Whether the lock is held now; false after meeting another candidate. */
  async take(): Promise<boolean> {
    await this.#listen();
    try {
      const others = await this.#others();
      for (const other of others) {
        const answer = await ask(this.#path(other));
        if (answer.state === 'gone') await unlink(this.#path(other)).catch(() => undefined);
        if (answer.state === 'holds') throw this.#inUse(answer.who || `process ${other.split('.')[1] ?? ''}`);
        if (answer.state === 'undecided') {
          await this.withdraw();
          return false;
        }
      }
      // A rival that met this socket between its creation and its listening may have taken it for a left-over.
      this.#holds = (await readdir(this.#path('.'))).includes(this.#file);
      if (!this.#holds) await this.withdraw();
      return this.#holds;
    } catch (error) {
      await this.withdraw();
      throw error;
    }
  }

  async withdraw(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #others(): Promise<string[]> {
    const files = await readdir(this.#path('.'));
    return files.filter((file) => file !== this.#file && file.startsWith(`${this.#name}.`) && file.endsWith('.lock'));
  }

  #listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          new Error(
            `Cannot lock the folder ${this.#dir} (${error.code ?? error.message}): it must be writable and on a local file system that allows sockets.`,
            { cause: error },
          ),
        ),
      );
      this.#server.listen(this.#path(this.#file), resolve);
    });
  }

  #inUse(who: string): FolderInUse {
    return new FolderInUse(
      `The folder ${this.#dir} is in use by another Leitwarte process (${who}). Stop that process first, or set another DATA_DIR for this one.`,
    );
  }
}

/** A process that is there but does not answer (stopped, overloaded) holds the lock as well. */
function ask(path: string): Promise<Answer> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(path);
    const answer = (value: Answer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(value);
    };
    const timer = setTimeout(() => answer({ state: 'holds', who: '' }), ANSWER_WITHIN_MS);
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('end', () => answer(text === '' ? { state: 'undecided' } : { state: 'holds', who: text }));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const gone = error.code === 'ECONNREFUSED' || error.code === 'ENOENT';
      answer(gone ? { state: 'gone' } : { state: error.code === 'ECONNRESET' ? 'undecided' : 'holds', who: '' });
    });
  });
}
