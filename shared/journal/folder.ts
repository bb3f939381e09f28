/**
 * What lies in a journal's folder: segments named by the position of their first byte, `end` (how far the journal is
 * durable, for readers in other processes), `readers/<name>` (what each reader has released).
 */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Disk, type DiskFile, errorCode, readText, writeFully } from './disk.ts';
import type { Position } from './port.ts';

const SUFFIX = '.journal';
const SEGMENT_NAME = /^\d{20}\.journal$/;
const READER_NAME = /^[a-z][a-z0-9-]{0,63}$/;

export const segmentPath = (dir: string, base: Position) => join(dir, digits(base) + SUFFIX);
export const endPath = (dir: string) => join(dir, 'end');

function digits(position: Position): string {
  return String(position).padStart(20, '0');
}

/** Positions at which segments begin, ascending; none if the folder does not exist. */
export async function listSegments(disk: Disk, dir: string): Promise<Position[]> {
  const names = await listOrNone(disk, dir);
  return names
    .filter((name) => SEGMENT_NAME.test(name))
    .map((name) => Number(name.slice(0, -SUFFIX.length)))
    .sort((a, b) => a - b);
}

async function listOrNone(disk: Disk, folder: string): Promise<string[]> {
  try {
    return await disk.list(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** How far the journal is durable, and the latest time of receipt in it. */
export interface DurableEnd {
  readonly position: Position;
  readonly at: number;
}

/** One line of fixed length with a checksum, written in place: a reader that meets a half-written one sees that it is. */
export function formatEnd({ position, at }: DurableEnd): Buffer {
  const text = `${digits(position)} ${digits(at)}`;
  return Buffer.from(`${text} ${crc32(text).toString(16).padStart(8, '0')}\n`, 'latin1');
}

export function parseEnd(line: string): DurableEnd | undefined {
  const match = /^(\d{20} \d{20}) ([0-9a-f]{8})\n$/.exec(line);
  const text = match?.[1];
  if (text === undefined || crc32(text) !== Number.parseInt(match?.[2] ?? '', 16)) return undefined;
  return { position: Number(text.slice(0, 20)), at: Number(text.slice(21)) };
}

/** What readers have released, by name; a name with something unreadable in it holds everything (position 0). */
export async function readReleases(disk: Disk, dir: string): Promise<Map<string, Position>> {
  const folder = join(dir, 'readers');
  const releases = new Map<string, Position>();
  for (const name of await listOrNone(disk, folder)) {
    if (!READER_NAME.test(name)) continue;
    const text = (await readText(disk, join(folder, name))) ?? '0';
    releases.set(name, /^\d{20}\n$/.test(text) ? Number(text) : 0);
  }
  return releases;
}

/** Replaces what `name` has released, whole or not at all. */
export async function writeRelease(disk: Disk, dir: string, name: string, position: Position): Promise<void> {
  if (!READER_NAME.test(name))
    throw new RangeError(`reader name ${JSON.stringify(name)}: small letters, digits and - only`);
  const folder = join(dir, 'readers');
  await disk.makeFolder(folder);
  const temporary = join(folder, `.${name}.${process.pid}`);
  const file: DiskFile = await disk.open(temporary, 'write');
  try {
    // Not synced: what a power cut leaves (an older or an empty file) only holds more than needed.
    await writeFully(file, Buffer.from(`${digits(position)}\n`), 0);
  } finally {
    await file.close();
  }
  await disk.rename(temporary, join(folder, name));
}
