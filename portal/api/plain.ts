/** What is wrong with an input, and how to mend it, as one short phrase that goes with its path. */
import type { z } from 'zod';

/** For zod's `error`; messages written in a schema go before these. Undefined: zod's own words. */
export const inPlainWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing: give ${kindOf(issue.expected)}`
        : issue.expected === 'boolean'
          ? 'is neither true nor false'
          : `is no ${bare(kindOf(issue.expected))}`;
    case 'invalid_value':
      return `${issue.input === undefined ? 'is missing' : `is ${shown(issue.input)}`}: give ${issue.values
        .map(String)
        .join(', ')
        .replace(/, (?=[^,]*$)/, ' or ')}`;
    case 'invalid_format':
      return FORMATS[issue.format];
    case 'too_small':
      if (issue.origin === 'string' && Number(issue.minimum) === 1) return 'is empty: write something';
      return `is too ${issue.origin === 'string' ? 'short' : 'small'}: at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `is too ${issue.origin === 'string' ? 'long' : 'large'}: at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'unrecognized_keys':
      return `has what is not known here: ${issue.keys.map(shown).join(', ')}`;
    default:
      return undefined;
  }
};

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'is no time: write ISO 8601 with zone, such as 2026-01-31T08:00:00Z',
  date: 'is no date: write YYYY-MM-DD, such as 2026-01-31',
  email: 'is no e-mail address',
  url: 'is no address: write it whole, such as https://example.com/hook',
};

function kindOf(expected: string): string {
  return KINDS[expected] ?? expected;
}

function bare(kind: string): string {
  return kind.replace(/^an? /, '');
}

function shown(value: unknown): string {
  return `"${String(value).slice(0, 80)}"`;
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' || origin === 'set' ? ' entries' : '';
}
