import { RULE_FIELDS } from '#shared/model/rule.ts';

/** What is not named here comes last; the database keeps no order. */
const ORDER: readonly string[] = [...RULE_FIELDS, 'sensor', 'de'];

function place(key: string): number {
  const at = ORDER.indexOf(key);
  return at < 0 ? ORDER.length : at;
}

/** A rule as rules.yaml writes it, for reading. Only what a rule can hold: maps, lists, texts, numbers, truth values. */
export function yamlOf(value: unknown, indent = ''): string {
  if (Array.isArray(value)) return value.map((item) => `${indent}- ${nested(item, `${indent}  `)}`).join('\n');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => place(a) - place(b))
      .map(
        ([key, inner]) =>
          `${indent}${key}:${isBlock(inner) ? `\n${yamlOf(inner, `${indent}  `)}` : ` ${scalar(inner)}`}`,
      )
      .join('\n');
  }
  return indent + scalar(value);
}

function nested(value: unknown, indent: string): string {
  return isBlock(value) ? yamlOf(value, indent).trimStart() : scalar(value);
}

function isBlock(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Texts that could be read as something else are quoted; JSON's quotes are YAML's too. */
function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'null';
  const plain =
    /^[\p{L}_][\p{L}\p{N} _./%()-]*$/u.test(value) &&
    !/^(true|false|null|yes|no|on|off)$/i.test(value) &&
    !value.endsWith(' ');
  return plain || /^\d+(ms|s|m|h|d|%)$/.test(value) ? value : JSON.stringify(value);
}
