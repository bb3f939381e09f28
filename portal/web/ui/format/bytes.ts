/** Sizes as a person reads them, in steps of 1024. */
import type { Language } from '#portal/web/i18n/language.ts';
import { value, withUnit } from './number.ts';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

export function bytes(language: Language, size: number): string {
  const step = size < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(size) / 10));
  const number = size / 1024 ** step;
  return withUnit(step === 0 ? value(language, Math.round(number), 1000) : value(language, number), UNITS[step]);
}
