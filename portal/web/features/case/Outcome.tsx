import type { CaseAnswer } from '#shared/model/api/case.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { textOr } from '#portal/web/ui/names.ts';
import classes from './case.module.css';

const WAITS = { customer: 'Customer', part: 'Part', observation: 'Observation' } as const;

/** What was chosen from a list, in the language of who reads it; else as it was said. */
function inMyWords(
  list: CaseAnswer['choices']['causes'],
  choice: string | null,
  words: string | null,
  language: string,
): string | null {
  const chosen = list.find(({ id }) => id === choice);
  return chosen ? textOr(chosen.name, language, words ?? '') : words;
}

/** What it was and what helped, once somebody has said it; and until when it is set aside. */
export function Outcome({ item }: { readonly item: CaseAnswer }) {
  const { t, language } = useTexts();
  if (item.status === 'shelved' && item.shelvedUntil !== null) {
    return (
      <p className={classes.outcome}>
        {t('status.shelved')} {t('case.until').toLowerCase()} <At at={item.shelvedUntil} form="dateTime" />
      </p>
    );
  }
  if (item.status === 'waiting' && item.waitingFor !== null && item.waitingUntil !== null) {
    return (
      <p className={classes.outcome}>
        {t('status.waiting')} {t(`case.wait${WAITS[item.waitingFor]}`)}, {t('case.until').toLowerCase()}{' '}
        <At at={item.waitingUntil} form="dateTime" />
      </p>
    );
  }
  const cause = inMyWords(item.choices.causes, item.causeChoice, item.cause, language);
  const remedy = inMyWords(item.choices.remedies, item.remedyChoice, item.remedy, language);
  const why = inMyWords(item.choices.whys, item.whyChoice, item.why, language);
  if (cause === null && remedy === null && item.verdict === null) return null;
  return (
    <dl className={classes.outcome}>
      {cause !== null && (
        <div>
          <dt>{t('case.cause')}</dt>
          <dd>{cause}</dd>
        </div>
      )}
      {remedy !== null && (
        <div>
          <dt>{t('case.remedy')}</dt>
          <dd>{remedy}</dd>
        </div>
      )}
      {item.verdict !== null && (
        <div>
          <dt>{t('case.verdict')}</dt>
          <dd>
            {item.verdict === 'valid' ? t('case.verdictValid') : t('case.verdictFalse')}
            {why !== null && `: ${why}`}
          </dd>
        </div>
      )}
    </dl>
  );
}
