/** What stands in statements besides fixed words: placeholders, and whole numbers. */

/** `tag = $v0 OR tag = $v1 …` with its values bound. */
export function names(
  tag: string,
  values: readonly string[],
  prefix = 'v',
): { condition: string; values: Record<string, string> } {
  const bound = values.map((value, i) => [`${prefix}${i}`, value] as const);
  return { condition: bound.map(([name]) => `${tag} = $${name}`).join(' OR '), values: Object.fromEntries(bound) };
}

/** The only numbers that stand in statements as text. */
export function whole(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number`);
  return String(value);
}
