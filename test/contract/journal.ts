import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Entry, JournalReader, JournalRecord, JournalWriter, Position } from '#shared/journal/port.ts';

/** One journal of the adapter under test, empty at first, and gone after `remove`. */
export interface JournalUnderTest {
  /** The one writer, started; after its `stop` (or death) it may be asked for again. */
  writer(): Promise<JournalWriter>;
  /** A reader beside the writer last opened. */
  reader(): JournalReader;
  /** A reader that knows of the writer only what another process could know. */
  distantReader(): JournalReader;
  remove(): Promise<void>;
}

export function message(text: string, at = 1_000): Entry {
  return { kind: 'message', at, topic: 'machines/m-1/telemetry', payload: Buffer.from(text) };
}

export function texts(records: readonly JournalRecord[]): string[] {
  return records.map((record) => Buffer.from(record.payload).toString());
}

/** Everything from `from` to the end, in batches of at most `maxBytes`. */
export async function readAll(reader: JournalReader, from: Position = 0, maxBytes?: number) {
  const records: JournalRecord[] = [];
  let damagedBytes = 0;
  for (let position = from; ; ) {
    const batch = await reader.read(position, maxBytes);
    records.push(...batch.records);
    damagedBytes += batch.damagedBytes;
    if (batch.next === position) return { records, damagedBytes, next: position };
    position = batch.next;
  }
}

