/**
 * A backup as a file: a tar whose last files name every other one with its checksum. A byte that is another one, a part that
 * is missing, a place changed: all of that is noticed before anything is restored.
 */
import { createHash } from 'node:crypto';
import { BLOCK, header, padding, readHeader, TAR_END } from './tar.ts';

export interface Member {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The file is no whole and sound backup; says where. */
export class BackupDamaged extends Error {
  override readonly name = 'BackupDamaged';
}

const MANIFEST = 'manifest.json';
const SEAL = 'manifest.sha256';
/** In place of the manifest where the house could not go on: says why. */
export const FAILED = 'failed.txt';
/** No part we write is larger. */
const MAX_MEMBER = 256 * 1024 * 1024;

interface Listed {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

export class ArchiveWriter {
  readonly #at: number;
  readonly #members: Listed[] = [];

  /** `at`: when the backup was made, epoch ms. */
  constructor(at: number) {
    this.#at = Math.floor(at / 1000);
  }

  /** The bytes that add this file. */
  add(name: string, bytes: Buffer): Buffer {
    this.#members.push({ name, size: bytes.length, sha256: sha256(bytes) });
    return this.#file(name, bytes);
  }

  /** The bytes that end the archive. */
  end(): Buffer {
    const manifest = Buffer.from(`${JSON.stringify({ members: this.#members }, null, 1)}\n`);
    const seal = Buffer.from(`${sha256(manifest)}  ${MANIFEST}\n`);
    return Buffer.concat([this.#file(MANIFEST, manifest), this.#file(SEAL, seal), TAR_END]);
  }

  /** The bytes that say why the archive ends before its end. */
  fail(sentence: string): Buffer {
    return this.#file(FAILED, Buffer.from(`${sentence}\n`));
  }

  #file(name: string, bytes: Buffer): Buffer {
    return Buffer.concat([header(name, bytes.length, this.#at), bytes, Buffer.alloc(padding(bytes.length))]);
  }
}

/** The files of an archive in order. Throws BackupDamaged; what was handed out before is worth nothing then. */
export async function* readArchive(source: AsyncIterable<Uint8Array>): AsyncGenerator<Member, void, undefined> {
  const input = new Input(source);
  const found: Listed[] = [];
  for (;;) {
    const { name, bytes } = await readMember(input);
    if (name === FAILED) throw new BackupDamaged(`The house could not end this backup: ${bytes.toString().trim()}`);
    if (name === MANIFEST) return await checkEnd(input, bytes, found);
    found.push({ name, size: bytes.length, sha256: sha256(bytes) });
    yield { name, bytes };
  }
}

async function readMember(input: Input): Promise<Member> {
  const place = input.place;
  const head = readHeader(await input.take(BLOCK));
  if (!head || head.size > MAX_MEMBER) throw input.damaged(place, 'no part of a backup begins there');
  const bytes = await input.take(head.size);
  const filled = await input.take(padding(head.size));
  if (filled.some((byte) => byte !== 0)) throw input.damaged(input.place - filled.length, `${head.name} is damaged`);
  return { name: head.name, bytes };
}

async function checkEnd(input: Input, manifest: Buffer, found: readonly Listed[]): Promise<void> {
  const seal = await readMember(input);
  if (seal.name !== SEAL || seal.bytes.toString() !== `${sha256(manifest)}  ${MANIFEST}\n`)
    throw input.damaged(input.place, `${MANIFEST} is damaged`);
  if (!(await input.take(TAR_END.length)).equals(TAR_END) || (await input.more()))
    throw input.damaged(input.place, 'something follows the end');
  const { members } = JSON.parse(manifest.toString()) as { readonly members: readonly Listed[] };
  for (let i = 0; i < Math.max(members.length, found.length); i++) {
    const [wanted, is] = [members[i], found[i]];
    if (!wanted || !is) throw new BackupDamaged(`The backup lacks ${(wanted ?? is)?.name}, or has it too much.`);
    if (is.name !== wanted.name || is.size !== wanted.size || is.sha256 !== wanted.sha256)
      throw new BackupDamaged(`${wanted.name} is damaged: its checksum is another one.`);
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Bytes in the sizes one asks for. */
class Input {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes taken so far. */
  place = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async take(size: number): Promise<Buffer> {
    const parts: Buffer[] = [this.#rest];
    for (let length = this.#rest.length; length < size; ) {
      const { value, done } = await this.#source.next();
      if (done) throw this.damaged(this.place + length, 'the backup ends there, before its end');
      parts.push(Buffer.from(value.buffer, value.byteOffset, value.length));
      length += value.length;
    }
    const all = parts.length === 1 ? this.#rest : Buffer.concat(parts);
    this.#rest = all.subarray(size);
    this.place += size;
    return all.subarray(0, size);
  }

  async more(): Promise<boolean> {
    return this.#rest.length > 0 || (await this.#source.next()).done !== true;
  }

  damaged(place: number, what: string): BackupDamaged {
    return new BackupDamaged(`At byte ${place}: ${what}.`);
  }
}
