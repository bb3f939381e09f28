/** Tells every few seconds how far a stage has come, into the database: there the portal and those who watch find it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#shared/database/database.ts';
import { reportStage } from '#shared/database/queries/house.ts';
import type { Stage, StageFigures } from '#shared/model/house.ts';
import type { Log } from '#shared/process/log.ts';

/** What a stage knows of itself now. */
export interface StageState extends Omit<StageFigures, 'perSecond'> {
  /** When the newest heartbeat that has come this far was received, epoch ms; null before the first, or where told otherwise. */
  readonly beatAt: number | null;
  readonly beatsSince?: number | null;
}

export interface ReporterParts {
  readonly database: Database;
  readonly stage: Stage;
  /** Undefined while another process does the work of this stage. */
  readonly state: () => Promise<StageState | undefined> | StageState | undefined;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly log: Log;
  /** A heartbeat older than this is missing, ms: it is told well within. */
  readonly limitMs: number;
}

const EVERY_MS = 5_000;
/** What has a rate is looked at over so long at least. */
const RATE_OVER_MS = 1_000;

export class Reporter {
  readonly name: string;
  readonly #parts: ReporterParts;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #startedAt = 0;
  #before = { passed: 0, at: 0, perSecond: 0 };
  #failing = false;

  constructor(parts: ReporterParts) {
    this.name = `reporter of ${parts.stage}`;
    this.#parts = parts;
  }

  async start(): Promise<void> {
    this.#startedAt = this.#parts.clock();
    this.#before = { passed: 0, at: this.#startedAt, perSecond: 0 };
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { limitMs, log, stage } = this.#parts;
    const everyMs = Math.min(EVERY_MS, limitMs / 4);
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#tell();
        this.#failing = false;
      } catch (error) {
        if (!this.#failing && !signal.aborted)
          log.warn({ stage, err: error }, 'how far this stage has come cannot be told; trying again');
        this.#failing = true;
      }
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #tell(): Promise<void> {
    const { database, stage, clock, state } = this.#parts;
    const now = await state();
    if (now === undefined || this.#stopping.signal.aborted) return;
    const { beatAt, beatsSince = null, ...told } = now;
    await reportStage(database.kysely, {
      stage,
      toldAt: clock(),
      startedAt: this.#startedAt,
      beatAt,
      beatsSince,
      figures: { ...told, perSecond: this.#rate(told.passed) },
    });
  }

  #rate(passed: number): number {
    const at = this.#parts.clock();
    const { passed: before, at: since, perSecond } = this.#before;
    if (at - since < RATE_OVER_MS) return perSecond;
    const rate = Math.round((10_000 * Math.max(0, passed - before)) / (at - since)) / 10;
    this.#before = { passed, at, perSecond: rate };
    return rate;
  }
}
