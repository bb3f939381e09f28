/** Numbers, quantities and spans of time as a sentence shows them; pure, for server and browser alike. */

export type Language = 'de' | 'en';

const formats = new Map<string, Intl.NumberFormat>();

function format(language: Language, digits: number): Intl.NumberFormat {
  const key = `${language}${digits}`;
  const known = formats.get(key) ?? new Intl.NumberFormat(language, { maximumFractionDigits: digits });
  formats.set(key, known);
  return known;
}

/** Four significant digits, but never fewer than the whole ones: 96.4, 0.0612, 12345. */
export function figure(value: number, language: Language): string {
  const whole = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return format(language, Math.min(12, Math.max(0, 3 - whole))).format(value);
}

export function quantity(value: number, unit: string | undefined, language: Language): string {
  return unit ? `${figure(value, language)} ${unit}` : figure(value, language);
}

/** One decimal, none from 100 % on; more where that would hide on which side of `than` the value lies. */
export function percent(value: number, language: Language, than?: number): string {
  const usual = Math.abs(value) >= 100 ? [0, 1, 2, 3] : [1, 2, 3];
  const digits = usual.find((d) => than === undefined || Number(value.toFixed(d)) !== than || value === than) ?? 4;
  return `${format(language, digits).format(value)} %`;
}

const UNITS = [
  { ms: 86_400_000, de: ['Tag', 'Tage'], en: ['day', 'days'] },
  { ms: 3_600_000, de: ['h', 'h'], en: ['h', 'h'] },
  { ms: 60_000, de: ['min', 'min'], en: ['min', 'min'] },
  { ms: 1_000, de: ['s', 's'], en: ['s', 's'] },
] as const;

/** In the greatest unit of which there is at least one and a half (or exactly one): 90 min, 2 h, 1 Tag. */
export function span(ms: number, language: Language): string {
  const unit = UNITS.find((u) => ms >= 1.5 * u.ms || ms === u.ms);
  if (!unit) return `${format(language, 0).format(ms)} ms`;
  const amount = format(language, 1).format(ms / unit.ms);
  return `${amount} ${unit[language][amount === '1' ? 0 : 1]}`;
}
