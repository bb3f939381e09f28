/** Which questions an event of the stream makes stale; read again together, at most once a second. */
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { StreamEvent } from '#shared/model/api/stream.ts';

/** Keys an event makes stale; 'all' where the page must read everything again. */
export function staleKeys(event: StreamEvent): readonly QueryKey[] | 'all' {
  switch (event.event) {
    case 'case':
      return [['cases'], ['case', event.data.id], ['machines']];
    case 'alarm':
      return [['alarms'], ['machines'], ['rules']];
    case 'machine':
      return [['machines'], ['machine', event.data.id]];
    case 'resync':
      return 'all';
    case 'reading':
    case 'heartbeat':
      return [];
  }
}

const GATHER_MS = 1_000;
/** One thing that happens is several events, which arrive one after the other. */
const TOGETHER_MS = 25;

/** Gathers what became stale and reads it again. The first event of a quiet time is answered at once. */
export class Refresher {
  readonly #client: QueryClient;
  readonly #keys = new Map<string, QueryKey>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = 0;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  note(event: StreamEvent): void {
    const keys = staleKeys(event);
    if (keys === 'all') {
      this.#keys.clear();
      void this.#client.invalidateQueries();
      return;
    }
    for (const key of keys) this.#keys.set(JSON.stringify(key), key);
    if (this.#keys.size === 0 || this.#timer !== undefined) return;
    const wait = Math.max(TOGETHER_MS, this.#last + GATHER_MS - Date.now());
    this.#timer = setTimeout(() => this.#flush(), wait);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#keys.clear();
  }

  #flush(): void {
    this.#timer = undefined;
    this.#last = Date.now();
    const keys = [...this.#keys.values()];
    this.#keys.clear();
    for (const queryKey of keys) void this.#client.invalidateQueries({ queryKey });
  }
}
