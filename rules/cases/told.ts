/** What the rules hand over: transitions, and what is known of machines beside them. */
import type { Reason } from '#shared/model/reason.ts';
import type { Text } from '#shared/model/text.ts';
import type { Transition } from '#rules/engine/types.ts';
import type { CaseLimits } from './limits.ts';

/** A transition with what the case must know of it. */
export interface Told {
  readonly transition: Transition;
  /** When the house learned of it, epoch ms. */
  readonly at: number;
  readonly ruleVersion: number;
  /** Whose machine it is; null where the plant does not have the machine any more. */
  readonly customer: string | null;
  /** The reason as one sentence. */
  readonly sentence: Text;
}

/** A stretch of the journal. */
export interface Stretch {
  /** In the order of the journal. */
  readonly told: readonly Told[];
  /** Time of its newest tick, epoch ms: what is due by then comes to pass; undefined without one. */
  readonly tick: number | undefined;
}

/** What is known of machines at the end of the stretch. */
export interface Knowledge {
  customerOf(machine: string): string | null;
  /** The reason as one sentence. */
  sentence(machine: string, reason: Reason): Text;
  /** How far the sensors of a rule are outside their tolerance now, percent; undefined where it is not about that. */
  excess(machine: string, rule: string): number | undefined;
}

export interface Surroundings {
  readonly limits: CaseLimits;
  readonly knowledge: Knowledge;
}
