/** A rule as the API hands it out stands beside what the house knows of it; who sends it back may leave that in. */
import type { Rule } from './rule.ts';

/** Names of what stands beside a rule in an answer. */
const BESIDE = [
  'version',
  'changedAt',
  'author',
  'reason',
  'dormant',
  'machines',
  'models',
  'example',
  'standing',
  'hits',
  'precision',
  'may',
] as const;
export type Beside = Readonly<Record<(typeof BESIDE)[number], unknown>>;

/** The rule alone, as in rules.yaml. */
export function ruleOf(answer: Rule | (Rule & Beside)): Rule {
  const entries = Object.entries(answer).filter(([name]) => !(BESIDE as readonly string[]).includes(name));
  return Object.fromEntries(entries) as unknown as Rule;
}
