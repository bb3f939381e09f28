/** Why an alarm was raised or cleared: the numbers that decided, in the shape of the condition, so that a person can redo them. */
import type { Aggregate } from './rule.ts';

/** Kleene: undefined is unknown. */
export type Verdict = boolean | undefined;

interface SensorFact {
  readonly sensor: string;
  readonly verdict: boolean | null;
  /** Newest value (of a window: its aggregate) in the sensor's unit, and its time (epoch ms); absent before the first reading. */
  readonly value?: number;
  readonly at?: number;
  readonly unit?: string;
}

export type Fact =
  | (SensorFact & {
      readonly test: 'outside';
      /** Percent outside tolerance and percent that were allowed (relaxed by the deadband where that decided). */
      readonly excess?: number;
      readonly allowed: number;
      readonly side?: 'high' | 'low';
      readonly limit?: number;
      readonly width?: number;
      readonly aggregate?: Aggregate;
      readonly windowMs?: number;
    })
  | (SensorFact & {
      readonly test: 'above' | 'below';
      readonly limit: number;
      readonly deadband?: number;
      readonly aggregate?: Aggregate;
      readonly windowMs?: number;
    })
  | (SensorFact & {
      readonly test: 'changes';
      readonly by: number;
      readonly change?: number;
      readonly windowMs: number;
      readonly direction: 'up' | 'down' | 'either';
    })
  | (SensorFact & { readonly test: 'frozen'; readonly windowMs: number; readonly since?: number })
  | (SensorFact & { readonly test: 'silent'; readonly windowMs: number; readonly lastAt?: number })
  | (SensorFact & {
      readonly test: 'trend';
      readonly limit: number;
      readonly slopePerHour?: number;
      readonly reachesAt?: number;
      readonly windowMs: number;
      readonly withinMs: number;
    })
  | (SensorFact & { readonly test: 'deviates'; readonly sigmas: number; readonly deviation?: number })
  | {
      readonly test: 'event';
      readonly event: string;
      readonly count: number;
      readonly needed: number;
      readonly windowMs: number;
      readonly verdict: boolean | null;
    }
  | { readonly test: 'state'; readonly state: string; readonly reported?: string; readonly verdict: boolean | null }
  | {
      readonly test: 'all' | 'any' | 'sequence';
      readonly of: readonly Fact[];
      readonly windowMs?: number;
      readonly verdict: boolean | null;
    }
  | { readonly test: 'not'; readonly of: readonly [Fact]; readonly verdict: boolean | null };

export interface Reason {
  /** When the condition became true (raised) or its relaxed form false (cleared); epoch ms. */
  readonly since: number;
  /** On-delay or off-delay that passed, ms. */
  readonly delayMs: number;
  readonly fact: Fact;
  /** Set where no reading decided, but a change of the rulebook or plant. */
  readonly ended?: Ended;
  /** Beside `ended`: which change it was. */
  readonly change?: Change;
}

/** What a change of the rulebook or plant did to a standing alarm; rules/README.md has the table. */
export type Ended =
  | 'rule-removed'
  | 'rule-off'
  | 'rule-pilot'
  | 'rule-live'
  | 'rule-changed'
  | 'rule-out-of-scope'
  | 'tolerance-changed'
  | 'sensor-changed'
  | 'sensor-removed'
  | 'machine-removed';

/** A change of the configuration, with who made it and why. */
export interface Change {
  /** Version of the configuration that holds from then on. */
  readonly configuration: number;
  /** Version of the rule from then on (of one that was removed: the version that removed it); absent where it had none. */
  readonly ruleVersion?: number;
  /** Name of the person, or what the import named. */
  readonly author: string | null;
  readonly why: string | null;
}

/** The first fact of the tree that names a sensor and decided, for one-sentence summaries. */
export function leadingFact(fact: Fact): Fact {
  if (fact.test !== 'all' && fact.test !== 'any' && fact.test !== 'sequence' && fact.test !== 'not') return fact;
  const wanted = fact.test === 'not' ? fact.of : fact.of.filter((f) => f.verdict === fact.verdict);
  const leading = (wanted.length > 0 ? wanted : fact.of).map(leadingFact);
  return leading.find((each) => 'sensor' in each) ?? leading[0] ?? fact;
}

/** The greatest excess (percent outside tolerance) among the facts of the tree; undefined where none tells one. */
export function greatestExcess(fact: Fact): number | undefined {
  if ('of' in fact) {
    const all = fact.of.flatMap((part) => greatestExcess(part) ?? []);
    return all.length > 0 ? Math.max(...all) : undefined;
  }
  return fact.test === 'outside' ? fact.excess : undefined;
}
