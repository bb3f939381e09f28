import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { de } from './de.ts';
import { en } from './en.ts';
import { type Language, languageOf } from './language.ts';

const KEY = 'leitwarte.language';

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
  await i18next.use(initReactI18next).init({
    lng: chosenLanguage() ?? 'de',
    fallbackLng: 'de',
    resources: { de: { translation: de }, en: { translation: en } },
    interpolation: { escapeValue: false },
  });
}

/** Speaks another language from now on; `keep` also at the next visit. */
export async function speak(language: Language, keep: boolean): Promise<void> {
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
