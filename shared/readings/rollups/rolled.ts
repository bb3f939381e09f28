/**
 * A reading store whose long charts are answered from what is rolled up. Whoever writes to it writes through one instance of
 * this, in one process: it marks what becomes outdated before it stores what is late.
 */
import type {
  BucketQuery,
  Envelope,
  EventQuery,
  Reading,
  ReadingStore,
  Refused,
  ScanBatch,
  ScanQuery,
  StoredEvent,
} from '../port.ts';
import { gridOf, unitFor, wholeBefore } from './grid.ts';
import { Ledger } from './ledger.ts';
import { planOf } from './plan.ts';
import { FIRST, type RollableStore, type Rollups, rawFromOf, UNIT_MS } from './port.ts';
import { envelopeOf, mayOverflow } from './shares.ts';
import { Upkeep } from './upkeep.ts';

/** Before anything is rolled up. */
const NOTHING = { from: FIRST, to: FIRST, rawFrom: FIRST, minutesFrom: FIRST };

export class RolledReadings implements RollableStore {
  /** Rolls up, and gives up what is older than it is kept. */
  readonly upkeep: Upkeep;
  readonly #store: RollableStore;
  readonly #rollups: Rollups;
  #ledger: Promise<Ledger> | undefined;
  /** Writes, and what must know all of them, go one after the other. */
  #turns: Promise<unknown> = Promise.resolve();

  constructor(store: RollableStore) {
    this.#store = store;
    this.#rollups = store.rollups;
    this.upkeep = new Upkeep(store.rollups, (work) => this.#inTurn(work));
  }

  /** What the store keeps rolled up, for backups. */
  get rollups(): Rollups {
    return this.#rollups;
  }

  write(readings: readonly Reading[], events: readonly StoredEvent[]): Promise<readonly Refused[]> {
    return this.#inTurn(async (ledger) => {
      const { kept, refused } = ledger.sift(readings);
      const late = ledger.touch(kept);
      if (late.length > 0) {
        await this.#rollups.mark(late);
        ledger.marked(late);
      }
      return [...refused, ...(await this.#store.write(kept, events))];
    });
  }

  async buckets(query: BucketQuery): Promise<Envelope> {
    const state = query.to > query.from ? await this.#rollups.state() : undefined;
    const unit = state && unitFor(query, state);
    if (!state || !unit) return this.#store.buckets(query);
    const { machine, sensors } = query;
    const grid = gridOf(unit, query);
    // a mark is where its hour begins, and holds for a chart that begins within it
    const from = wholeBefore(grid.start, UNIT_MS.hour);
    const marks = await this.#rollups.marks({ machine, from, to: query.to });
    const plan = planOf(query, unit, state, marks);
    const rolled = await Promise.all(
      plan.rolled.map((span) => this.#rollups.rolled(unit, { machine, sensors, ...span }, grid)),
    );
    const whole = { from: Math.max(query.from, state.rawFrom), to: query.to };
    const asked = mayOverflow(rolled) ? [whole] : plan.raw;
    const raw = await Promise.all(asked.map((span) => this.#rollups.raw({ machine, sensors, ...span }, grid)));
    const answers = asked === plan.raw ? [...rolled, ...raw] : raw;
    // What others wrote into the store beside us was never rolled up: who seems to have said nothing is asked for it.
    const silent =
      plan.rolled.length === 0 ? [] : sensors.filter((name) => !answers.some((of) => of.get(name)?.length));
    if (silent.length > 0) answers.push(await this.#rollups.raw({ machine, sensors: silent, ...whole }, grid));
    return envelopeOf(sensors, answers, grid);
  }

  async rawFrom(): Promise<number | undefined> {
    return rawFromOf(await this.#rollups.state());
  }

  start(): Promise<void> {
    return this.#store.start();
  }

  raw(query: Parameters<ReadingStore['raw']>[0]): ReturnType<ReadingStore['raw']> {
    return this.#store.raw(query);
  }

  scan(query: ScanQuery): AsyncIterable<ScanBatch> {
    return this.#store.scan(query);
  }

  oldest(query: Parameters<ReadingStore['oldest']>[0]): Promise<readonly Reading[]> {
    return this.#store.oldest(query);
  }

  latest(machines?: readonly string[]): Promise<readonly Reading[]> {
    return this.#store.latest(machines);
  }

  events(query: EventQuery): Promise<readonly StoredEvent[]> {
    return this.#store.events(query);
  }

  count(query?: Parameters<ReadingStore['count']>[0]): Promise<number> {
    return this.#store.count(query);
  }

  check(): Promise<void> {
    return this.#store.check();
  }

  async stop(): Promise<void> {
    await this.#turns;
    this.#ledger = undefined;
    await this.#store.stop();
  }

  #inTurn<T>(work: (ledger: Ledger) => Promise<T>): Promise<T> {
    const turn = this.#turns.then(async () => work(await this.#known()));
    this.#turns = turn.catch(() => undefined);
    return turn;
  }

  /** Read once: nobody else changes it. */
  #known(): Promise<Ledger> {
    this.#ledger ??= this.#rollups.state().then(
      (state) => new Ledger(state ?? NOTHING),
      (error: unknown) => {
        this.#ledger = undefined;
        throw error;
      },
    );
    return this.#ledger;
  }
}
