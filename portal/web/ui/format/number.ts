/** Numbers as a person of that language writes them, always by Intl. */
import type { Language } from '#portal/web/i18n/language.ts';

const LOCALE = { de: 'de-DE', en: 'en-GB' } as const;

const formats = new Map<string, Intl.NumberFormat>();

export function localeOf(language: Language): string {
  return LOCALE[language];
}

function format(language: Language, minimum: number, maximum: number): Intl.NumberFormat {
  const key = `${language} ${minimum} ${maximum}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(LOCALE[language], {
    minimumFractionDigits: minimum,
    maximumFractionDigits: maximum,
  });
  formats.set(key, made);
  return made;
}

/** Decimals that a measured value of this size needs, so that four significant digits are shown at most. */
export function decimalsFor(magnitude: number): number {
  const size = Math.abs(magnitude);
  if (size >= 1000 || size === 0) return 0;
  if (size >= 10) return 1;
  if (size >= 1) return 2;
  return Math.min(6, 2 + Math.ceil(-Math.log10(size)));
}

/** A measured value; `scale` is the size of its neighbours (limits, range) where all are to have the same decimals. */
export function value(language: Language, number: number, scale = number): string {
  const decimals = decimalsFor(scale);
  return format(language, decimals, decimals).format(number);
}

/** A limit or setting as it was written: no zeros added, at most six decimals. */
export function exact(language: Language, number: number): string {
  return format(language, 0, 6).format(number);
}

export function count(language: Language, number: number): string {
  return format(language, 0, 0).format(number);
}

/** A number with its unit: "96,4 °C". */
export function withUnit(number: string, unit: string | null | undefined): string {
  return unit ? `${number}\u00a0${unit}` : number;
}
