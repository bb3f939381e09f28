/** Syntax errors of the YAML parser in words that name the mend. */

const INDENT =
  'the indentation does not fit the line above (keys and dashes of one level begin in one column), or a text with ": " in it lacks quotes';

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^Tabs are not allowed/, 'a tab indents this line: indent with spaces'],
  [/multiple documents/, 'a second document begins here: keep one a file (remove "---")'],
  [
    /must be sufficiently indented and end with a (.)/,
    'a "$1" is missing before this, or the lines inside the brackets are not indented',
  ],
  [/^Missing closing (.)/, 'the closing $1 is missing'],
  [
    /^Invalid escape sequence (.*)/,
    '$1 means nothing in double quotes: write \\\\ for a backslash, or use single quotes',
  ],
  [/cannot start with .* (\S)$/, 'a text may not begin with $1: put it in quotes'],
  [
    /^Unexpected scalar at node end/,
    "text follows the closing quote: double a quote inside ('it''s'), or use double quotes",
  ],
  [/call stack/, 'is nested too deeply: no plant or rule needs that many levels'],
  [/^Unresolved tag/, 'tags (!…) are not allowed: remove it'],
  [/without - indicator|implicit (map )?key|Implicit|^Nested mappings|All mapping items/, INDENT],
];

/** The parser's message in our words, where we have any. */
export function syntaxMessage(message: string): string {
  for (const [pattern, words] of WORDS) {
    const match = pattern.exec(message);
    if (match) return words.replace('$1', () => match[1] ?? '');
  }
  return `does not read as YAML: ${message}`;
}
