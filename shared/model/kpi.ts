/**
 * How well the alarm system serves the people who work with it: the figures of ISA-18.2 and EEMUA 191, each with its
 * definition, target and source, so that whoever reads a number can check how it came about.
 */
import { CHATTER, STALE_AFTER_MS } from './attention.ts';
import type { Severity } from './rule.ts';

/** Regular periods in which alarms are counted, aligned to the clock of the time zone asked for, ms. */
export const PERIOD_MS = 600_000;
export const HOUR_MS = 3_600_000;
/** Alarms a person: more than so many in an hour, in 10 minutes, are too many (ISA-18.2). */
export const HOUR_ABOVE = 30;
export const PERIOD_ABOVE = 10;
/**
 * ISA-18.2, ISA-TR18.2.5, EEMUA 191: a flood begins with the first regular 10-minute period of 10 alarms a person or more, and
 * is over with the first of fewer than 5.
 */
export const FLOOD_PERIOD = { from: 10, below: 5 } as const;
/** The most frequent pairs of rule and machine. */
export const TOP = 10;
/** Below this share of valid verdicts a rule is to be mended, percent; so many verdicts are needed to say so. */
export const PRECISION_LEAST = { percent: 80, verdicts: 3 } as const;

const ISA = 'ANSI/ISA-18.2-2016, 16 (recommended performance metrics)';
const EEMUA = 'EEMUA 191, 3rd edition';

export const KPI_IDS = [
  'rate-average',
  'rate-worst',
  'hours-above',
  'periods-above',
  'floods',
  'flood-time',
  'chattering',
  'stale',
  'top-share',
  'priority-danger',
  'priority-warning',
  'priority-notice',
  'precision',
] as const;
export type KpiId = (typeof KPI_IDS)[number];

export type Target = { readonly atMost: number } | { readonly atLeast: number } | { readonly below: number };
interface Words {
  readonly de: string;
  readonly en: string;
}

export interface KpiDefinition {
  readonly name: Words;
  readonly definition: Words;
  readonly unit: 'alarms' | '%' | 'floods';
  /** null: the sources name none. */
  readonly target: Target | null;
  readonly source: string;
}

const minute = CHATTER.withinMs / 1_000;
const day = STALE_AFTER_MS / HOUR_MS;
const share = (severity: Severity, de: string, en: string, target: Target): KpiDefinition => ({
  name: { de: `Anteil ${de}`, en: `Share of ${en}` },
  definition: {
    de: `Meldungen der Schwere ${de} durch alle Meldungen. Vorgabe für drei Stufen: 80 % Wartungsbedarf, 15 % außerhalb der Spezifikation, 5 % Ausfallgefahr.`,
    en: `Alarms of severity ${severity} divided by all alarms. For three levels: 80 % notice, 15 % warning, 5 % danger.`,
  },
  unit: '%',
  target,
  source: `${ISA}; ${EEMUA}: 80/15/5`,
});

