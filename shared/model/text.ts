/** A name as the plant file gives it: one string for every language, or one a language (`de`, `en`). */
export type Text = string | Readonly<Record<string, string>>;

/** The text in `language`; else in German, English, or the first there is. */
export function textIn(text: Text | undefined, language: string, fallback = ''): string {
  if (text === undefined) return fallback;
  if (typeof text === 'string') return text;
  return text[language] ?? text['de'] ?? text['en'] ?? Object.values(text)[0] ?? fallback;
}
