import { beforeEach, expect, test } from 'vitest';
import { type Entry, JournalUnavailable } from '#shared/journal/port.ts';
import type { MessageSink, MessageSource } from './broker/port.ts';
import { type Clock, Intake } from './intake.ts';

/** A clock that goes on when told. */
class HandClock implements Clock {
  time = 1_000;
  readonly #work = new Set<() => void>();
  now = () => this.time;
  every(ms: number, work: () => void): () => void {
    if (ms !== 1_000) throw new Error(`only seconds, not ${ms} ms`);
    this.#work.add(work);
    return () => this.#work.delete(work);
  }
  async second(): Promise<void> {
    this.time += 1_000;
    for (const work of Array.from(this.#work)) work();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

let clock: HandClock;
let stored: Entry[];
let refuses: boolean;
let sink: MessageSink;
let intake: Intake;

beforeEach(async () => {
  clock = new HandClock();
  stored = [];
  refuses = false;
  const source: Pick<MessageSource, 'start' | 'stop'> = {
    start(given) {
      sink = given;
      return Promise.resolve();
    },
    stop: () => Promise.resolve(),
  };
  const append = (entries: readonly Entry[]) => {
    if (refuses) return Promise.reject(new JournalUnavailable('full', 'ENOSPC'));
    stored.push(...entries);
    return Promise.resolve(stored.length);
  };
  intake = new Intake({ source: source as MessageSource, journal: { append }, clock });
  await intake.start();
});

test('messages, ticks and configurations go into the journal as they come', async () => {
  await intake.configure(7);
  await sink([{ topic: 'machines/m-1/a', payload: Buffer.from('1'), at: 1_234 }]);
  await clock.second();
  expect(stored).toEqual([
    { kind: 'config', at: 1_000, topic: '', payload: Buffer.from('{"version":7}') },
    { kind: 'message', at: 1_234, topic: 'machines/m-1/a', payload: Buffer.from('1') },
    { kind: 'tick', at: 2_000, topic: '', payload: new Uint8Array() },
  ]);
  await intake.stop();
  await clock.second();
  expect(stored).toHaveLength(3);
  expect(intake.counts()).toEqual({ messages: 1, bytes: 1, cut: 0, ticks: 1, ticksMissed: 0 });
});

test('while the journal refuses so does the sink; ticks are missed; a configuration waits for its place', async () => {
  refuses = true;
  await expect(sink([{ topic: 't', payload: Buffer.from('1'), at: 1 }])).rejects.toThrow('full');
  await expect(sink([])).rejects.toThrow('full');
  const configured = intake.configure(8);
  await clock.second();
  expect(intake.counts()).toMatchObject({ messages: 0, ticksMissed: 1 });
  refuses = false;
  await clock.second();
  await configured;
  expect(stored.map(({ kind }) => kind)).toContain('config');
  await sink([]);
  expect(stored.at(-1)?.kind).toBe('tick');
});

test('a configuration that finds no place before the end is told', async () => {
  refuses = true;
  const configured = intake.configure(9);
  configured.catch(() => undefined);
  await intake.stop();
  await clock.second();
  await expect(configured).rejects.toThrow('full');
});

test('a payload too long to be read is kept just long enough to be set aside as that', async () => {
  await sink([{ topic: 't', payload: Buffer.alloc(1024 * 1024, 'x'), at: 1 }]);
  expect(stored[0]?.payload.length).toBe(256 * 1024 + 1);
  expect(intake.counts()).toMatchObject({ cut: 1, bytes: 1024 * 1024 });
});
