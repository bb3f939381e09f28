export const LANGUAGES = ['de', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language of a code as browsers and accounts give it (`de-AT`); German where we do not speak it. */
export function languageOf(code: string | null | undefined): Language {
  return code?.toLowerCase().startsWith('en') ? 'en' : 'de';
}
