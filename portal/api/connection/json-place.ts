/** Where a text stops being JSON: engines name no place, or each another one, and a person looks for the comma. */

export interface JsonPlace {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** That line, or what of a long one stands around the place. */
  readonly text: string;
}

const AROUND = 40;
const SPACE = /[ \t\r\n]*/y;
const SCALAR =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const KEY = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** Undefined where the whole text is one JSON value (RFC 8259). */
export function jsonPlace(text: string): JsonPlace | undefined {
  const at = brokenAt(text);
  if (at === undefined) return undefined;
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = text.indexOf('\n', at);
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd);
  const column = at - lineStart;
  const from = Math.max(0, column - AROUND);
  return { line: before.split('\n').length, column: column + 1, text: line.slice(from, column + AROUND) };
}

/** Offset of the first character that cannot stand there; a token that is broken inside is told at its beginning. */
function brokenAt(text: string): number | undefined {
  const open: ('{' | '[')[] = [];
  let at = 0;
  let wants: 'value' | 'key' | 'colon' | 'next' = 'value';
  /** Right after `{` or `[`, where the other bracket may follow at once. */
  let fresh = false;
  const step = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  for (;;) {
    step(SPACE);
    const here = text[at];
    if (here === undefined) return wants === 'next' && open.length === 0 ? undefined : at;
    const closes = here === (open.at(-1) === '{' ? '}' : ']') && open.length > 0;
    if (closes && (wants === 'next' || fresh)) {
      open.pop();
      at += 1;
      wants = 'next';
      fresh = false;
    } else if (wants === 'value' && (here === '{' || here === '[')) {
      open.push(here);
      at += 1;
      wants = here === '{' ? 'key' : 'value';
      fresh = true;
    } else if (wants === 'value' && step(SCALAR)) [wants, fresh] = ['next', false];
    else if (wants === 'key' && step(KEY)) [wants, fresh] = ['colon', false];
    else if (wants === 'colon' && here === ':') [at, wants] = [at + 1, 'value'];
    else if (wants === 'next' && here === ',' && open.length > 0)
      [at, wants] = [at + 1, open.at(-1) === '{' ? 'key' : 'value'];
    else return at;
  }
}
