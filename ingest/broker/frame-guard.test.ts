import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameGuard } from './frame-guard.ts';

/** A packet of the given length behind its header. */
function packet(length: number): Buffer {
  const header = [0x30];
  for (let rest = length; ; rest = Math.floor(rest / 128)) {
    header.push((rest % 128) + (rest >= 128 ? 128 : 0));
    if (rest < 128) break;
  }
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
}

/** Packets of any lengths, cut anywhere. */
const passes = (guardOf: () => Pick<FrameGuard, 'admits'>): void =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(5), fc.nat(600)), { maxLength: 12 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 300 })),
      (lengths, cuts) => {
        const bytes = Buffer.concat(lengths.map(packet));
        const guard = guardOf();
        let admitted = true;
        for (let at = 0; at < bytes.length && admitted; ) {
          const size = cuts.next().value;
          admitted = guard.admits(bytes.subarray(at, at + size));
          at += size;
        }
        expect(admitted).toBe(lengths.every((length) => length <= 300));
      },
    ),
  );

test('lets pass what is short enough and stops what is not, wherever the bytes are cut', () => {
  expect(() => passes(() => new FrameGuard(300))).not.toThrow();
});

test('mutants: guards that let all pass, or forget at each piece where they were, are found out', () => {
  expect(() => passes(() => ({ admits: () => true }))).toThrow('Property failed');
  expect(() => passes(() => ({ admits: (bytes) => new FrameGuard(300).admits(bytes) }))).toThrow('Property failed');
});

test('a length of more than four bytes is no length', () => {
  expect(new FrameGuard(2 ** 40).admits(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff]))).toBe(false);
});
