/** How a snapshot enters a machine's state: what is late or bad is told, derived sensors are computed, the rest is applied. */
import type { MachineState } from './machine.ts';
import type { Input, Sink, Unjudged } from './types.ts';

type SnapshotInput = Extract<Input, { kind: 'snapshot' }>;

/** Told of each sensor whose verdicts may have changed. */
type Touch = (place: number) => void;

export function admit(machine: MachineState, snapshot: SnapshotInput, sink: Sink, touch: Touch): void {
  const { profile } = machine;
  let stirred: number[] | undefined;
  for (const { sensor, value } of snapshot.readings) {
    const place = profile.places.get(sensor);
    const why = place === undefined ? 'unknown-sensor' : unfit(machine, place, snapshot.ts, value);
    if (place === undefined || why !== undefined) {
      sink.unjudged?.({ machine: machine.id, sensor, ts: snapshot.ts, why: why ?? 'unknown-sensor' });
      continue;
    }
    apply(machine, place, value, snapshot, touch);
    const derives = profile.sensors[place]?.derives;
    if (derives?.length) stirred = [...(stirred ?? []), ...derives];
  }
  if (!stirred) return;
  for (const place of [...new Set(stirred)].sort((a, b) => a - b)) derive(machine, place, snapshot, sink, touch);
}

function unfit(machine: MachineState, place: number, ts: number, value: number): Unjudged['why'] | undefined {
  const plan = machine.profile.sensors[place];
  if (plan?.recipe) return 'derived-sensor';
  return unfitValue(machine, place, ts, value);
}

function unfitValue(
  machine: MachineState,
  place: number,
  ts: number,
  value: number,
): 'not-finite' | 'out-of-range' | 'late' | undefined {
  const plan = machine.profile.sensors[place];
  if (!plan || !Number.isFinite(value)) return 'not-finite';
  if (value < plan.low || value > plan.high) return 'out-of-range';
  return ts <= (machine.ts[place] as number) ? 'late' : undefined;
}

/** Computes a derived sensor from the newest value of every input, where each has one that is not stale. */
function derive(machine: MachineState, place: number, snapshot: SnapshotInput, sink: Sink, touch: Touch): void {
  const plan = machine.profile.sensors[place];
  if (!plan?.recipe) return;
  const { inputs, evaluate } = plan.recipe;
  if (!inputs.every((input) => machine.usable[input] === 1)) return;
  const value = evaluate(inputs.map((input) => machine.value[input] as number));
  if (!Number.isFinite(value)) return;
  const { ts } = snapshot;
  const reading = { machine: machine.id, sensor: plan.sensor.id, ts };
  const why = unfitValue(machine, place, ts, value);
  if (why !== 'out-of-range') sink.derived?.({ ...reading, value });
  if (why) sink.unjudged?.({ ...reading, why });
  else apply(machine, place, value, snapshot, touch);
}

function apply(machine: MachineState, place: number, value: number, { ts, at }: SnapshotInput, touch: Touch): void {
  const wasStale = machine.isStale(place);
  machine.value[place] = value;
  machine.ts[place] = ts;
  machine.at[place] = at;
  machine.quiet[place] = 0;
  if (machine.usable[place] === 0) machine.refresh(place);
  machine.memory[place]?.observe(ts, value);
  touch(place);
  if (wasStale) restale(machine, place, touch);
}

/** A sensor became stale, or ceased to be: what is derived from it is unknown from now on, or known again where it has a value. */
export function restale(machine: MachineState, place: number, touch: Touch): void {
  machine.refresh(place);
  for (const derived of machine.profile.sensors[place]?.derives ?? []) {
    machine.refresh(derived);
    if (machine.reported(derived)) touch(derived);
  }
}
