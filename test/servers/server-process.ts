/** A program that serves until it is told to end: started, killed, frozen and started again by tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { removeDir, waitFor } from './tools.ts';

export interface Launch {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Folder of the server's data: stays over `kill` and `restart`, gone after `stop`. */
  readonly dir: string;
  /** User and group to run as, where this process may choose. */
  readonly user?: string;
  /** What asks the server to end; default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** Talks to the server; throws or answers false until it serves. */
  readonly ready: (log: string) => Promise<boolean> | boolean;
  /** Default 90 s. */
  readonly readyWithinMs?: number;
}

const LOG_CHARACTERS = 100_000;
const STOP_WITHIN_MS = 10_000;

const running = new Set<ServerProcess>();
process.once('exit', () => {
  for (const server of running) server.signal('SIGKILL');
});

export class ServerProcess {
  private readonly launch: Launch;
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private output = '';
  private served = false;

  constructor(launch: Launch) {
    this.launch = launch;
  }

  /** Process id. Throws while the server does not run. */
  get pid(): number {
    if (this.child?.pid === undefined) throw new Error(`${this.launch.name} is not running`);
    return this.child.pid;
  }

  /** What the server wrote, over all its starts; its end where it is long. */
  get log(): string {
    return this.output;
  }

  /** Starts the server and waits until it serves. Throws with the server's log where it does not. */
  async start(): Promise<void> {
    const { name, command, args, env, user, ready, readyWithinMs } = this.launch;
    const identity = user === undefined ? [] : [`--reuid=${user}`, `--regid=${user}`, '--init-groups'];
    // --pdeathsig: the kernel ends the server even where this process is killed and can do nothing any more.
    const child = spawn('setpriv', [...identity, '--pdeathsig', 'KILL', '--', command, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: env ?? process.env,
      cwd: '/',
    });
    this.child = child;
    let failure: string | undefined;
    this.ended = new Promise((resolve) => {
      const finish = (reason: string): void => {
        failure = reason;
        if (this.child === child) this.child = undefined;
        running.delete(this);
        resolve();
      };
      child.once('error', (error) => finish(error.message));
      child.once('exit', (code, signal) => finish(`ended with ${signal ?? code}`));
    });
    const from = this.output.length;
    const keep = (text: string): void => {
      this.output = (this.output + text).slice(-LOG_CHARACTERS);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    running.add(this);
    try {
      await waitFor(`${name} serves`, () => failure !== undefined || ready(this.output.slice(from)), readyWithinMs);
      if (failure !== undefined) throw new Error(failure);
      this.served = true;
    } catch (error) {
      await this.kill();
      if (!this.served) await removeDir(this.launch.dir);
      throw new Error(`${name} did not start: ${(error as Error).message}\n${this.output}`, { cause: error });
    }
  }

  /** Ends the server and removes its data. */
  async stop(): Promise<void> {
    await this.end();
    await removeDir(this.launch.dir);
  }

  /** The same server once more, on the same port and data, whether it still runs or was killed. */
  async restart(): Promise<void> {
    await this.end();
    await this.start();
  }

  /** kill -9 of the server and its children at once; nothing of it is left afterwards. */
  async kill(): Promise<void> {
    const pids = this.tree();
    this.signal('SIGKILL');
    await this.ended;
    await waitFor(`${this.launch.name} is gone`, () => pids.every((pid) => !isAlive(pid)));
  }

  /** Freezes the server and its children: connections stay open, nothing answers. */
  pause(): void {
    this.signal('SIGSTOP');
  }

  resume(): void {
    this.signal('SIGCONT');
  }

  /** Asks the server to end, waits for it, and kills it where it does not. */
  private async end(): Promise<void> {
    const pids = this.tree();
    this.child?.kill(this.launch.stopSignal ?? 'SIGTERM');
    this.resume();
    const timer = setTimeout(() => this.signal('SIGKILL'), STOP_WITHIN_MS);
    await this.ended;
    clearTimeout(timer);
    await waitFor(`${this.launch.name} is gone`, () => pids.every((pid) => !isAlive(pid)));
  }

  /** Sends a signal to the server and all its children. */
  signal(signal: NodeJS.Signals): void {
    for (const pid of this.tree()) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }

  /** The server first, so that a stopped or killed parent starts no further children; empty while it does not run. */
  tree(): number[] {
    return this.child?.pid === undefined ? [] : withDescendants(this.child.pid);
  }
}

function withDescendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (stat) children.set(stat.parent, [...(children.get(stat.parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** A zombie has ended: only its parent has not asked yet. */
export function isAlive(pid: number): boolean {
  const state = statOf(pid)?.state;
  return state !== undefined && state !== 'Z' && state !== 'X';
}

function statOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
