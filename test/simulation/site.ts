/** Everything there is in one run. */
import type { MessageSource } from '#ingest/broker/port.ts';
import type { OpenMqtt } from '#ingest/broker/mqtt.ts';
import type { Disk } from '#shared/journal/disk.ts';
import type { ReadingStore } from '#shared/readings/port.ts';
import type { SimulatedBroker } from './broker.ts';
import type { SimulatedDatabase } from './database.ts';
import type { SimulatedDisk } from './disk.ts';
import type { IngestProcess } from './ingest.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';
import type { RulesProcess } from './rules.ts';
import type { SimulatedStore } from './store.ts';
import type { World } from './world.ts';

/** One mistake, made on purpose around a part of the product. */
export interface Mutant {
  readonly name: string;
  readonly open?: (open: OpenMqtt) => OpenMqtt;
  readonly disk?: (disk: Disk) => Disk;
  readonly source?: (source: MessageSource) => MessageSource;
  readonly store?: (store: Pick<ReadingStore, 'write'>) => Pick<ReadingStore, 'write'>;
  /** Commits look at neither position nor epoch. */
  readonly unguarded?: true;
  /** A restart forgets how much machines have said. */
  readonly forgetful?: true;
}

export interface Site {
  readonly world: World;
  readonly random: Random;
  readonly disk: SimulatedDisk;
  readonly broker: SimulatedBroker;
  readonly store: SimulatedStore;
  readonly database: SimulatedDatabase;
  readonly mutant: Mutant | undefined;
  readonly segmentBytes: number;
  readonly limitBytes: number;
  /** What a machine may say a second. */
  readonly readingsPerSecond: number | undefined;
  /** Rules and ingest are one process, killed together. */
  readonly isOneProcess: boolean;
  /** Who holds the journal's folder. */
  readonly locks: Set<Process>;
  ingest: IngestProcess | undefined;
  rules: RulesProcess | undefined;
}
