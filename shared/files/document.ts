/** From text to nodes with positions: limits, syntax errors in words, aliases. The one door to the `yaml` library's parser. */
import {
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
} from 'yaml';

export const MAX_BYTES = 10 * 1024 * 1024;

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

/** Words for the syntax errors people make; others keep the library's own. */
const WORDS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab indents this line: indent with spaces',
  MULTIPLE_DOCS: 'a second document begins here: keep one a file (remove "---")',
  BLOCK_AS_IMPLICIT_KEY:
    'the indentation does not fit: keys of one level must begin in the same column, and a value with ": " in it needs quotes',
  BAD_INDENT:
    'the indentation does not fit the lines above: keys and dashes of one level must begin in the same column',
  BAD_DQ_ESCAPE: 'an unknown escape stands in double quotes: write \\\\ for a backslash, or use single quotes',
  MISSING_CHAR: 'a bracket, brace, quote, comma or colon is missing here',
};

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
  if (text.length > MAX_BYTES || Buffer.byteLength(text) > MAX_BYTES)
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
  const problems = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    offset: pos[0],
    message: WORDS[code] ?? `does not read as YAML: ${message}`,
  }));
  if (problems.length > 0) return { root: null, problems, placeOf, resolve };
  return { root: document.contents, problems, placeOf, resolve: resolver(document) };
}

/** JSON may be indented with tabs, which YAML refuses; a raw tab can stand nowhere else in JSON. */
function spacesForJson(text: string): string {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return /^\s*[{[]/.test(body) ? text.replaceAll('\t', ' ') : text;
}

const resolve = (node: unknown): Node | null => (isNode(node) ? node : null);

/** Finds the anchors once, at the first alias; an anchor holds from where it stands to where its name is given again. */
function resolver(document: Document.Parsed): (node: unknown) => Node | null {
  let sources: Map<Node, Node | undefined> | undefined;
  return (node) => {
    if (!isAlias(node)) return resolve(node);
    sources ??= aliasSources(document);
    return sources.get(node) ?? null;
  };
}

function aliasSources(document: Document.Parsed): Map<Node, Node | undefined> {
  const anchors = new Map<string, Node>();
  const sources = new Map<Node, Node | undefined>();
  visit(document, {
    Node(_, node, ancestors) {
      const source = isAlias(node) ? anchors.get(node.source) : undefined;
      // An alias of what it stands in would never end.
      if (isAlias(node)) sources.set(node, source && ancestors.includes(source) ? undefined : source);
      else if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor) anchors.set(node.anchor, node);
    },
  });
  return sources;
}
