/** From text to nodes with positions: limits, syntax errors in words, aliases. The one door to the `yaml` library's parser. */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';
import { syntaxMessage } from './syntax.ts';

export const MAX_BYTES = 10 * 1024 * 1024;
/** UTF-8 needs at most so many for one of a string's characters. */
const BYTES_A_CHARACTER = 3;

export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
}

export interface ParsedFile {
  readonly root: Node | null;
  readonly problems: readonly SyntaxProblem[];
  /** Line and column, both from 1. */
  readonly placeOf: (offset: number) => { readonly line: number; readonly column: number };
  /** The node an alias stands for; any other node as it is, what is missing as null. */
  readonly resolve: (node: unknown) => Node | null;
}

/** Reads YAML 1.2 or JSON. What is refused as a whole (size, no text) comes back as one problem and no root. */
export function parseText(text: string): ParsedFile {
  const lines = new LineCounter();
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const refuse = (message: string, offset = 0): ParsedFile => ({
    root: null,
    problems: [{ offset, message }],
    placeOf,
    resolve,
  });
  if (text.length > MAX_BYTES / BYTES_A_CHARACTER && new TextEncoder().encode(text).length > MAX_BYTES)
    return refuse('is larger than 10 MB: split it up or remove what is not needed');
  const foreign = text.search(/[\uFFFD\0]/);
  lines.addNewLine(0);
  if (foreign >= 0) {
    for (let at = text.indexOf('\n'); at >= 0 && at < foreign; at = text.indexOf('\n', at + 1))
      lines.addNewLine(at + 1);
    return refuse('is not UTF-8 text: save it as UTF-8 (umlauts of another encoding stand here)', foreign);
  }
  lines.lineStarts.length = 0;
  let document: Document.Parsed;
  try {
    // Duplicate keys are found by the reader, which need not compare each key with each other one.
    document = parseDocument(spacesForJson(text), {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      stringKeys: true,
    });
  } catch (error) {
    if (error instanceof RangeError) return refuse('is nested too deeply: no plant or rule needs that many levels');
    throw error;
  }
  const problems = firstOfLine([...document.errors, ...document.warnings], lines);
  if (problems.length > 0) return { root: null, problems, placeOf, resolve };
  const aliases = text.includes('*') ? aliasSources(document) : undefined;
  const broken = [...(aliases ?? [])].filter(([, source]) => !source);
  return {
    root: document.contents,
    problems: broken.map(([{ range, source }]) => ({
      offset: range?.[0] ?? 0,
      message: `*${source} has no anchor &${source} above it, or stands inside of it: write the value out`,
    })),
    placeOf,
    resolve: (node) => (isAlias(node) ? (aliases?.get(node) ?? null) : resolve(node)),
  };
}

/** One mistake has several errors in its wake: the first of each line is told. */
function firstOfLine(errors: readonly (YAMLParseError | YAMLWarning)[], lines: LineCounter): SyntaxProblem[] {
  const told = new Map<number, SyntaxProblem>();
  for (const { message, pos } of errors) {
    const { line } = lines.linePos(pos[0]);
    if (!told.has(line)) told.set(line, { offset: pos[0], message: syntaxMessage(message) });
  }
  return [...told.values()];
}

/** JSON may be indented with tabs, which YAML refuses; a raw tab can stand nowhere else in JSON. */
function spacesForJson(text: string): string {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return /^\s*[{[]/.test(body) ? text.replaceAll('\t', ' ') : text;
}

const resolve = (node: unknown): Node | null => (isNode(node) ? node : null);

/** What each alias stands for: an anchor holds from where it stands to where its name is given again. */
function aliasSources(document: Document.Parsed): Map<Alias, Node | undefined> {
  const anchors = new Map<string, Node>();
  const sources = new Map<Alias, Node | undefined>();
  visit(document, {
    Node(_, node, ancestors) {
      if (isAlias(node)) {
        const source = anchors.get(node.source);
        // An alias of what it stands in would never end.
        sources.set(node, source && ancestors.includes(source) ? undefined : source);
      } else if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor) anchors.set(node.anchor, node);
    },
  });
  return sources;
}
