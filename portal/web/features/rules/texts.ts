/** Texts of a rule by language, kept as they were written: one text for all languages stays one while it can. */
import type { Text } from '#shared/model/text.ts';
import type { Language } from '#portal/web/i18n/language.ts';

type Written = Text | { readonly [language: string]: string | null } | null | undefined;

/** What is written in that language itself; one text for all counts as German. */
export function writtenIn(text: Written, language: Language): string {
  if (text == null) return '';
  if (typeof text === 'string') return language === 'de' ? text : '';
  return text[language] ?? '';
}

/** The text with another wording in that language; undefined where none is left. */
export function reworded(text: Written, language: Language, words: string): Text | undefined {
  const all = text == null ? {} : typeof text === 'string' ? { de: text } : text;
  const next = Object.entries({ ...all, [language]: words }).filter(
    (entry): entry is [string, string] => entry[1] !== null && entry[1] !== '',
  );
  const [first] = next;
  if (!first) return undefined;
  const alone = next.length === 1 && first[0] === 'de' && (text == null || typeof text === 'string');
  return alone ? first[1] : Object.fromEntries(next);
}
