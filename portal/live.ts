/** The portal's own reader of the journal: newest values in memory, and who is told of them. */
import { Beats } from '#shared/house/beats.ts';
import type { StageState } from '#shared/house/reporter.ts';
import type { JournalReader, JournalRecord, Position } from '#shared/journal/port.ts';
import { EMPTY_PLANT, type Plant, PlantIndex } from '#shared/model/plant.ts';
import type { Log } from '#shared/process/log.ts';
import type { ReadingStore } from '#shared/readings/port.ts';
import { interpret } from '#shared/telemetry/interpret.ts';
import { RateLimit } from '#shared/telemetry/rate-limit.ts';
import type { Snapshot } from '#shared/telemetry/types.ts';
import { Derivation } from '#rules/engine/derive.ts';
import type { HeardMessage, LastValue, Live, LiveReading, MachineTimes } from './api/live.ts';
import { Heard } from './heard.ts';

interface LiveParts {
  readonly journal: JournalReader;
  readonly readings: ReadingStore;
  /** The plant of that configuration; the newest one where none is named. */
  readonly plant: (version?: number) => Promise<Plant>;
  readonly prefix: string;
  /** What a machine may say a second; without limit where undefined. */
  readonly readingsPerSecond?: number | undefined;
  readonly log: Log;
}

const IDLE_WAIT_MS = 1000;

export class JournalLive implements Live {
  readonly name = 'live';
  readonly #parts: LiveParts;
  readonly #stopping = new AbortController();
  readonly #last = new Map<string, Map<string, LastValue>>();
  readonly #times = new Map<string, MachineTimes>();
  readonly #clocks = new Map<string, Pick<LastValue, 'ts' | 'at'>>();
  readonly #heardLately: Heard;
  readonly #subscribers = new Map<string, Set<(reading: LiveReading) => void>>();
  readonly #rate: RateLimit;
  readonly #beats = new Beats(Infinity);
  #index = new PlantIndex(EMPTY_PLANT);
  #derivation = new Derivation(this.#index);
  #loop: Promise<void> | undefined;
  #position: Position = 0;
  #readAt = 0;
  #records = 0;
  #trouble: string | null = null;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.#rate = new RateLimit(parts.readingsPerSecond);
    this.#heardLately = new Heard(parts.prefix);
  }

  async start(): Promise<void> {
    await this.#configure();
    const from = await this.#parts.journal.end();
    this.#loop = this.#follow(from);
    // The store may be away at this moment; the page then shows values as they arrive.
    void this.#remember().catch((error: unknown) =>
      this.#parts.log.warn({ err: error }, 'no last values from the reading store yet'),
    );
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#parts.journal.stop();
  }

  last(machine: string): ReadonlyMap<string, LastValue> {
    return this.#last.get(machine) ?? new Map<string, LastValue>();
  }

  times(machine: string): MachineTimes {
    return this.#times.get(machine) ?? { messageAt: undefined, readingAt: undefined };
  }

  clock(machine: string): Pick<LastValue, 'ts' | 'at'> | undefined {
    return this.#clocks.get(machine);
  }

  heard(machine: string, now: number): readonly HeardMessage[] {
    return this.#heardLately.of(machine, now);
  }

  /** How far it has read, at `now` (epoch ms). */
  async stage(now: number): Promise<StageState> {
    const lagBytes = Math.max(0, (await this.#parts.journal.end()) - this.#position);
    return {
      passed: this.#records,
      lagBytes,
      lagMs: lagBytes === 0 || this.#readAt === 0 ? 0 : Math.max(0, now - this.#readAt),
      waitsFor: this.#trouble,
      rejected: {},
      beatAt: this.#beats.at,
      more: {},
    };
  }

  /** Tells `listener` of each new reading of `machine/sensor`; call what is returned to end it. */
  subscribe(keys: readonly string[], listener: (reading: LiveReading) => void): () => void {
    for (const key of keys) {
      const listeners = this.#subscribers.get(key) ?? new Set();
      listeners.add(listener);
      this.#subscribers.set(key, listeners);
    }
    return () => {
      for (const key of keys) {
        const listeners = this.#subscribers.get(key);
        listeners?.delete(listener);
        if (listeners?.size === 0) this.#subscribers.delete(key);
      }
    };
  }

  async #configure(version?: number): Promise<void> {
    this.#index = new PlantIndex(await this.#parts.plant(version));
    this.#derivation = new Derivation(this.#index);
  }

  async #remember(): Promise<void> {
    for (const { machine, sensor, ts, value } of await this.#parts.readings.latest()) {
      this.#keep(machine, sensor, { ts, at: ts, value });
      const times = this.#times.get(machine);
      if ((times?.readingAt ?? 0) < ts) this.#times.set(machine, { messageAt: times?.messageAt ?? ts, readingAt: ts });
    }
  }

  async #follow(from: Position): Promise<void> {
    const { journal, prefix, log } = this.#parts;
    let position = from;
    this.#position = from;
    while (!this.#stopping.signal.aborted) {
      try {
        const batch = await journal.read(position);
        this.#trouble = null;
        for (const record of batch.records) {
          if (record.kind === 'config') await this.#configure(configVersion(record.payload));
          if (record.kind !== 'message') continue;
          const telemetry = this.#rate.admit(interpret(record, this.#index, prefix), record.at);
          if (telemetry.beat !== undefined) this.#beats.take(telemetry.beat);
          this.#heardLately.take(record, telemetry);
          if (telemetry.machine === undefined) continue;
          this.#heard(telemetry.machine, record.at);
          for (const snapshot of telemetry.snapshots) this.#take(snapshot, record.at);
        }
        position = batch.next;
        this.#passed(batch.records, position);
        if (batch.records.length === 0) await journal.wait(position, IDLE_WAIT_MS, this.#stopping.signal);
      } catch (error) {
        this.#trouble = error instanceof Error ? error.message : String(error);
        log.error({ err: error }, 'live values: reading the journal failed; trying again');
        await journal.wait(position, IDLE_WAIT_MS, this.#stopping.signal);
      }
    }
  }

  #passed(records: readonly JournalRecord[], position: Position): void {
    this.#records += records.length;
    this.#position = position;
    this.#readAt = records.at(-1)?.at ?? this.#readAt;
  }

  #heard(machine: string, at: number): void {
    if (!this.#index.machine(machine)) return;
    this.#times.set(machine, { messageAt: at, readingAt: this.#times.get(machine)?.readingAt });
  }

  #take(snapshot: Snapshot, at: number): void {
    const { machine, ts } = snapshot;
    const derived = this.#derivation.take({ ...snapshot, at });
    for (const { sensor, value } of [...snapshot.readings, ...derived]) {
      if (!this.#keep(machine, sensor, { ts, at, value })) continue;
      for (const listener of this.#subscribers.get(`${machine}/${sensor}`) ?? [])
        listener({ machine, sensor, ts, value });
    }
    this.#times.set(machine, { messageAt: at, readingAt: at });
    this.#clocks.set(machine, { ts, at });
  }

  /** False where a newer value is known. */
  #keep(machine: string, sensor: string, value: LastValue): boolean {
    const sensors = this.#last.get(machine) ?? new Map<string, LastValue>();
    const known = sensors.get(sensor);
    if (known && known.ts >= value.ts) return false;
    sensors.set(sensor, value);
    this.#last.set(machine, sensors);
    return true;
  }
}

function configVersion(payload: Uint8Array): number {
  return (JSON.parse(Buffer.from(payload).toString('utf8')) as { version: number }).version;
}
