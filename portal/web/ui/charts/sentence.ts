/** One sentence below a chart: what the picture shows, for those who cannot see it and those in a hurry. */
import type { TFunction } from 'i18next';
import { percent } from '#shared/model/figures.ts';
import type { Language } from '#portal/web/i18n/language.ts';
import { value, withUnit } from '#portal/web/ui/format/number.ts';
import { span } from '#portal/web/ui/format/time.ts';
import type { CourseFacts } from './course.ts';

export interface Subject {
  readonly sensor: string;
  readonly unit: string | null;
}

export function courseSentence(
  t: TFunction,
  language: Language,
  { sensor, unit }: Subject,
  facts: CourseFacts | undefined,
): string {
  if (!facts) return t('chart.empty', { sensor });
  const scale = Math.max(Math.abs(facts.min), Math.abs(facts.max));
  const told = (number: number): string => withUnit(value(language, number, scale), unit);
  const parts: string[] = [
    t('chart.between', { sensor, min: told(facts.min), max: told(facts.max), mean: told(facts.mean) }),
  ];
  if (facts.outside === 0) parts.push(t('chart.alwaysInside'));
  if (facts.outside !== undefined && facts.outside > 0) {
    parts.push(
      t('chart.outsideFor', {
        share: percent(100 * facts.outside, language),
        worst: percent(facts.worst ?? 0, language),
      }),
    );
  }
  if (facts.gaps > 0) parts.push(t('chart.gaps', { count: facts.gaps, span: span(language, facts.gapMs) }));
  if (facts.changes > 0) parts.push(t('chart.bandChanged', { count: facts.changes }));
  parts.push(t('chart.latest', { value: told(facts.last) }));
  return parts.join(' ');
}
