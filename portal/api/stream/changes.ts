/** Changes for one client: first what was missed since Last-Event-ID, then each as it is committed; only what this person may know. */
import type { Database } from '#shared/database/database.ts';
import { type Change, changesSince } from '#shared/database/queries/changes.ts';
import { may, type Who } from '#shared/model/access.ts';
import type { StreamEvent } from '#shared/model/api/stream.ts';
import type { ChangeFeed } from './feed.ts';
import type { Wire } from './wire.ts';

const BATCH = 500;
/** Who missed more reads everything again, which costs less than so many events. */
const MOST_REPLAYED = 2_000;

export class ChangeSender {
  readonly #wire: Wire;
  #who: Who;
  #waiting: (Change | 'lost')[] | undefined = [];
  #last: number;

  constructor(wire: Wire, who: Who, last: number) {
    this.#wire = wire;
    this.#who = who;
    this.#last = last;
  }

  /** Rights may change while a stream is open. */
  set who(who: Who) {
    this.#who = who;
  }

  /** From the feed. While the past is replayed it waits its turn. */
  readonly take = (change: Change | 'lost'): void => {
    if (this.#waiting) this.#waiting.push(change);
    else this.#send(change);
  };

  /** Sends what was missed (nothing where `replay` is false), then goes live. */
  async begin(database: Database, feed: ChangeFeed, replay: boolean): Promise<void> {
    if (replay && !(await this.#replay(database))) {
      this.#last = feed.position;
      this.#wire.send({ event: 'resync', data: { why: 'too many changes were missed' } }, this.#last);
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const change of waiting) this.#send(change);
  }

  /** False where what was missed is not kept any more, or is too much. */
  async #replay(database: Database): Promise<boolean> {
    for (let sent = 0; sent < MOST_REPLAYED; sent += BATCH) {
      const changes = await changesSince(database.kysely, this.#last, BATCH);
      if (!changes) return false;
      for (const change of changes) this.#send(change);
      if (changes.length < BATCH) return true;
    }
    return false;
  }

  #send(change: Change | 'lost'): void {
    if (change === 'lost') return this.#wire.send({ event: 'resync', data: { why: 'changes were lost' } });
    if (change.id <= this.#last) return;
    this.#last = change.id;
    const event = eventOf(change, this.#who);
    if (event) this.#wire.send(event, change.id);
  }
}

/** Undefined where this person may not know of it. */
export function eventOf({ kind, ref, at, customer }: Change, { scope, role }: Who): StreamEvent | undefined {
  if (scope !== 'all' && (customer === null || !scope.includes(customer))) return undefined;
  const data = { id: ref, at: at.toISOString() };
  switch (kind) {
    case 'case':
      return may(role, 'case.see') ? { event: 'case', data } : undefined;
    case 'alarm':
      return may(role, 'alarm.see') ? { event: 'alarm', data } : undefined;
    case 'machine':
      return may(role, 'machine.see') ? { event: 'machine', data } : undefined;
    case 'configuration':
      return { event: 'resync', data: { why: 'the configuration has changed' } };
  }
}
