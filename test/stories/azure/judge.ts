/** What alarms were worth: failures they foresaw, how long before, and how often they cried for nothing. */
import { type Happened, PERIOD } from './data.ts';

const HOUR_MS = 3_600_000;
const MONTH_MS = 30.44 * 24 * HOUR_MS;
const MACHINES = 20;

/** An alarm tells of a failure of its component in the 72 h after it, an hour before it at the latest: time to act. */
const LEAD = { least: HOUR_MS, most: 72 * HOUR_MS };

export interface Alarm {
  readonly machine: string;
  readonly component: string;
  readonly t: number;
}

export interface Worth {
  readonly failures: number;
  readonly foreseen: number;
  /** From the first alarm that told of it to the failure, hours; the median over the failures foreseen. */
  readonly medianLead: number;
  /** Raised in the period. */
  readonly alarms: number;
  readonly falseAlarms: number;
  readonly falseAMachineAndMonth: number;
  /** Of the false ones, those before a scheduled replacement of the component within 72 h. */
  readonly beforeReplacement: number;
}

function tells(alarm: Alarm, { machine, t, what }: Happened): boolean {
  const lead = t - alarm.t;
  return machine === alarm.machine && what === alarm.component && lead >= LEAD.least && lead <= LEAD.most;
}

/** Judged on [from, to). `failures` and `replacements` may reach beyond. */
export function judge(
  alarms: readonly Alarm[],
  failures: readonly Happened[],
  replacements: readonly Happened[],
  { from, to }: { readonly from: number; readonly to: number } = { from: PERIOD.known, to: PERIOD.end },
): Worth {
  const due = failures.filter(({ t }) => t >= from && t < to);
  const leads = due.flatMap((failure) => {
    const told = alarms.filter((alarm) => tells(alarm, failure)).map(({ t }) => failure.t - t);
    return told.length > 0 ? [Math.max(...told) / HOUR_MS] : [];
  });
  const raised = alarms.filter(({ t }) => t >= from && t < to);
  const wrong = raised.filter((alarm) => !failures.some((failure) => tells(alarm, failure)));
  return {
    failures: due.length,
    foreseen: leads.length,
    medianLead: leads.toSorted((a, b) => a - b)[Math.floor(leads.length / 2)] ?? NaN,
    alarms: raised.length,
    falseAlarms: wrong.length,
    falseAMachineAndMonth: wrong.length / MACHINES / ((to - from) / MONTH_MS),
    beforeReplacement: wrong.filter((alarm) => replacements.some((one) => tells(alarm, one))).length,
  };
}
