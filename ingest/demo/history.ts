/** The fortnight before the first start, written past the journal into the reading store: the same physics, once a minute. */
import { Derivation } from '#rules/engine/derive.ts';
import { type Plant, PlantIndex } from '#shared/model/plant.ts';
import type { Reading, ReadingStore, StoredEvent } from '#shared/readings/port.ts';
import { DAY, HOUR, MINUTE } from '../simulator/calendar.ts';
import type { Moment, Sender, Simulation } from '../simulator/simulation.ts';
import type { Diary } from './diary.ts';
import { Pace } from './pace.ts';

export const HISTORY_MS = 14 * DAY;
/** The last hours are kept as finely as the machines send, so that a near view has no seam. */
const FINE_MS = 2 * HOUR;
const BATCH = 12_000;

export interface HistoryParts {
  readonly plant: Plant;
  readonly simulation: Simulation;
  readonly store: ReadingStore;
  readonly diary: Diary;
  readonly signal: AbortSignal;
  /** How far it goes back, ms. */
  readonly length?: number;
}

/**
 * Writes the history of every machine that has none yet, and notes it. Cut off and called again it writes the same
 * readings over themselves. Resolves with the number of readings written.
 */
export async function writeHistory(parts: HistoryParts): Promise<number> {
  const { plant, simulation, store, diary, signal, length = HISTORY_MS } = parts;
  const pace = new Pace(signal);
  let count = 0;
  for (const sender of simulation.senders) {
    const { id } = sender.machine;
    if (diary.page.written.includes(id)) continue;
    let readings: Reading[] = [];
    let events: StoredEvent[] = [];
    for (const moment of past(plant, simulation, sender, { from: diary.page.epoch - length, to: diary.page.epoch })) {
      readings.push(...moment.readings);
      events.push(...moment.events);
      if (readings.length >= BATCH) {
        await store.write(readings, events);
        count += readings.length;
        [readings, events] = [[], []];
      }
      await pace.rest();
    }
    await store.write(readings, events);
    count += readings.length;
    await diary.note({ written: [...diary.page.written, id] });
  }
  return count;
}

interface Stored {
  readonly readings: readonly Reading[];
  readonly events: readonly StoredEvent[];
}

/** What is kept of one machine's past, minute by minute, then as it sent. */
function* past(
  plant: Plant,
  simulation: Simulation,
  sender: Sender,
  { from, to }: { from: number; to: number },
): Generator<Stored> {
  const { machine, every } = sender;
  const index = new PlantIndex(plant);
  const equipped = index.machine(machine.id);
  const derivation = new Derivation(
    new PlantIndex({ ...plant, machines: plant.machines.filter((m) => m.id === machine.id) }),
  );
  const stored = ({ ts, values, logged, state }: Moment): Stored => {
    // What the machine's range does not allow was set aside, as the live way does.
    const readings = Object.entries(values).flatMap(([sensor, value]) => {
      const { low = -Infinity, high = Infinity } = equipped?.sensors.get(sensor)?.range ?? {};
      return value >= low && value <= high ? [{ machine: machine.id, sensor, ts, value }] : [];
    });
    const derived = derivation.take({ machine: machine.id, ts, at: ts, readings });
    const events = logged.map(({ code, text }) => ({ machine: machine.id, ts, code, text }));
    if (state !== undefined) events.push({ machine: machine.id, ts, code: 'state', text: state });
    return { readings: [...readings, ...derived], events };
  };
  const fine = Math.floor((to - FINE_MS) / MINUTE) * MINUTE;
  for (const moment of simulation.course(sender, from, fine, MINUTE)) yield stored(moment);
  for (const moment of simulation.course(sender, fine, to, every)) yield stored(moment);
}
