/** What happens when something is due: a sensor has been quiet for so long, an event leaves its window, a delay is over. */
import type { Clock } from './deadlines.ts';
import { restale } from './intake.ts';
import type { MachineState } from './machine.ts';
import type { Instant } from './types.ts';

export interface Passed {
  /** The instant of the deadline on both clocks. */
  readonly now: Instant;
  /** Rules to be judged at it. */
  readonly rules: Iterable<number>;
}

/** Lets the item come to pass. By the machine's time (`ts`) it does so at `at` on the server's clock. */
export function pass(machine: MachineState, item: number, clock: Clock, at: number): Passed {
  const { kind, place } = machine.itemOf(item);
  const instant = (due: Instant) => (clock === 'at' ? due : { ts: due.ts, at });
  if (kind === 'alarm') return { now: instant(machine.alarmDue(place)), rules: [place] };
  if (kind === 'sensor') return { now: machine.quietDue(place), rules: passQuiet(machine, place) };
  const window = machine.events[place];
  const now = instant({ ts: window?.dueTs ?? Infinity, at: window?.dueAt ?? Infinity });
  window?.expire(now);
  return { now, rules: machine.profile.events[place]?.rules ?? [] };
}

function passQuiet(machine: MachineState, place: number): Iterable<number> {
  const touched = [place];
  const wasStale = machine.isStale(place);
  machine.quiet[place] = machine.nextWait(place);
  if (!wasStale && machine.isStale(place)) restale(machine, place, (derived) => touched.push(derived));
  return new Set(touched.flatMap((one) => machine.profile.sensors[one]?.rules ?? []));
}
