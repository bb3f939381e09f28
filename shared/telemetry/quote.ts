import { ID_PATTERN } from '#shared/model/plant.ts';

const MAX_SHOWN = 60;

/** Foreign text made safe and short enough for a sentence: quoted, escaped, cut. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}

/** What a JSON value is, for a sentence: `"61.2" is text`, `true is a boolean`. */
export function describe(value: unknown): string {
  if (value === null) return 'null is nothing';
  if (Array.isArray(value)) return 'a list stands there';
  switch (typeof value) {
    case 'object':
      return 'an object stands there';
    case 'string':
      return `${quote(value)} is text`;
    case 'boolean':
      return `${value} is a boolean`;
    case 'number':
      return `${value} is a number`;
    default:
      return 'nothing stands there';
  }
}

/** A step of a path: `.bearing-temp`, or quoted where the name is no id. */
export function step(name: string): string {
  return ID_PATTERN.test(name) ? `.${name}` : `[${quote(name)}]`;
}