export const KPIS: Readonly<Record<KpiId, KpiDefinition>> = {
  'rate-average': {
    name: { de: 'Meldungen je Person und 10 min, im Mittel', en: 'Alarms per person and 10 min, average' },
    definition: {
      de: 'Meldungen des Zeitraums, geteilt durch die Personen im Dienst und durch die Zahl der 10-Minuten-Abschnitte (Dauer durch 10 min). 1 ist gut, 2 ist das Höchste, was zu bewältigen ist.',
      en: 'Alarms of the range divided by the people on shift and by the length of the range in 10 minutes. 1 is acceptable, 2 the most that can be managed.',
    },
    unit: 'alarms',
    target: { atMost: 1 },
    source: `${ISA}: about 1 in 10 min, at most 2; ${EEMUA}`,
  },
  'rate-worst': {
    name: { de: 'Meldungen je Person und 10 min, am schlimmsten', en: 'Alarms per person and 10 min, worst' },
    definition: {
      de: 'Die meisten Meldungen je Person in einem der 10-Minuten-Abschnitte der Uhr.',
      en: 'The most alarms per person in one of the 10-minute periods of the clock.',
    },
    unit: 'alarms',
    target: { atMost: PERIOD_ABOVE },
    source: `${ISA}: at most 10 in 10 min`,
  },
  'hours-above': {
    name: { de: `Stunden mit mehr als ${HOUR_ABOVE} Meldungen`, en: `Hours with more than ${HOUR_ABOVE} alarms` },
    definition: {
      de: `Stunden der Uhr mit mehr als ${HOUR_ABOVE} Meldungen je Person, geteilt durch alle Stunden, die der Zeitraum berührt.`,
      en: `Hours of the clock with more than ${HOUR_ABOVE} alarms per person, divided by all hours the range touches.`,
    },
    unit: '%',
    target: { below: 1 },
    source: `${ISA}: about < 1 %`,
  },
  'periods-above': {
    name: { de: `10 min mit mehr als ${PERIOD_ABOVE} Meldungen`, en: `10 min with more than ${PERIOD_ABOVE} alarms` },
    definition: {
      de: `10-Minuten-Abschnitte mit mehr als ${PERIOD_ABOVE} Meldungen je Person, geteilt durch alle, die der Zeitraum berührt.`,
      en: `10-minute periods with more than ${PERIOD_ABOVE} alarms per person, divided by all the range touches.`,
    },
    unit: '%',
    target: { below: 1 },
    source: `${ISA}: about < 1 %`,
  },
  floods: {
    name: { de: 'Meldungsfluten', en: 'Alarm floods' },
    definition: {
      de: `Eine Flut beginnt mit dem ersten 10-Minuten-Abschnitt mit ${FLOOD_PERIOD.from} Meldungen je Person oder mehr und endet mit dem ersten unter ${FLOOD_PERIOD.below}.`,
      en: `A flood begins with the first 10-minute period of ${FLOOD_PERIOD.from} alarms per person or more and ends with the first of fewer than ${FLOOD_PERIOD.below}.`,
    },
    unit: 'floods',
    target: null,
    source: `${ISA}; ISA-TR18.2.5; ${EEMUA}`,
  },
  'flood-time': {
    name: { de: 'Zeit in Fluten', en: 'Time in floods' },
    definition: {
      de: '10-Minuten-Abschnitte, die zu einer Flut gehören, geteilt durch alle, die der Zeitraum berührt.',
      en: '10-minute periods that belong to a flood, divided by all the range touches.',
    },
    unit: '%',
    target: { below: 1 },
    source: `${ISA}: about < 1 %`,
  },
  chattering: {
    name: { de: 'Flatternde Meldungen', en: 'Chattering alarms' },
    definition: {
      de: `Paare aus Regel und Maschine, die innerhalb von ${minute} s ${CHATTER.transitions}-mal oder öfter kamen oder gingen.`,
      en: `Pairs of rule and machine that were raised or cleared ${CHATTER.transitions} times or more within ${minute} s.`,
    },
    unit: 'alarms',
    target: { atMost: 0 },
    source: `${ISA}: none; ${EEMUA}: 3 or more in a minute`,
  },
  stale: {
    name: { de: 'Alte Meldungen am schlimmsten Tag', en: 'Stale alarms on the worst day' },
    definition: {
      de: `Meldungen, die an einem Tag der Zeitzone schon länger als ${day} h anstanden; der Tag mit den meisten.`,
      en: `Alarms that on a day of the time zone had been standing for more than ${day} h; the day with the most.`,
    },
    unit: 'alarms',
    target: { below: 5 },
    source: `${ISA}: fewer than 5 on any day`,
  },
  'top-share': {
    name: { de: `Anteil der ${TOP} häufigsten`, en: `Share of the ${TOP} most frequent` },
    definition: {
      de: `Meldungen der ${TOP} häufigsten Paare aus Regel und Maschine, geteilt durch alle Meldungen.`,
      en: `Alarms of the ${TOP} most frequent pairs of rule and machine, divided by all alarms.`,
    },
    unit: '%',
    target: { atMost: 5 },
    source: `${ISA}: 1 % to 5 % at most`,
  },
  'priority-danger': share('danger', 'Ausfallgefahr', 'danger', { atMost: 5 }),
  'priority-warning': share('warning', 'außerhalb der Spezifikation', 'warning', { atMost: 15 }),
  'priority-notice': share('notice', 'Wartungsbedarf', 'notice', { atLeast: 80 }),
  precision: {
    name: { de: 'Treffsicherheit', en: 'Precision' },
    definition: {
      de: 'Servicefälle mit dem Urteil berechtigt, geteilt durch alle mit einem Urteil; je Regel zählt jeder Fall einmal, zu dem sie eine Meldung brachte.',
      en: 'Cases with the verdict valid divided by all with a verdict; for a rule each case counts once to which it brought an alarm.',
    },
    unit: '%',
    target: { atLeast: PRECISION_LEAST.percent },
    source: 'Leitwarte; neither ISA-18.2 nor EEMUA 191 names a figure',
  },
};

/** Whether a figure reaches its target; null where there is none of one or the other. */
export function meets(value: number | null, target: Target | null): boolean | null {
  if (value === null || target === null) return null;
  if ('atMost' in target) return value <= target.atMost;
  return 'atLeast' in target ? value >= target.atLeast : value < target.below;
}
