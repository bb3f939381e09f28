/** Alarms that the demo's rules would have raised in the fortnight before the first start, and the cases made of them. */
import { compile } from '#rules/engine/compile.ts';
import { Engine } from '#rules/engine/engine.ts';
import type { Input, Transition } from '#rules/engine/types.ts';
import { SEVERITIES, type Severity } from '#shared/model/rule.ts';
import { HOUR, MINUTE } from '../simulator/calendar.ts';
import type { Moment, Sender, Simulation } from '../simulator/simulation.ts';
import { HISTORY_MS } from './history.ts';
import type { Pace } from './pace.ts';
import type { Demo } from './house.ts';

/** An alarm that came and went. */
export interface PastAlarm {
  readonly raised: Transition;
  readonly cleared: Transition;
}

/** A case from its first alarm to its end. */
export interface PastCase {
  readonly machine: string;
  readonly component: string;
  readonly severity: Severity;
  /** In order of time. */
  readonly alarms: readonly PastAlarm[];
}

/** What stands in the last hours belongs to the present: nobody has finished with it. */
const PRESENT_MS = 4 * HOUR;
/** A repeated alarm within this time goes to the same case. */
const SAME_CASE_MS = 20 * HOUR;

/** Runs the rules over the past of every machine that has been ill, by the engine that judges the present. */
export async function pastAlarms(
  demo: Demo,
  simulation: Simulation,
  epoch: number,
  pace: Pace,
): Promise<readonly PastAlarm[]> {
  const alarms: PastAlarm[] = [];
  for (const sender of simulation.senders) {
    const { id } = sender.machine;
    // Who is ill now has a story that is not over.
    if (!simulation.wasIll(id, epoch - HISTORY_MS) || simulation.wasIll(id, epoch)) continue;
    alarms.push(...(await alarmsOf(demo, simulation, sender, epoch, pace)));
  }
  const ended = alarms.filter(({ cleared }) => cleared.t <= epoch - PRESENT_MS);
  return ended.toSorted((a, b) => a.raised.t - b.raised.t);
}

async function alarmsOf(
  { plant, rulebook }: Demo,
  simulation: Simulation,
  sender: Sender,
  epoch: number,
  pace: Pace,
): Promise<PastAlarm[]> {
  const { id } = sender.machine;
  const engine = new Engine(compile({ ...plant, machines: plant.machines.filter((m) => m.id === id) }, rulebook));
  const standing = new Map<string, Transition>();
  const alarms: PastAlarm[] = [];
  const sink = {
    transition(transition: Transition) {
      const raised = standing.get(transition.rule);
      if (transition.transition === 'raised') standing.set(transition.rule, transition);
      else if (raised) alarms.push({ raised, cleared: transition });
    },
  };
  for (const moment of simulation.course(sender, epoch - HISTORY_MS, epoch, MINUTE)) {
    for (const input of inputsOf(id, moment)) engine.feed(input, sink);
    await pace.rest();
  }
  return alarms;
}

function inputsOf(machine: string, { ts, values, logged, state }: Moment): Input[] {
  const at = ts;
  const readings = Object.entries(values).map(([sensor, value]) => ({ sensor, value }));
  return [
    ...(state ? [{ kind: 'state', machine, ts, at, state } as const] : []),
    ...logged.map(({ code, text }) => ({ kind: 'event', machine, ts, at, code, text }) as const),
    { kind: 'snapshot', machine, ts, at, readings },
  ];
}

/** Cases as the house would have opened them: one a machine and component, until nothing happened for long. */
export function pastCases(alarms: readonly PastAlarm[]): readonly PastCase[] {
  const groups = new Map<string, PastAlarm[][]>();
  for (const alarm of alarms) {
    const { machine, component, mode } = alarm.raised;
    if (mode !== 'live') continue;
    const place = `${machine} ${component ?? ''}`;
    const known = groups.get(place) ?? [];
    const last = known.at(-1);
    const lastEnd = Math.max(...(last ?? []).map(({ cleared }) => cleared.t));
    if (last && alarm.raised.t - lastEnd < SAME_CASE_MS) last.push(alarm);
    else known.push([alarm]);
    groups.set(place, known);
  }
  const cases = [...groups.values()].flat().map((of) => caseOf(of));
  return cases.toSorted((a, b) => openedAt(a) - openedAt(b));
}