/** What every journal promises. */
export function journalContract(name: string, make: () => Promise<JournalUnderTest>): void {
  describe(`journal: ${name}`, () => {
    let journal: JournalUnderTest;
    beforeEach(async () => {
      journal = await make();
    });
    afterEach(() => journal.remove());

    test('gives back what was appended: kind, time, topic and payload, in order', async () => {
      const writer = await journal.writer();
      const entries: Entry[] = [
        { kind: 'config', at: 5, topic: '', payload: Buffer.from('{"version":1}') },
        { kind: 'message', at: 6, topic: 'machines/größe/telemetry', payload: Buffer.from([0, 255, 10, 13]) },
        { kind: 'tick', at: 7, topic: '', payload: Buffer.alloc(0) },
        { kind: 'message', at: 7, topic: 'x', payload: Buffer.alloc(300_000, 'a') },
      ];
      const end = await writer.append(entries);
      const reader = journal.reader();
      const { records, next, damagedBytes } = await readAll(reader);
      expect(
        records.map(({ kind, at, topic, payload }) => ({ kind, at, topic, payload: Buffer.from(payload) })),
      ).toEqual(entries);
      expect({ next, damagedBytes, end: writer.end() }).toEqual({ next: end, damagedBytes: 0, end });
      await reader.stop();
      await writer.stop();
    });

    test('positions chain, and reading on from any of them gives the rest', async () => {
      const writer = await journal.writer();
      for (let i = 0; i < 20; i++) await writer.append([message(`a${i}`), message(`b${i}`)]);
      const reader = journal.reader();
      const { records } = await readAll(reader);
      for (const [i, record] of records.entries()) {
        expect(record.position).toBeGreaterThanOrEqual(records[i - 1]?.next ?? 0);
        expect(texts((await readAll(reader, record.next, 100)).records)).toEqual(texts(records.slice(i + 1)));
      }
      await reader.stop();
      await writer.stop();
    });

    test('appends made at once are stored in the order of the calls, each whole', async () => {
      const writer = await journal.writer();
      const calls = Array.from({ length: 200 }, (_, i) => [message(`${i}.0`), message(`${i}.1`), message(`${i}.2`)]);
      await Promise.all(calls.map((call) => writer.append(call)));
      const reader = journal.reader();
      expect(texts((await readAll(reader)).records)).toEqual(calls.flatMap((_, i) => [`${i}.0`, `${i}.1`, `${i}.2`]));
      await reader.stop();
      await writer.stop();
    });

    test('the time of receipt never falls, not over a restart either', async () => {
      const writer = await journal.writer();
      await writer.append([message('noon', 2_000), message('clock set back', 1_000), message('still', 1_999)]);
      await writer.stop();
      const again = await journal.writer();
      await again.append([message('after the restart', 10), message('later', 3_000)]);
      const reader = journal.reader();
      expect((await readAll(reader)).records.map(({ at }) => at)).toEqual([2_000, 2_000, 2_000, 2_000, 3_000]);
      await reader.stop();
      await again.stop();
    });

    test('a restart keeps everything and gives no position twice', async () => {
      const expected: string[] = [];
      let end = 0;
      for (let run = 0; run < 4; run++) {
        const writer = await journal.writer();
        expect(writer.end()).toBeGreaterThanOrEqual(end);
        for (let i = 0; i < run; i++) {
          expected.push(`${run}.${i}`);
          end = await writer.append([message(`${run}.${i}`)]);
        }
        await writer.stop();
      }
      const writer = await journal.writer();
      const reader = journal.reader();
      expect(texts((await readAll(reader)).records)).toEqual(expected);
      expect((await readAll(reader, end)).records).toEqual([]);
      await reader.stop();
      await writer.stop();
    });

    test('wait ends when something comes, after its time, on abort, and never rejects', async () => {
      const writer = await journal.writer();
      for (const reader of [journal.reader(), journal.distantReader()]) {
        const end = await writer.append([message('first')]);
        await expect.poll(() => reader.end()).toBe(end);
        await reader.wait(end - 1, 60_000);
        const began = performance.now();
        await reader.wait(end, 30);
        expect(performance.now() - began).toBeGreaterThanOrEqual(25);
        const abort = new AbortController();
        const aborted = reader.wait(end, 60_000, abort.signal);
        abort.abort();
        await aborted;
        const waiting = reader.wait(end, 60_000);
        await writer.append([message('second')]);
        await waiting;
        expect(texts((await reader.read(end)).records)).toEqual(['second']);
        const stopped = reader.wait(await reader.end(), 60_000);
        await reader.stop();
        await stopped;
      }
      await writer.stop();
    });

    test('two readers do not disturb each other, and follow the writer while it writes', async () => {
      const writer = await journal.writer();
      const readers = [journal.reader(), journal.distantReader()];
      const seen = readers.map(async (reader) => {
        const all: string[] = [];
        for (let position = 0; all.length < 500; ) {
          const batch = await reader.read(position, 2_000);
          expect(batch.damagedBytes).toBe(0);
          all.push(...texts(batch.records));
          if (batch.next === position) await reader.wait(position, 1_000);
          position = batch.next;
        }
        await reader.stop();
        return all;
      });
      const expected = Array.from({ length: 500 }, (_, i) => String(i));
      for (let i = 0; i < 500; i += 5) await writer.append(expected.slice(i, i + 5).map((text) => message(text)));
      expect(await Promise.all(seen)).toEqual([expected, expected]);
      await writer.stop();
    });

    test('what no record can hold is refused alone', async () => {
      const writer = await journal.writer();
      const tooLong = { ...message(''), payload: Buffer.alloc(2 * 1024 * 1024) };
      const results = await Promise.allSettled([
        writer.append([message('before')]),
        writer.append([message('its neighbour'), tooLong]),
        writer.append([message('after')]),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      const reader = journal.reader();
      expect(texts((await readAll(reader)).records)).toEqual(['before', 'after']);
      await reader.stop();
      await writer.stop();
    });

    test('a position past the end is an error that names the begin', async () => {
      const writer = await journal.writer();
      await writer.append([message('only')]);
      const reader = journal.reader();
      const begin = await reader.begin();
      await expect(reader.read(writer.end() + 1)).rejects.toMatchObject({ name: 'PositionUnknown', begin });
      await reader.stop();
      await writer.stop();
    });

    test('a second writer on the same journal is refused, and taken once the first has stopped', async () => {
      const writer = await journal.writer();
      await expect(journal.writer()).rejects.toThrow(/in use by another Leitwarte process/);
      await writer.stop();
      await (await journal.writer()).stop();
    });
  });
}
