/** The life of an alarm: all its moves, in one function. */
import type { Ended } from '#shared/model/reason.ts';
import { type MachineState, Phase } from './machine.ts';
import type { Instant } from './types.ts';

/** What was announced, and since when its condition held. */
export interface Move {
  readonly transition: 'raised' | 'cleared';
  readonly since: number;
  readonly delayMs: number;
  /** Set where a change of the rulebook or plant ended the alarm. */
  readonly ended?: Ended;
}

/**
 * Judges rule `place` of a machine once, with what is known at `now`; tells whether its alarm was raised or cleared.
 *
 * | state    | goes to                                                                                  |
 * | normal   | pending when the condition is true (raised at once without on-delay)                      |
 * | pending  | normal when it is false or unknown; raised when the on-delay has passed                   |
 * | raised   | clearing when the relaxed condition is false (normal at once without off-delay)           |
 * | clearing | raised when it is true or unknown again; normal when the off-delay has passed             |
 */
export function judge(machine: MachineState, place: number, now: Instant): Move | undefined {
  const rule = machine.profile.rules[place];
  if (!rule) return undefined;
  const { phase } = machine;
  const raised = (phase[place] as number) >= Phase.raised;
  if (rule.sequences.length > 0) for (const { watcher } of rule.sequences) watcher.watch(machine, now.ts, raised);
  const verdict = rule.condition.judge(machine, raised);
  const before = phase[place];
  if (before === Phase.normal) {
    if (verdict !== true) return undefined;
    begin(machine, place, Phase.pending, now);
  } else if (before === Phase.pending) {
    if (verdict !== true) phase[place] = Phase.normal;
  } else if (before === Phase.raised) {
    if (verdict !== false) return undefined;
    begin(machine, place, Phase.clearing, now);
  } else if (verdict !== false) {
    phase[place] = Phase.raised;
  }
  const due = machine.alarmDue(place);
  if (due.ts > now.ts && due.at > now.at) return undefined;
  const since = machine.sinceTs[place] as number;
  phase[place] = raised ? Phase.normal : Phase.raised;
  return raised
    ? { transition: 'cleared', since, delayMs: rule.clearMs }
    : { transition: 'raised', since, delayMs: rule.forMs };
}

function begin(machine: MachineState, place: number, phase: number, { ts, at }: Instant): void {
  machine.phase[place] = phase;
  machine.sinceTs[place] = ts;
  machine.sinceAt[place] = at;
}
