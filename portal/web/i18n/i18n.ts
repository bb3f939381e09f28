import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Catalogue } from './catalogue.ts';
import { type Language, languageOf } from './language.ts';

const KEY = 'leitwarte.language';

/** Only the language that is spoken is loaded. */
const CATALOGUES: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  de: async () => (await import('./de.ts')).de,
  en: async () => (await import('./en.ts')).en,
};

/** The language this browser was told to speak; undefined where nobody chose. */
export function chosenLanguage(): Language | undefined {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === null ? undefined : languageOf(kept);
  } catch {
    return undefined;
  }
}

export async function startI18n(): Promise<void> {
  const language = chosenLanguage() ?? 'de';
  await i18next.use(initReactI18next).init({
    lng: language,
    // each language has every text (catalogue.test.ts)
    fallbackLng: false,
    resources: { [language]: { translation: await CATALOGUES[language]() } },
    interpolation: { escapeValue: false },
  });
}

/** Speaks another language from now on; `keep` also at the next visit. */
export async function speak(language: Language, keep: boolean): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', await CATALOGUES[language]());
  }
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
  if (!keep) return;
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Storage is switched off: the choice lasts for this visit.
  }
}

/** Texts and the language they are in. */
export function useTexts() {
  const { t, i18n } = useTranslation();
  return { t, i18n, language: languageOf(i18n.language) };
}
