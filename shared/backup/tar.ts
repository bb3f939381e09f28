/** The form of a tar file (ustar) as we write it: any tar can unpack it. Reading takes back only what `header` writes. */
export const BLOCK = 512;
/** What a tar ends with. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

const NAME = /^[a-z0-9][a-z0-9./_-]{0,98}$/;

/** The block before a file. `at`: seconds since 1970. Throws RangeError for a name or size no backup has. */
export function header(name: string, size: number, at: number): Buffer {
  if (!NAME.test(name) || size >= 8 ** 11) throw new RangeError(`${name} (${size} bytes) cannot be in a backup`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0, 'latin1');
  block.write(octal(0o600, 7), 100, 'latin1');
  block.write(octal(0, 7) + octal(0, 7), 108, 'latin1');
  block.write(octal(size, 11), 124, 'latin1');
  block.write(octal(at, 11), 136, 'latin1');
  block.write('        0', 148, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)} `, 148, 'latin1');
  return block;
}

/** Name, size and time of a header written as above; undefined for any other block. */
export function readHeader(block: Buffer): { name: string; size: number; at: number } | undefined {
  const text = block.toString('latin1');
  const name = text.slice(0, text.indexOf('\0'));
  const number = (from: number) => Number.parseInt(text.slice(from, from + 11), 8);
  const read = { name, size: number(124), at: number(136) };
  if (!NAME.test(name) || !(read.size >= 0) || !(read.at >= 0)) return undefined;
  return header(name, read.size, read.at).equals(block) ? read : undefined;
}

/** Bytes behind a file, up to the next block. */
export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}
