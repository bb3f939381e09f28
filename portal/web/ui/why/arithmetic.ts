/** The arithmetic of a fact, so that a person can redo it: formula, the same with numbers, and the comparison that decided. */
import { figure, type Language, percent, quantity } from '#shared/model/figures.ts';
import type { Fact } from '#shared/model/reason.ts';

export interface Arithmetic {
  /** In words: "100 · (Messwert − Grenze) / Breite". */
  readonly formula: string;
  /** In numbers: "100 · (96,4 − 80) / 20 = 82 %". */
  readonly numbers: string;
  /** "82 % > 20 %" */
  readonly comparison: string;
}

const WORDS = {
  de: {
    high: '100 · (Messwert − Grenze) / Breite',
    low: '100 · (Grenze − Messwert) / Breite',
    value: 'Messwert',
    change: 'Änderung',
    count: 'Anzahl',
  },
  en: {
    high: '100 · (reading − limit) / width',
    low: '100 · (limit − reading) / width',
    value: 'Reading',
    change: 'Change',
    count: 'Count',
  },
} as const;

/** Undefined for facts without numbers, and for readings that were missing. */
export function arithmeticOf(fact: Fact, language: Language): Arithmetic | undefined {
  const words = WORDS[language];
  switch (fact.test) {
    case 'outside': {
      const { value, limit, width, side, excess, allowed } = fact;
      if (value === undefined || limit === undefined || width === undefined || excess === undefined) return undefined;
      const [a, b] = side === 'low' ? [limit, value] : [value, limit];
      const result = percent(excess, language, allowed);
      return {
        formula: words[side ?? 'high'],
        numbers: `100 · (${term(a, language)} − ${term(b, language)}) / ${term(width, language)} = ${result}`,
        comparison: `${result} ${fact.verdict ? '>' : '≤'} ${percent(allowed, language)}`,
      };
    }
    case 'above':
    case 'below': {
      if (fact.value === undefined) return undefined;
      const sign = fact.test === 'above' ? (fact.verdict ? '>' : '≤') : fact.verdict ? '<' : '≥';
      const comparison = `${quantity(fact.value, fact.unit, language)} ${sign} ${quantity(fact.limit, fact.unit, language)}`;
      return { formula: words.value, numbers: quantity(fact.value, fact.unit, language), comparison };
    }
    case 'changes': {
      if (fact.change === undefined) return undefined;
      const change = Math.abs(fact.change);
      const comparison = `${quantity(change, fact.unit, language)} ${fact.verdict ? '≥' : '<'} ${quantity(fact.by, fact.unit, language)}`;
      return { formula: words.change, numbers: quantity(change, fact.unit, language), comparison };
    }
    case 'event':
      return {
        formula: words.count,
        numbers: String(fact.count),
        comparison: `${fact.count} ${fact.verdict ? '≥' : '<'} ${fact.needed}`,
      };
    case 'frozen':
    case 'silent':
    case 'trend':
    case 'deviates':
    case 'state':
    case 'all':
    case 'any':
    case 'sequence':
    case 'not':
      return undefined;
  }
}

/** Negative numbers stand in brackets within a formula. */
function term(value: number, language: Language): string {
  const text = figure(value, language);
  return value < 0 ? `(${text})` : text;
}

export interface Leaf {
  readonly fact: Exclude<Fact, { readonly of: unknown }>;
  /** Where among the facts it stands; a key. */
  readonly path: string;
}

/** The facts at the leaves of a reason, in order of reading. */
export function leavesOf(fact: Fact, path = '0'): Leaf[] {
  if ('of' in fact) return fact.of.flatMap((inner, i) => leavesOf(inner, `${path}.${i}`));
  return [{ fact, path }];
}
