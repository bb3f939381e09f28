/** What is watched. The types have the shape of rules.yaml and of the API's JSON: one form everywhere. */
import type { Duration } from './duration.ts';
import type { Text } from './text.ts';

export type Mode = 'live' | 'pilot' | 'off';
/** NE 107: danger F, warning S, notice M. */
export type Severity = 'danger' | 'warning' | 'notice';

export const SEVERITIES: readonly Severity[] = ['danger', 'warning', 'notice'];

export interface Rulebook {
  readonly version: 1;
  readonly rules: readonly Rule[];
}

/** Its fields in the order in which people write them. */
export const RULE_FIELDS = [
  'id',
  'title',
  'mode',
  'applies',
  'when',
  'for',
  'clear',
  'severity',
  'endangers',
  'advice',
  'checklist',
] as const satisfies readonly (keyof Rule)[];

export interface Rule {
  readonly id: string;
  readonly title?: Text;
  /** Default live. */
  readonly mode?: Mode;
  /** Left out: every machine that has the sensors. */
  readonly applies?: { readonly model: string } | { readonly machines: readonly string[] };
  readonly when: Condition;
  /** On-delay, default 0s. */
  readonly for?: Duration;
  readonly clear?: { readonly for: Duration };
  readonly severity: Severity;
  /** Component in danger; default: the component of the first sensor named. */
  readonly endangers?: string;
  readonly advice?: Text;
  /** What to go through with a case that it opens. */
  readonly checklist?: readonly Text[];
}

/** Percent as the file writes it: `20%`. */
export type Percent = string;

export type Condition =
  | LimitCondition
  | ChangesCondition
  | FrozenCondition
  | SilentCondition
  | TrendCondition
  | DeviatesCondition
  | EventCondition
  | StateCondition
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly sequence: readonly Condition[]; readonly within: Duration };

export type Aggregate = 'mean' | 'min' | 'max' | 'range' | 'stddev';
export const AGGREGATES: readonly Aggregate[] = ['mean', 'min', 'max', 'range', 'stddev'];

/** Exactly one of `outside`, `above`, `below`; at most one aggregate over a window. */
export type LimitCondition = {
  readonly sensor: string;
  readonly outside?: Percent;
  readonly above?: number;
  readonly below?: number;
  readonly deadband?: number;
} & { readonly [A in Aggregate]?: Duration };

export interface ChangesCondition {
  readonly sensor: string;
  readonly changes: { readonly by: number; readonly within: Duration; readonly direction?: 'up' | 'down' | 'either' };
}
export interface FrozenCondition {
  readonly sensor: string;
  readonly frozen: Duration;
}
export interface SilentCondition {
  readonly sensor: string;
  readonly silent: Duration;
}
export interface TrendCondition {
  readonly sensor: string;
  readonly trend: { readonly over: Duration; readonly reaches: 'high' | 'low' | number; readonly within: Duration };
}
export interface DeviatesCondition {
  readonly sensor: string;
  readonly deviates: { readonly sigmas: number };
}
export interface EventCondition {
  readonly event: string;
  readonly count?: number;
  readonly within?: Duration;
}
export interface StateCondition {
  readonly state: string;
}

export const EMPTY_RULEBOOK: Rulebook = { version: 1, rules: [] };
