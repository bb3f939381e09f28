import { describe, expect, test } from 'vitest';
import { type ReadingStore, StoreUnavailable } from '#shared/readings/port.ts';
import { waitFor } from '#test/servers/tools.ts';

/** A reading store with a server behind it that can be taken away and brought back. */
export interface StoreWithServer {
  /** Not started yet. */
  readonly store: ReadingStore;
  begin(): Promise<void>;
  end(): Promise<void>;
  remove(): Promise<void>;
}

/** What every reading store that has a server promises besides. */
export function readingOutageContract(name: string, make: () => Promise<StoreWithServer>): void {
  describe(`reading store: ${name}`, () => {
    test('an outage is told as one, and all is well after it', async () => {
      const { store, begin, end, remove } = await make();
      const reading = { machine: 'm-1', sensor: 'a', ts: Date.UTC(2026, 0, 31, 8), value: 1 };
      await store.start();
      try {
        await store.check();
        await begin();
        const failures = await Promise.all([
          store.write([reading], []).catch((e: unknown) => e),
          store.latest(['m-1']).catch((e: unknown) => e),
          store.check().catch((e: unknown) => e),
        ]);
        for (const failure of failures) expect(failure).toBeInstanceOf(StoreUnavailable);
        await end();
        await waitFor('it answers again', () => store.check().then(() => true));
        await store.write([reading], []);
        expect(await store.count({ machine: 'm-1' })).toBe(1);
        expect(await store.latest(['m-1'])).toHaveLength(1);
      } finally {
        await store.stop();
        await remove();
      }
    });
  });
}
