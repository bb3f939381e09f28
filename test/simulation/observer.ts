/** Copies the journal as it grows: what it has seen is durable, so it is what every reader must have seen. */
import type { JournalRecord, Position } from '#shared/journal/port.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { JOURNAL_DIR } from './ingest.ts';
import type { SimulatedDisk } from './disk.ts';

export class Observer {
  readonly records: JournalRecord[] = [];
  damaged = 0;
  readonly #disk: SimulatedDisk;
  #journal: FileJournalReader;
  #position: Position = 0;
  #powerCuts = 0;

  constructor(disk: SimulatedDisk) {
    this.#disk = disk;
    this.#journal = this.#open();
  }

  /** Reads all there is. */
  async look(): Promise<void> {
    // No open file survives a power cut.
    if (this.#powerCuts !== this.#disk.powerCuts) this.#journal = this.#open();
    this.#powerCuts = this.#disk.powerCuts;
    if (!(await this.#journal.holds(this.#position)))
      throw new Error(`the journal lost its end after ${this.#position}`);
    for (;;) {
      const { records, next, damagedBytes } = await this.#journal.read(this.#position);
      this.damaged += damagedBytes;
      for (const record of records) this.records.push({ ...record, payload: Buffer.from(record.payload) });
      if (next === this.#position) break;
      this.#position = next;
    }
    await this.#journal.release('observer', this.#position);
  }

  #open(): FileJournalReader {
    return new FileJournalReader({ dir: JOURNAL_DIR, disk: this.#disk.mount() });
  }
}