function caseOf(alarms: readonly PastAlarm[]): PastCase {
  const { machine, component } = (alarms[0] as PastAlarm).raised;
  const severity = SEVERITIES.find((s) => alarms.some(({ raised }) => raised.severity === s)) ?? 'notice';
  return { machine, component: component ?? '', severity, alarms };
}

export function openedAt({ alarms }: PastCase): number {
  return (alarms[0] as PastAlarm).raised.t;
}

/** When the last of its alarms was over, epoch ms. */
export function quietAt({ alarms }: PastCase): number {
  return Math.max(...alarms.map(({ cleared }) => cleared.t));
}

/** How a case ended. Cause and remedy in the language of the service desk. */
export interface Ending {
  readonly cause: string;
  readonly remedy: string;
  readonly verdict: 'valid' | 'false-alarm';
  readonly comment: string;
}

const ENDINGS: Readonly<Record<string, Ending>> = {
  'spindle-bearing': {
    cause: 'Lagerverschleiß, Laufspuren am Innenring',
    remedy: 'Spindellager getauscht, neu geschmiert, 30 min Probelauf',
    verdict: 'valid',
    comment: 'Mit Werkleitung telefoniert: Tausch am Ende der Schicht, Ersatzlager liegt bereit.',
  },
  seal: {
    cause: 'Kolbendichtung gerissen',
    remedy: 'Dichtungssatz ersetzt, 34 l Hydrauliköl nachgefüllt, entlüftet',
    verdict: 'valid',
    comment: 'Kunde hat die Presse angehalten. Monteur ist in einer Stunde vor Ort.',
  },
  'hydraulic-unit': {
    cause: 'Druckverlust durch undichte Kolbendichtung',
    remedy: 'Mit dem Dichtungssatz des Zylinders behoben',
    verdict: 'valid',
    comment: 'Gleiche Ursache wie am Presszylinder.',
  },
  tank: {
    cause: 'Ölverlust über die Kolbendichtung',
    remedy: 'Öl nachgefüllt, Auffangwanne geleert',
    verdict: 'valid',
    comment: 'Füllmenge notiert: 34 l.',
  },
  filter: {
    cause: 'Filterelement zugesetzt',
    remedy: 'Filterelement gewechselt, Ölprobe eingeschickt',
    verdict: 'valid',
    comment: 'Element war am Lager, Wechsel ohne Stillstand.',
  },
  'intake-filter': {
    cause: 'Ansaugfilter durch Schleifstaub zugesetzt',
    remedy: 'Filtereinsatz gewechselt, Wechselintervall auf 1.000 h verkürzt',
    verdict: 'valid',
    comment: 'Kunde wechselt selbst, Einsatz per Express geschickt.',
  },
  control: {
    cause: 'Gateway ohne Netz: Umbau am Switch des Kunden',
    remedy: 'Gateway neu gestartet, Anschluss umgesteckt',
    verdict: 'valid',
    comment: 'IT des Kunden bestätigt Netzarbeiten.',
  },
};

const LOOSE_PLUG: Ending = {
  cause: 'Stecker des Temperaturfühlers lose',
  remedy: 'Stecker gesichert, Zugentlastung nachgerüstet',
  verdict: 'false-alarm',
  comment: 'Werte springen um 50 K in Sekunden: kein echter Temperaturverlauf.',
};

/** How the case ended, from what was really wrong; undefined where nobody has written that, then the case is left out. */
export function endingOf({ component, machine, alarms }: PastCase, simulation: Simulation): Ending | undefined {
  const virtual = simulation.senders.find((sender) => sender.machine.id === machine)?.machine;
  const loose = alarms.some(({ raised }) => (virtual?.truthAt(raised.t).loose ?? 0) > 0);
  return loose ? LOOSE_PLUG : ENDINGS[component];
}
