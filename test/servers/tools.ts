/** Small helpers of tests that start real programs. */
import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [LOWEST_PORT, HIGHEST_PORT] = [20_000, 32_000];
/** One file for each port that was handed out, with the process that has it: seen by all tests of this computer. */
const CLAIMS = path.join(tmpdir(), `leitwarte-ports-${process.getuid?.() ?? 0}`);
const claims = new Set<string>();
process.once('exit', () => {
  for (const claim of claims) rmSync(claim, { force: true });
});

/**
 * A port of 127.0.0.1 nobody listens on, and which no other test is given before this process ends: it is still free when a
 * server binds it later, or again after a restart. It lies below the range from which the kernel serves outgoing connections.
 */
export async function freePort(): Promise<number> {
  await mkdir(CLAIMS, { recursive: true });
  for (;;) {
    const port = LOWEST_PORT + Math.floor(Math.random() * (HIGHEST_PORT - LOWEST_PORT));
    if ((await claim(port)) && (await isFree(port))) return port;
  }
}

async function claim(port: number): Promise<boolean> {
  const file = path.join(CLAIMS, String(port));
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    // Left behind by a process that was killed: the next one to draw this port gets it.
    if (holder > 0 && !isRunning(holder)) await rm(file, { force: true });
    return false;
  }
  claims.add(file);
  return true;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

const tempDirs = new Set<string>();
process.once('exit', () => {
  for (const dir of tempDirs) rmSync(dir, { recursive: true, force: true });
});

/** A new empty folder; gone with `removeDir`, at the latest when this process exits. */
export async function tempDir(label = 'test'): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), `leitwarte-${label}-`));
  tempDirs.add(dir);
  return dir;
}

export async function removeDir(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  tempDirs.delete(dir);
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Default 60 s; then the program is killed and the promise rejects. */
  readonly timeoutMs?: number;
}

/** Runs a program to its end, whatever its exit status. Rejects if it cannot be started, is killed or takes too long. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { input, timeoutMs = 60_000, ...rest } = options;
  return new Promise((resolve, reject) => {
    const settings = { ...rest, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 256 * 2 ** 20 } as const;
    const child = execFile(command, args, settings, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
    // A program that exits without reading its input closes the pipe: its exit status tells, not EPIPE.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

/** Like `run`, but any exit status other than 0 throws with what the program said. Answers its standard output. */
export async function mustRun(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args[0] ?? ''} ended with ${code}:\n${stderr || stdout}`);
  return stdout;
}

/** Asks until `probe` answers something other than undefined and false. Throws what `probe` last threw when time is up. */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 90_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`, { cause });
    await sleep(20);
  }
}

/**
 * The least of what `attempt` says it took, ms. What else this computer does delays some of several turns, not all: no
 * further turn follows one within the limit.
 */
export async function quickest(limitMs: number, attempt: () => Promise<number>, turns = 6): Promise<number> {
  let least = Infinity;
  for (let turn = 0; turn < turns && least >= limitMs; turn++) least = Math.min(least, await attempt());
  return least;
}

/** What `work` costs in this process, ms of processor time: other programs do not count. */
export async function costOf(work: () => unknown): Promise<number> {
  const begun = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000;
}

/** Where a program is, also outside PATH where Debian keeps servers; undefined where it is not installed. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', ...postgresFolders()];
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

/** Like `findProgram`, but throws what to do where the program is missing. */
export function program(name: string): string {
  const found = findProgram(name);
  if (!found) throw new Error(`${name} is not installed: \`npm test\` installs on Debian what the tests need`);
  return found;
}

/** Debian keeps PostgreSQL's programs by version and links only some of them; the newest comes first. */
function postgresFolders(): string[] {
  const root = '/usr/lib/postgresql';
  try {
    const versions = readdirSync(root).toSorted((a, b) => Number(b) - Number(a));
    return versions.map((version) => path.join(root, version, 'bin'));
  } catch {
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
