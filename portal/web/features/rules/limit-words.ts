import type { TFunction } from 'i18next';
import { figure, type Language, quantity } from '#shared/model/figures.ts';
import type { Limits } from '#shared/model/plant.ts';
import type { Reckoning } from './reckoning.ts';

/** "40 … 80 °C", "bis 6 bar". */
export function limitsWords(t: TFunction, language: Language, { low, high }: Limits, unit: string | undefined): string {
  if (low !== undefined && high !== undefined) return `${figure(low, language)} … ${quantity(high, unit, language)}`;
  if (high !== undefined) return t('rules.reckon.upTo', { high: quantity(high, unit, language) });
  return low === undefined ? '' : t('rules.reckon.from', { low: quantity(low, unit, language) });
}

/** Where an alarm comes: "> 84 °C, < 36 °C". */
export function raisedWords({ sides, unit }: Reckoning, language: Language): string {
  return sides
    .map(({ side, raised }) => `${side === 'high' ? '>' : '<'}\u00a0${quantity(raised, unit, language)}`)
    .join(', ');
}
