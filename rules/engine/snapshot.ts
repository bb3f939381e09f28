/** The engine's memory as plain JSON, by ids, so that it can be taken over by another program. */
import { type MachineState, Phase } from './machine.ts';
import type { RulePlan } from './profile.ts';
import type { Json } from './types.ts';

export interface EngineSnapshot {
  readonly version: 1;
  /** Newest time of receipt, epoch ms; null before the first input. */
  readonly at: number | null;
  readonly machines: readonly Saved[];
}

type Times = readonly [ts: number, at: number];

/** What there is to remember of one machine. */
export interface Saved {
  readonly id: string;
  readonly first: Times | null;
  readonly newest: Times | null;
  readonly state: readonly [state: string, ts: number] | null;
  readonly sensors: { readonly [sensor: string]: SavedSensor };
  readonly events: { readonly [window: string]: Json };
  readonly alarms: { readonly [rule: string]: SavedAlarm };
}

interface SavedSensor {
  /** Value, its time, its time of receipt. */
  readonly last: readonly [value: number, ts: number, at: number];
  /** How a derived sensor was computed: computed otherwise, it is another. */
  readonly recipe: string | null;
  readonly memory: Json;
}

interface SavedAlarm {
  readonly phase: number;
  readonly since: Times;
  readonly sequences: readonly SavedSequence[];
}

interface SavedSequence {
  readonly held: readonly boolean[];
  readonly became: readonly (number | null)[];
  readonly start: readonly (number | null)[];
  readonly standing: boolean;
  readonly standingRelaxed: boolean;
}

export function save(machine: MachineState): Saved {
  const { first, newestTs, newestAt, profile, state, stateTs } = machine;
  return {
    id: machine.id,
    first: Number.isNaN(first.ts) ? null : [first.ts, first.at],
    newest: Number.isNaN(newestTs) ? null : [newestTs, newestAt],
    state: state === undefined ? null : [state, stateTs],
    sensors: Object.fromEntries(
      [...profile.sensors.entries()]
        .filter(([place]) => machine.reported(place))
        .map(([place, { sensor }]) => [sensor.id, saveSensor(machine, place)]),
    ),
    events: Object.fromEntries(
      profile.events.map((_, place) => [windowKey(machine, place), machine.events[place]?.save() ?? []]),
    ),
    alarms: Object.fromEntries(
      [...profile.rules.entries()]
        .filter(([place, { sequences }]) => machine.phase[place] !== Phase.normal || sequences.length > 0)
        .map(([place, rule]) => [rule.id, saveAlarm(machine, place, rule)]),
    ),
  };
}

/** Takes over what was saved, alarms only of rules that `keeps` allows, as it stands at `at`. */
export function load(machine: MachineState, saved: Saved, keeps: (rule: RulePlan) => boolean, at: number): void {
  if (saved.first) machine.first = { ts: saved.first[0], at: saved.first[1] };
  if (saved.newest) [machine.newestTs, machine.newestAt] = saved.newest;
  if (saved.state) [machine.state, machine.stateTs] = saved.state;
  const { sensors, events, rules } = machine.profile;
  for (const [place, { sensor }] of sensors.entries()) loadSensor(machine, place, saved.sensors[sensor.id]);
  for (const place of sensors.keys())
    while (machine.quietDue(place).at <= at) machine.quiet[place] = machine.nextWait(place)?.ms ?? Infinity;
  for (const place of sensors.keys()) machine.refresh(place);
  for (const place of events.keys()) {
    machine.events[place]?.load(saved.events[windowKey(machine, place)] ?? []);
  }
  for (const [place, rule] of rules.entries()) {
    const alarm = saved.alarms[rule.id];
    if (alarm && keeps(rule)) loadAlarm(machine, place, rule, alarm);
  }
}

function windowKey(machine: MachineState, place: number): string {
  const plan = machine.profile.events[place];
  return `${plan?.code} ${plan?.widthMs}`;
}

function recipeKey(machine: MachineState, place: number): string | null {
  const sensor = machine.profile.sensors[place]?.sensor;
  return sensor?.formula === undefined ? null : JSON.stringify([sensor.formula, sensor.inputs]);
}

function saveSensor(machine: MachineState, place: number): SavedSensor {
  return {
    last: [machine.value[place] as number, machine.ts[place] as number, machine.at[place] as number],
    recipe: recipeKey(machine, place),
    memory: machine.memory[place]?.save() ?? null,
  };
}

function loadSensor(machine: MachineState, place: number, saved: SavedSensor | undefined): void {
  if (!saved || saved.recipe !== recipeKey(machine, place)) return;
  [machine.value[place], machine.ts[place], machine.at[place]] = saved.last;
  if (saved.memory !== null) machine.memory[place]?.load(saved.memory);
}

function saveAlarm(machine: MachineState, place: number, rule: RulePlan): SavedAlarm {
  const finite = (x: number) => (Number.isFinite(x) ? x : null);
  return {
    phase: machine.phase[place] as number,
    since: [machine.sinceTs[place] as number, machine.sinceAt[place] as number],
    sequences: rule.sequences.flatMap((plan) => {
      const memory = machine.sequences[plan.place];
      return memory
        ? [{ ...memory, held: [...memory.held], became: memory.became.map(finite), start: memory.start.map(finite) }]
        : [];
    }),
  };
}

function loadAlarm(machine: MachineState, place: number, rule: RulePlan, saved: SavedAlarm): void {
  machine.phase[place] = saved.phase;
  [machine.sinceTs[place], machine.sinceAt[place]] = saved.since;
  for (const [i, plan] of rule.sequences.entries()) {
    const [memory, known] = [machine.sequences[plan.place], saved.sequences[i]];
    if (!memory || !known) continue;
    memory.held.splice(0, Infinity, ...known.held);
    memory.became.splice(0, Infinity, ...known.became.map((ts) => ts ?? -Infinity));
    memory.start.splice(0, Infinity, ...known.start.map((ts) => ts ?? -Infinity));
    memory.standing = known.standing;
    memory.standingRelaxed = known.standingRelaxed;
  }
}
