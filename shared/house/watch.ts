/**
 * Looks every few seconds whether heartbeats come everywhere, by the wall clock: who stands still cannot tell it. Every process
 * that serves people watches the others; the database lets each alarm stand once, whoever noticed first.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Transaction } from '#shared/database/database.ts';
import {
  clearHouseAlarm,
  type HouseAlarm,
  raiseHouseAlarm,
  stageReports,
  standingHouseAlarms,
} from '#shared/database/queries/house.ts';
import { judgeHouse, type Stage, type Trouble, type Verdict } from '#shared/model/house.ts';
import { TROUBLE_WORDS } from '#shared/model/house-words.ts';
import { textIn } from '#shared/model/text.ts';
import type { Log } from '#shared/process/log.ts';
import { tellPeople } from './tell.ts';

export interface WatchParts {
  readonly database: Database;
  /** The stage whose process watches. */
  readonly by: Stage;
  /** A heartbeat older than this is missing, ms. */
  readonly limitMs: number;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly log: Log;
  /** Called at each look, with whether heartbeats come everywhere. */
  readonly looked?: (allWell: boolean) => void;
}

/** So often, and more often where little time is given. */
const LOOK_EVERY_MS = 10_000;

export class Watch {
  readonly name = 'watch';
  readonly #parts: WatchParts;
  readonly #stopping = new AbortController();
  #since = 0;
  #running: Promise<void> | undefined;
  #failing = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#since = this.#parts.clock();
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Raises what is missing and clears what is well again. */
  async look(): Promise<void> {
    const { database, clock, limitMs, looked } = this.#parts;
    const now = clock();
    const reports = await stageReports(database.kysely);
    const verdicts = judgeHouse(reports, now, { limitMs, watchingSince: this.#since });
    const standing = new Set((await standingHouseAlarms(database.kysely)).map(({ what }) => what));
    for (const [what, verdict] of verdicts) await this.#settle(what, verdict, standing.has(what), now);
    looked?.([...verdicts.values()].every(({ is }) => is === 'well'));
  }

  async #run(): Promise<void> {
    const { log, limitMs, clock } = this.#parts;
    const { signal } = this.#stopping;
    const everyMs = Math.min(LOOK_EVERY_MS, limitMs / 4);
    while (!signal.aborted) {
      const before = clock();
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      // Who was frozen itself (a computer that slept) has seen nothing, and gives the others their time anew.
      if (clock() - before > everyMs + limitMs / 2) this.#since = clock();
      try {
        await this.look();
        this.#failing = false;
      } catch (error) {
        if (!this.#failing) log.warn({ err: error }, 'whether the house stands still cannot be seen; trying again');
        this.#failing = true;
      }
    }
  }

  async #settle(what: Trouble, verdict: Verdict, stands: boolean, now: number): Promise<void> {
    const { by, log } = this.#parts;
    const at = new Date(now);
    if (verdict.is === 'missing' && !stands) {
      const since = new Date(verdict.since);
      const raised = await this.#tell(now, 'raised', (tx) => raiseHouseAlarm(tx, { what, since, at, by }));
      if (raised) log.error({ what, since }, this.#sentence(what));
    }
    if (verdict.is === 'well' && stands) {
      const cleared = await this.#tell(now, 'cleared', (tx) => clearHouseAlarm(tx, what, at));
      if (cleared) log.info({ what, since: cleared.since }, 'goes on again');
    }
  }

  #sentence(what: Trouble): string {
    const { title, effect, mend } = TROUBLE_WORDS[what];
    return [textIn(title, 'en'), textIn(effect, 'en'), textIn(mend, 'en')].join('. ').replaceAll('..', '.');
  }

  /** In one transaction with the change: who makes it tells of it, and nobody else. */
  #tell(
    now: number,
    kind: 'raised' | 'cleared',
    change: (tx: Transaction) => Promise<HouseAlarm | undefined>,
  ): Promise<HouseAlarm | undefined> {
    return this.#parts.database.transaction(async (tx) => {
      const alarm = await change(tx);
      if (alarm) await tellPeople(tx, alarm, kind, now);
      return alarm;
    });
  }
}
