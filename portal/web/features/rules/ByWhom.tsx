import type { RuleAnswer } from '#shared/model/api/rule.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';

/** Who changed the rule and why: "von Lena Leitung: zu viele Meldungen". The house itself gives no reason. */
export function ByWhom({ author, reason }: Pick<RuleAnswer, 'author' | 'reason'>) {
  const { t } = useTexts();
  const why = reason === null || reason === author ? '' : `: ${reason}`;
  if (author === null) return why.slice(2);
  const word = author === 'demo' || author === 'import' ? t(`rules.authors.${author}`) : author;
  return ` ${t('rules.by', { author: word })}${why}`;
}
