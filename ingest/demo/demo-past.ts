/** The demo's past as a part of the house: closed cases and fourteen days of readings, written in the background. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#shared/database/database.ts';
import { latestConfiguration } from '#shared/database/queries/configuration.ts';
import { DatabaseUnavailable } from '#shared/database/unavailable.ts';
import type { Log } from '#shared/process/log.ts';
import { type ReadingStore, StoreUnavailable } from '#shared/readings/port.ts';
import { Simulation } from '../simulator/simulation.ts';
import { Diary } from './diary.ts';
import { SEED } from './fleet.ts';
import { HISTORY_MS, writeHistory } from './history.ts';
import { type Demo, demoFiles } from './house.ts';
import { Pace } from './pace.ts';
import { endingOf, pastAlarms, pastCases } from './past.ts';
import { demoPeople } from './people.ts';
import { writePast } from './write-past.ts';

interface PastParts {
  readonly database: Database;
  /** Started before. */
  readonly readings: ReadingStore;
  readonly dataDir: string;
  /** First start of this demo, epoch ms: the past ends there. */
  readonly epoch: number;
  /** How far its readings go back, ms; default fourteen days. */
  readonly length?: number;
  readonly log: Log;
}

const TRY_AGAIN_MS = 3000;

export class DemoPast {
  readonly name = 'demo past';
  readonly #parts: PastParts;
  readonly #end = new AbortController();
  #work: Promise<void> = Promise.resolve();

  constructor(parts: PastParts) {
    this.#parts = parts;
  }

  /** Resolves at once; a store that is away is waited for. */
  async start(): Promise<void> {
    this.#work = this.#patiently();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#work;
  }

  /** Resolves when all of the past is written, or cannot be. */
  done(): Promise<void> {
    return this.#work;
  }

  async #patiently(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        return await this.#write();
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof StoreUnavailable || error instanceof DatabaseUnavailable)) {
          this.#parts.log.error({ err: error }, "the demo's past could not be written; the demo goes on without");
          return;
        }
        await sleep(TRY_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #write(): Promise<void> {
    const { readings: store, dataDir, epoch, length = HISTORY_MS, log } = this.#parts;
    const demo = demoFiles();
    if (!(await this.#isDemoPlant(demo))) return;
    const diary = await Diary.open(dataDir, epoch);
    const simulation = new Simulation(demo.plant, SEED, epoch);
    const { signal } = this.#end;
    if (!diary.page.casesWritten) {
      await this.#writeCases(demo, simulation);
      await diary.note({ casesWritten: true });
    }
    const readings = await writeHistory({ plant: demo.plant, simulation, store, diary, signal, length });
    if (readings > 0) log.info({ readings }, "the demo's past is in the reading store");
  }

  /** Machines of a plant that somebody imported have a past of their own, or none. */
  async #isDemoPlant({ plant }: Demo): Promise<boolean> {
    const found = await latestConfiguration(this.#parts.database.kysely);
    const there = new Set(found?.plant.machines.map((machine) => machine.id));
    return plant.machines.every((machine) => there.has(machine.id));
  }

  async #writeCases(demo: Demo, simulation: Simulation): Promise<void> {
    const { database, epoch } = this.#parts;
    const cases = pastCases(await pastAlarms(demo, simulation, epoch, new Pace(this.#end.signal)));
    const ended = cases.flatMap((past) => {
      const ending = endingOf(past, simulation);
      return ending ? [{ case: past, ending }] : [];
    });
    const technicians = demoPeople('').filter((person) => person.role === 'technician');
    await writePast(
      database,
      demo,
      ended,
      technicians.map((person) => person.login),
    );
  }
}
