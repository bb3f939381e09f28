/** Entries of the journal as what the store keeps: readings as they came, derived ones, events. */
import { Derivation } from '#rules/engine/derive.ts';
import type { JournalRecord, Position } from '#shared/journal/port.ts';
import { EMPTY_PLANT, type Plant, PlantIndex } from '#shared/model/plant.ts';
import { HOUSE } from '#shared/model/house.ts';
import type { Log } from '#shared/process/log.ts';
import type { Reading, StoredEvent } from '#shared/readings/port.ts';
import { interpret } from '#shared/telemetry/interpret.ts';
import { RateLimit } from '#shared/telemetry/rate-limit.ts';
import type { Telemetry } from '#shared/telemetry/types.ts';
import type { Checkpoint } from './checkpoint.ts';
import { type Counts, noCounts } from './counters.ts';

/** What of a configuration the writer needs. */
export interface WriterConfiguration {
  readonly version: number;
  readonly plant: Plant;
}

export interface Configurations {
  /** Undefined where the database does not know the version. */
  byVersion(version: number): Promise<WriterConfiguration | undefined>;
  /** The one that held at a place of the journal; undefined before the first. */
  at(position: Position): Promise<WriterConfiguration | undefined>;
}

/** Readings and events of neighbouring entries, and what is counted once they are stored. */
export class Batch {
  readonly readings: Reading[] = [];
  readonly events: StoredEvent[] = [];
  readonly counts: Counts = noCounts();
  /** Time of receipt of the newest entry, epoch ms. */
  at = 0;
  /** Of the newest heartbeat of the house. */
  beat: number | undefined;
}

interface TranslatorParts {
  /** First level of the topics. */
  readonly prefix: string;
  /** What a machine may say a second; without limit where undefined. */
  readonly readingsPerSecond?: number | undefined;
  readonly log: Log;
}

export class Translator {
  readonly #prefix: string;
  readonly #log: Log;
  readonly #rate: RateLimit;
  #version: number | null;
  #plant: PlantIndex;
  #derivation: Derivation;

  private constructor(parts: TranslatorParts, configuration: WriterConfiguration | undefined, saved?: Checkpoint) {
    this.#prefix = parts.prefix;
    this.#log = parts.log;
    this.#rate = new RateLimit(parts.readingsPerSecond, saved?.rate);
    this.#version = configuration?.version ?? null;
    this.#plant = new PlantIndex(configuration?.plant ?? EMPTY_PLANT);
    this.#derivation = new Derivation(this.#plant, saved?.derivation ?? undefined);
  }

  /** Goes on from a checkpoint, or begins at `position` with what held there. */
  static async open(
    parts: TranslatorParts & { readonly configurations: Configurations },
    from: Checkpoint | Position,
  ): Promise<Translator> {
    const { configurations } = parts;
    if (typeof from === 'number') return new Translator(parts, await configurations.at(from));
    const known = from.configuration === null ? undefined : await configurations.byVersion(from.configuration);
    return new Translator(parts, known ?? (await configurations.at(from.position)), from);
  }

  /** What to save so that `open` goes on at `position`. */
  checkpoint(position: Position): Checkpoint {
    const [derivation, rate] = [this.#derivation.snapshot(), this.#rate.memory()];
    return { format: 1, position, configuration: this.#version, derivation, rate };
  }

  /** The version a configuration entry asks for, where it is not the one that holds already. */
  configurationWanted(record: JournalRecord): number | undefined {
    if (record.kind !== 'config') return undefined;
    try {
      const { version } = JSON.parse(Buffer.from(record.payload).toString()) as { version: unknown };
      if (Number.isSafeInteger(version)) return version === this.#version ? undefined : (version as number);
    } catch {
      // Told below, like a version that is no number.
    }
    this.#log.error(
      { position: record.position },
      'the journal holds a configuration entry without a version; it changes nothing',
    );
    return undefined;
  }

  /** From here on `configuration` holds; what derived sensors remember goes on. */
  configure(configuration: WriterConfiguration): void {
    this.#plant = new PlantIndex(configuration.plant);
    this.#derivation = new Derivation(this.#plant, this.#derivation.snapshot());
    this.#version = configuration.version;
  }

  /** Adds what the entry says to the batch. An entry that makes us fail is set aside: it must not stop those after it. */
  translate(record: JournalRecord, batch: Batch): void {
    batch.at = record.at;
    if (record.kind !== 'message') return;
    batch.counts.messages++;
    try {
      const telemetry = this.#rate.admit(interpret(record, this.#plant, this.#prefix), record.at);
      this.#take(record, telemetry, batch);
    } catch (error) {
      batch.counts.setAside++;
      const { position, topic } = record;
      this.#log.error(
        { err: error, position, topic: topic.slice(0, 200) },
        'an entry of the journal cannot be interpreted; it is set aside',
      );
    }
  }

  #take({ at }: JournalRecord, telemetry: Telemetry, batch: Batch): void {
    const { snapshots, events, states, rejects, beat } = telemetry;
    const { readings, counts } = batch;
    if (beat !== undefined) {
      batch.beat = beat;
      // Stored like what machines send: only what the store has taken has come this far.
      batch.events.push({ machine: HOUSE, ts: beat, code: 'heartbeat', text: '' });
    }
    for (const { machine, ts, code, text = '' } of events) batch.events.push({ machine, ts, code, text });
    // as events.csv has it: a backtest knows the machine's state by them
    for (const { machine, ts, state } of states) batch.events.push({ machine, ts, code: 'state', text: state });
    for (const { reason, count = 1 } of rejects) counts.rejected[reason] = (counts.rejected[reason] ?? 0) + count;
    for (const { machine, ts, readings: values } of snapshots) {
      for (const { sensor, value } of values) readings.push({ machine, sensor, ts, value });
    }
    for (const { machine, ts, readings: values } of snapshots) {
      for (const derived of this.#derivation.take({ machine, ts, at, readings: values })) {
        readings.push(derived);
        counts.derived++;
      }
    }
  }
}
