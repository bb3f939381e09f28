/** What happens when something is due: a sensor has been quiet for so long, an event leaves its window, a delay is over. */
import { restale } from './intake.ts';
import type { MachineState } from './machine.ts';

/** Lets the item come to pass at the machine's time `ts`, and tells which rules are to be judged then. */
export function pass(machine: MachineState, item: number, ts: number): Iterable<number> {
  const { kind, place } = machine.itemOf(item);
  if (kind === 'alarm') return [place];
  if (kind === 'sensor') return passQuiet(machine, place);
  machine.events[place]?.expire(ts);
  return machine.profile.events[place]?.rules ?? [];
}

function passQuiet(machine: MachineState, place: number): Iterable<number> {
  const wait = machine.nextWait(place);
  if (!wait) return [];
  const rules = new Set(wait.rules);
  const wasStale = machine.isStale(place);
  machine.quiet[place] = wait.ms;
  const touch = (derived: number) => {
    for (const rule of machine.profile.sensors[derived]?.rules ?? []) rules.add(rule);
  };
  if (!wasStale && machine.isStale(place)) restale(machine, place, touch);
  return rules;
}
