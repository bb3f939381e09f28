/** The two readers of the journal that decide what becomes of a message, side by side over messages made up by a test. */
import { Batch, Translator } from '#ingest/writer/translator.ts';
import { Fold, type FoldOptions } from '#rules/reader/fold.ts';
import { setUp } from '#rules/reader/setup.ts';
import { StatusBoard } from '#rules/reader/status-board.ts';
import { Work } from '#rules/reader/work.ts';
import type { JournalRecord } from '#shared/journal/port.ts';
import type { Plant, Sensor } from '#shared/model/plant.ts';
import { createLog } from '#shared/process/log.ts';

const SENSORS: readonly Sensor[] = [{ id: 'temp', range: { low: -50, high: 250 } }, { id: 'speed' }, { id: 'load' }];
const plantWith = (sensors: readonly Sensor[]): Plant => ({
  version: 1,
  customers: [{ id: 'muster', name: 'Muster', tier: 'standard' }],
  models: [{ id: 'press', name: 'Presse', components: [], sensors: [...SENSORS, ...sensors] }],
  machines: ['m-1', 'm-2'].map((id) => ({ id, model: 'press', customer: 'muster' })),
});
const configurationWith = (sensors: readonly Sensor[]) => ({
  version: 1,
  plantVersion: 1,
  rulebookVersion: 1,
  plant: plantWith(sensors),
  rulebook: { version: 1 as const, rules: [] },
  ruleVersions: new Map<string, number>(),
  removals: new Map<string, number>(),
  author: null,
  reason: null,
});

export class TwoReaders {
  readonly fold: Fold;
  readonly #translator: Translator;
  readonly #board = new StatusBoard([]);
  work = new Work(0);
  batch = new Batch();
  #position = 0;

  private constructor(fold: Fold, translator: Translator) {
    this.fold = fold;
    this.#translator = translator;
  }

  /** `sensors`: those the machines have besides. */
  static async open(options: Partial<FoldOptions> = {}, sensors: readonly Sensor[] = []): Promise<TwoReaders> {
    const both = { prefix: 'machines', ...options };
    const configuration = configurationWith(sensors);
    const configurations = {
      byVersion: () => Promise.resolve(configuration),
      at: () => Promise.resolve(configuration),
    };
    const translator = await Translator.open({ ...both, log: createLog('silent'), configurations }, 0);
    return new TwoReaders(new Fold(setUp(configuration), both), translator);
  }

  take(topic: string, payload: Uint8Array, at: number): void {
    const position = this.#position++;
    const record: JournalRecord = { kind: 'message', at, topic, payload, position, next: position + 1 };
    this.fold.take(record, undefined, { work: this.work, board: this.#board });
    this.#translator.translate(record, this.batch);
  }

  /** What the two have counted as set aside, by reason, and begin to count anew. */
  counted(): { rules: Record<string, number>; writer: Record<string, number>; stored: number; failed: number } {
    const { work, batch } = this;
    this.work = new Work(work.to);
    this.batch = new Batch();
    return {
      rules: Object.fromEntries(work.setAside),
      writer: { ...batch.counts.rejected },
      stored: batch.readings.length + batch.events.length,
      failed: work.failures.length + batch.counts.setAside,
    };
  }
}
