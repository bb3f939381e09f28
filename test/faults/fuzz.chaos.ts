/**
 * C17: a million payloads, mutated from sound ones by a seed (`FUZZ_SEED`). Nothing fails, no message holds up the others for
 * long, and both readers of the journal set the same aside.
 */
import { expect, test } from 'vitest';
import { Random } from '#test/simulation/random.ts';
import { measured } from './measured.ts';
import { TwoReaders } from './two-readers.ts';

const PAYLOADS = Number(process.env['FUZZ_PAYLOADS'] ?? 1_000_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
const AT = Date.parse('2026-06-01T00:00:00Z');
/** A message is at most 256 KiB; these are at most a few KiB, and none may block the loop. */
const LONGEST_MS = 50;

const SOUND = [
  '{"ts": 1780272000000, "values": {"temp": 61.2, "speed": 1500, "load": 0.5}}',
  '{"ts": "2026-06-01T00:00:00.000Z", "seq": 17, "values": {"temp": -4e1}}',
  '{"temp": 61.2, "speed": 3}',
  '[{"ts": 1780272000000, "temp": 1}, {"ts": 1780272000001, "temp": 2}, {"temp": 3}]',
  '61.2',
  '[{"ts": 1780272000000, "value": 61.2}, 5]',
  '{"ts": 1780272000000, "code": "E42", "text": "Öldruck zu niedrig", "severity": "warning"}',
  '{"state": "running"}',
  'running',
  'online',
  '{"values": {"temp": NaN, "speed": Infinity, "load": "1,5"}}',
].map((text) => Buffer.from(text));
const LEAVES = ['telemetry', 'sensors/temp', 'sensors/made-up', 'events', 'state', 'connection', 'elsewhere'];
const TOKENS = [
  'null',
  'true',
  '1e400',
  '-0',
  '9007199254740993',
  '""',
  '[]',
  '{}',
  '"__proto__"',
  '"constructor":1,',
  '\\u0000',
  '\ufeff',
  '\ud83d',
  '[[[[[[[[',
  '{"a":',
  'NaN',
  '"ts":1e99',
  '"seq":-1',
  '"values":',
  ',',
  '"',
  '\\',
  '\0',
  '\xff',
].map((text) => Buffer.from(text, 'utf8'));

function mutated(random: Random): Buffer {
  let bytes = Buffer.from(random.pick(SOUND));
  for (let left = random.int(0, 6); left > 0; left--) {
    const at = random.int(0, bytes.length);
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
    const dice = random.int(0, 6);
    if (dice === 0) bytes = Buffer.concat([head, Buffer.from([random.int(0, 255)]), tail]);
    else if (dice === 1) bytes = Buffer.concat([head, tail.subarray(random.int(1, 8))]);
    else if (dice === 2) bytes = Buffer.concat([head, random.pick(TOKENS), tail]);
    else if (dice === 3) bytes = Buffer.concat([head, random.pick(SOUND), tail]);
    else if (dice === 4 && bytes.length < 4_096) bytes = Buffer.concat([bytes, tail, head]);
    else if (dice === 5 && at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(0, 7));
    else bytes = Buffer.from(head);
  }
  return bytes;
}

/** How long it takes, ms; what seems slow is done again, for the computer may have been busy with something else. */
function tookMs(act: () => void): number {
  let quickest = Infinity;
  for (let turn = 0; turn < 4 && quickest >= LONGEST_MS; turn++) {
    const from = performance.now();
    act();
    quickest = Math.min(quickest, performance.now() - from);
  }
  return quickest;
}

test(`a million mutated payloads, seed ${SEED}`, { timeout: 600_000 }, async () => {
  const random = new Random(SEED);
  const readers = await TwoReaders.open({ readingsPerSecond: 5_000 });
  const aside: Record<string, number> = {};
  let [stored, longest] = [0, 0];
  const begin = performance.now();
  for (let n = 0; n < PAYLOADS; n++) {
    const payload = mutated(random);
    const topic = `machines/${random.pick(['m-1', 'm-2', 'nobody', '+'])}/${random.pick(LEAVES)}`;
    longest = Math.max(
      longest,
      tookMs(() => readers.take(topic, payload, AT + n)),
    );
    if (n % 10_000 !== 9_999) continue;
    const counted = readers.counted();
    expect(counted.failed).toBe(0);
    expect(counted.rules).toEqual(counted.writer);
    stored += counted.stored;
    for (const [reason, count] of Object.entries(counted.rules)) aside[reason] = (aside[reason] ?? 0) + count;
  }
  const seconds = (performance.now() - begin) / 1_000;
  expect(({} as Record<string, unknown>)['temp']).toBeUndefined();
  expect(longest).toBeLessThan(LONGEST_MS);
  expect(stored).toBeGreaterThan(PAYLOADS / 100);
  expect(Object.keys(aside).length).toBeGreaterThan(8);
  const all = Object.values(aside).reduce((sum, count) => sum + count, 0);
  await measured('fuzz', {
    row: `${PAYLOADS} mutated payloads through both readers of the journal`,
    figures: `${stored} readings and events taken, ${all} set aside for ${Object.keys(aside).length} reasons, no failure; ${(PAYLOADS / seconds).toFixed(0)} a second, the longest ${longest.toFixed(1)} ms (seed ${SEED})`,
  });
});

test('mutant: a reader that takes payloads for what they should be is found out at once', () => {
  const random = new Random(SEED);
  const readings: number[] = [];
  expect(() => {
    for (let n = 0; n < 1_000; n++) {
      const { values } = JSON.parse(mutated(random).toString()) as { values: Record<string, number> };
      readings.push(...Object.values(values));
    }
  }).toThrow(/./);
});
