import { AGGREGATES, RULE_FIELDS } from '#shared/model/rule.ts';

/** What is not named here comes last; the database keeps no order. */
const ORDER: readonly string[] = [
  ...RULE_FIELDS,
  'sensor',
  ...AGGREGATES,
  'event',
  'count',
  'sequence',
  'by',
  'over',
  'reaches',
  'outside',
  'above',
  'below',
  'deadband',
  'within',
  'direction',
  'de',
  'en',
];
/** Small maps and lists stand on one line, as people write them. */
const FLOW_WIDTH = 96;
/** Words that YAML reads as something other than text. */
const WORDS = /^(true|false|null|yes|no|on|off|y|n)$/i;

/** A rule as rules.yaml writes it. Only what a rule can hold: maps, lists, texts, numbers, truth values. */
export function yamlOf(rule: object): string {
  return block(rule, '');
}

function block(value: object, indent: string): string {
  if (Array.isArray(value))
    return value.map((item) => `${indent}- ${inner(item, `${indent}  `).trimStart()}`).join('\n');
  return entriesOf(value)
    .map(([key, each]) => `${indent}${keyOf(key)}:${below(each, indent)}`)
    .join('\n');
}

function below(value: unknown, indent: string): string {
  const flown = flow(value);
  const listed = indent === '' && Array.isArray(value);
  if (!isNested(value) || (fits(value, flown, indent) && !listed)) return ` ${flown}`;
  return `\n${block(value, `${indent}  `)}`;
}

function inner(value: unknown, indent: string): string {
  const flown = flow(value);
  return !isNested(value) || fits(value, flown, indent) ? flown : block(value, indent);
}

/** On one line; a list that says more than a word an item is better read one below the other. */
function fits(value: object, flown: string, indent: string): boolean {
  const joins = Object.values(value).some((each) => Array.isArray(each) && each.some(isNested));
  const items = Array.isArray(value) && value.some(isNested);
  return !joins && !items && flown.length + indent.length <= FLOW_WIDTH;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(flow).join(', ')} ]`;
  if (!isNested(value)) return scalar(value);
  const entries = entriesOf(value).map(([key, each]) => `${keyOf(key)}: ${flow(each)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => place(a) - place(b));
}

function place(key: string): number {
  const at = ORDER.indexOf(key);
  return at < 0 ? ORDER.length : at;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function keyOf(key: string): string {
  return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(key) && !WORDS.test(key) ? key : JSON.stringify(key);
}

/** Texts that could be read as something else are quoted; JSON's quotes are YAML's too. */
function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  const plain = /^[\p{L}_][\p{L}\p{N} _./%()-]*$/u.test(value) && !WORDS.test(value) && !value.endsWith(' ');
  return plain || /^\d+(ms|s|m|h|d|(\.\d+)?%)$/.test(value) ? value : JSON.stringify(value);
}
