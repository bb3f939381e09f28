/** A value in the file, and how it is named in a message. */
import { isMap, isScalar, isSeq, type Node } from 'yaml';

/** A value in the file. `node` is null where nothing is written after the key. */
export interface Field {
  readonly path: string;
  readonly node: Node | null;
  /** Offset in the text. */
  readonly at: number;
}

export function isEmpty({ node }: Field): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

export function scalarOf({ node }: Field): unknown {
  return isScalar(node) ? node.value : undefined;
}

export function sourceOf({ node }: Field): string | undefined {
  return isScalar(node) ? (node.source ?? String(node.value)) : undefined;
}

/** Text as written: a string, or a number with the digits it has in the file (`0017`). */
export function writtenText(field: Field): string | undefined {
  const value = scalarOf(field);
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? sourceOf(field) : undefined;
}

/** What stands there, for a message. */
export function given(field: Field): string {
  if (isMap(field.node)) return 'a map';
  if (isSeq(field.node)) return 'a list';
  if (isEmpty(field)) return 'nothing';
  return `"${shorten(sourceOf(field) ?? '')}"`;
}

export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

export function idHint(written: string): string {
  const mended = written
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64);
  return mended === '' ? '' : `, such as "${mended}"`;
}

export function offsetOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
