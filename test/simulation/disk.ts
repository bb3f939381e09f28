/**
 * A disk that loses what it may lose. A write is seen at once by every process; it is safe when the file was synced, and a
 * name when its folder was. A power cut keeps of the rest any mixture, sector by sector.
 */
import { dirname } from 'node:path';
import type { Disk, DiskFile } from '#shared/journal/disk.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';

const SECTOR = 512;

class Contents {
  live = Buffer.alloc(4_096);
  length = 0;
  durable = Buffer.alloc(0);

  write(bytes: Buffer, offset: number): void {
    const end = offset + bytes.length;
    if (end > this.live.length) {
      const grown = Buffer.alloc(Math.max(end, this.live.length * 2));
      this.live.copy(grown, 0, 0, this.length);
      this.live = grown;
    }
    bytes.copy(this.live, offset);
    this.length = Math.max(this.length, end);
  }

  truncate(length: number): void {
    this.live.fill(0, Math.min(length, this.length));
    this.length = Math.min(this.length, length);
  }

  sync(): void {
    this.durable = Buffer.from(this.live.subarray(0, this.length));
  }

  /** Of what was not synced any part is there: the length of either, each sector from either. */
  losePower(random: Random): void {
    const length = random.chance(0.5) ? this.length : this.durable.length;
    const left = Buffer.alloc(Math.max(length, 4_096));
    for (let at = 0; at < length; at += SECTOR) {
      const from = random.chance(0.5) ? this.live.subarray(0, this.length) : this.durable;
      if (at < from.length) from.copy(left, at, at, Math.min(at + SECTOR, length));
    }
    this.live = left;
    this.length = length;
    this.sync();
  }
}

export interface DiskWeather {
  /** Bytes there is room for. */
  room: number;
  /** Probability that a call fails. */
  failing: number;
  /** How long a call may take, ms. */
  slowMs: number;
}

export const FAIR_DISK: Readonly<DiskWeather> = { room: Infinity, failing: 0, slowMs: 0.6 };

export class SimulatedDisk {
  readonly weather: DiskWeather = { ...FAIR_DISK };
  powerCuts = 0;
  readonly #random: Random;
  #live = new Map<string, Contents>();
  #durable = new Map<string, Contents>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** All that was not synced may be gone. */
  losePower(): void {
    this.powerCuts++;
    const names = new Map<string, Contents>();
    for (const name of new Set([...this.#live.keys(), ...this.#durable.keys()])) {
      const [now, safe] = [this.#live.get(name), this.#durable.get(name)];
      const kept = now === safe || this.#random.chance(0.5) ? now : safe;
      if (kept !== undefined) names.set(name, kept);
    }
    for (const contents of new Set(names.values())) contents.losePower(this.#random);
    this.#live = names;
    this.#durable = new Map(names);
  }

  /** The disk as a process sees it; without one it is the observer's: always sound, at once. */
  mount(process?: Process): Disk {
    const ask = <T>(effect: () => T, mayFail: boolean): Promise<T> =>
      process === undefined
        ? Promise.resolve().then(effect)
        : process.ask(this.weather.slowMs, () => {
            if (!mayFail || !this.#random.chance(this.weather.failing)) return effect();
            // A call that fails may have done its work.
            if (this.#random.chance(0.5)) effect();
            throw failure('EIO');
          });
    return {
      makeFolder: () => ask(() => undefined, false),
      list: (folder) => ask(() => this.#list(folder), false),
      open: (path, mode) => ask(() => new SimulatedFile(this.#open(path, mode), ask, this, this.#random), true),
      rename: (from, to) => ask(() => this.#rename(from, to), true),
      remove: (path) => ask(() => this.#remove(path), true),
      syncFolder: (folder) => ask(() => this.#syncFolder(folder), true),
    };
  }

  get used(): number {
    let used = 0;
    for (const { length } of new Set(this.#live.values())) used += length;
    return used;
  }

  #list(folder: string): string[] {
    const names = [...this.#live.keys()].filter((path) => dirname(path) === folder);
    return names.map((path) => path.slice(folder.length + 1)).sort();
  }

  #open(path: string, mode: 'read' | 'write'): Contents {
    const known = this.#live.get(path);
    if (known !== undefined) return known;
    if (mode === 'read') throw failure('ENOENT');
    const fresh = new Contents();
    this.#live.set(path, fresh);
    return fresh;
  }

  #rename(from: string, to: string): void {
    const contents = this.#live.get(from);
    if (contents === undefined) throw failure('ENOENT');
    this.#live.delete(from);
    this.#live.set(to, contents);
  }

  #remove(path: string): void {
    if (!this.#live.delete(path)) throw failure('ENOENT');
  }

  #syncFolder(folder: string): void {
    for (const path of new Set([...this.#live.keys(), ...this.#durable.keys()])) {
      if (dirname(path) !== folder) continue;
      const contents = this.#live.get(path);
      if (contents === undefined) this.#durable.delete(path);
      else this.#durable.set(path, contents);
    }
  }
}

class SimulatedFile implements DiskFile {
  readonly #contents: Contents;
  readonly #ask: <T>(effect: () => T, mayFail: boolean) => Promise<T>;
  readonly #disk: SimulatedDisk;
  readonly #random: Random;

  constructor(
    contents: Contents,
    ask: <T>(effect: () => T, mayFail: boolean) => Promise<T>,
    disk: SimulatedDisk,
    random: Random,
  ) {
    this.#contents = contents;
    this.#ask = ask;
    this.#disk = disk;
    this.#random = random;
  }

  size(): Promise<number> {
    return this.#ask(() => this.#contents.length, false);
  }

  read(into: Buffer, offset: number): Promise<number> {
    return this.#ask(() => {
      const { live, length } = this.#contents;
      return offset < length ? live.copy(into, 0, offset, length) : 0;
    }, true);
  }

  write(bytes: Buffer, offset: number): Promise<number> {
    const copy = Buffer.from(bytes);
    return this.#ask(() => {
      const more = Math.max(0, offset + copy.length - this.#contents.length);
      const room = copy.length - Math.max(0, more - Math.max(0, this.#disk.weather.room - this.#disk.used));
      if (room <= 0) throw failure('ENOSPC');
      const taken = this.#random.chance(0.1) ? this.#random.int(1, room) : room;
      this.#contents.write(copy.subarray(0, taken), offset);
      return taken;
    }, true);
  }

  truncate(length: number): Promise<void> {
    return this.#ask(() => this.#contents.truncate(length), true);
  }

  sync(): Promise<void> {
    return this.#ask(() => this.#contents.sync(), true);
  }

  close(): Promise<void> {
    return this.#ask(() => undefined, false);
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(`simulated ${code}`), { code });
}
