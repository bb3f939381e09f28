/**
 * Keeps the reading store rolled up, and gives up what is older than it is to be kept. The store itself says how far that has
 * come, so that it goes on anywhere: what is over is rolled up each hour, what was late again, what was there before bit by bit.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#shared/process/log.ts';
import { wholeBefore } from '#shared/readings/rollups/grid.ts';
import { FIRST, type RollupState, UNIT_MS } from '#shared/readings/rollups/port.ts';
import type { Upkeep } from '#shared/readings/rollups/upkeep.ts';
import { type Keep, outdated } from './keep.ts';

/** So long after an hour is over its readings have come, but for those that are late. */
const LAG_MS = 10 * UNIT_MS.minute;
const EVERY_MS = UNIT_MS.minute;
const DAY_MS = 24 * UNIT_MS.hour;
/** Rolled up in one go is what takes about a second, writing waits for it in an embedded store. */
const PIECE = { least: UNIT_MS.hour, most: 7 * DAY_MS, short: 400, long: 1_500 };
const TOLD_EVERY_MS = 30_000;
const STOP_WITHIN_MS = 2_000;

export interface KeeperParts {
  readonly upkeep: Upkeep;
  readonly keep: Keep;
  /** Age of the oldest reading that is not in the store yet, ms: hours of which some are still to come are not over. */
  readonly behindMs: () => number;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly log: Log;
}

export class RollupKeeper {
  readonly name = 'rollups';
  readonly #parts: KeeperParts;
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;
  #pieceMs = PIECE.least;
  /** Day up to which what is too old was given up. */
  #keptOn = -Infinity;
  #toldAt: number | undefined;
  #isInTrouble = false;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#running = this.#run();
  }

  /** A piece that takes long is left as it is, and made again at the next start. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await Promise.race([this.#running, sleep(STOP_WITHIN_MS, undefined, { ref: false })]);
  }

  /** Does one piece of what there is to do at `now` (epoch ms); whether there is more. Throws StoreUnavailable. */
  async step(now: number): Promise<boolean> {
    const { upkeep, behindMs } = this.#parts;
    const over = wholeBefore(now - LAG_MS - behindMs(), UNIT_MS.hour);
    const state = await upkeep.state(over);
    if (state.to < over) {
      await this.#timed((pieceMs) => upkeep.advance(state, Math.min(over, state.to + pieceMs)));
      return true;
    }
    const { more } = await upkeep.redo(state);
    if (state.from > FIRST) {
      this.#tell(now, await this.#timed((pieceMs) => upkeep.extend(state, pieceMs)));
      return true;
    }
    if (!more) await this.#giveUp(state, now);
    return more;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const began = this.#parts.clock();
      const more = await this.#tried(began);
      // as long again as it took: half of the store is left to others
      const pause = more ? Math.max(20, this.#parts.clock() - began) : EVERY_MS;
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  async #tried(now: number): Promise<boolean> {
    const { log } = this.#parts;
    try {
      const more = await this.step(now);
      if (this.#isInTrouble) log.info('rolling up goes on');
      this.#isInTrouble = false;
      return more;
    } catch (error) {
      if (!this.#isInTrouble && !this.#ending.signal.aborted)
        log.warn({ err: error }, 'readings are not rolled up now; trying again');
      this.#isInTrouble = true;
      return false;
    }
  }

  /** Makes pieces of about a second. */
  async #timed(work: (pieceMs: number) => Promise<RollupState>): Promise<RollupState> {
    const { clock } = this.#parts;
    const began = clock();
    const state = await work(this.#pieceMs);
    const took = clock() - began;
    if (took < PIECE.short) this.#pieceMs = Math.min(PIECE.most, 2 * this.#pieceMs);
    if (took > PIECE.long) this.#pieceMs = Math.max(PIECE.least, wholeBefore(this.#pieceMs / 2, UNIT_MS.hour));
    return state;
  }

  async #giveUp(state: RollupState, now: number): Promise<void> {
    const { upkeep, keep, log } = this.#parts;
    const day = wholeBefore(now, DAY_MS);
    if (day <= this.#keptOn) return;
    const limits = outdated(keep, state, now, await upkeep.ownLimit());
    if (Object.keys(limits).length > 0) {
      await upkeep.remove(state, limits);
      const shown = Object.entries(limits).map(([what, before]) => [what, new Date(before).toISOString()]);
      log.info(Object.fromEntries(shown), 'what is older than these times was given up, as it is no longer kept');
    }
    this.#keptOn = day;
  }

  #tell(now: number, { from }: RollupState): void {
    const { log } = this.#parts;
    if (from === FIRST) {
      if (this.#toldAt !== undefined) log.info('all readings of the past are rolled up');
      this.#toldAt = undefined;
    } else if (this.#toldAt === undefined || now - this.#toldAt >= TOLD_EVERY_MS) {
      log.info({ backTo: new Date(from).toISOString() }, 'readings of the past are being rolled up');
      this.#toldAt = now;
    }
  }
}
