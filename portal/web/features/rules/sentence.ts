/** The sentence around a condition: text with places for its inputs, in the order of the language. */
import { rulesDe } from '#portal/web/i18n/de/rules.ts';
import { rulesEn } from '#portal/web/i18n/en/rules.ts';
import type { Language } from '#portal/web/i18n/language.ts';
import type { LeafKind } from './tests.ts';

/** Places of a condition at the end of the tree. */
export type Slot =
  | 'subject'
  | 'test'
  | 'over'
  | 'percent'
  | 'limit'
  | 'by'
  | 'within'
  | 'span'
  | 'past'
  | 'reaches'
  | 'sigmas'
  | 'code'
  | 'count'
  | 'state';

export type Part = { readonly text: string } | { readonly slot: string };

const SAY = { de: rulesDe.say, en: rulesEn.say } as const;
export type Sentence = keyof typeof rulesDe.say;

const CHANGES: readonly Slot[] = ['subject', 'within', 'by', 'test'];
const LIMIT: readonly Slot[] = ['subject', 'over', 'test', 'limit'];
const LASTING: readonly Slot[] = ['subject', 'span', 'test'];

/** What each kind of condition has a place for. */
export const SLOTS: Readonly<Record<LeafKind, readonly Slot[]>> = {
  outside: ['subject', 'over', 'percent', 'test'],
  above: LIMIT,
  below: LIMIT,
  up: CHANGES,
  down: CHANGES,
  either: CHANGES,
  frozen: LASTING,
  silent: LASTING,
  trend: ['subject', 'test', 'within', 'reaches', 'past'],
  deviates: ['subject', 'sigmas', 'test'],
  event: ['subject', 'code', 'count', 'within'],
  state: ['subject', 'state'],
};

/** Text and places in turn: "{subject} um mehr als {percent} % {test}". */
export function partsOf(language: Language, sentence: Sentence): readonly Part[] {
  return SAY[language][sentence]
    .split(/\{(\w+)\}/)
    .map((text, i): Part => (i % 2 === 1 ? { slot: text } : { text: text.trim() }))
    .filter((part) => 'slot' in part || part.text !== '');
}
