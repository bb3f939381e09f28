import type { CaseAnswer } from '#shared/model/api/case.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import classes from './case.module.css';

/** What it was and what helped, once somebody has said it; and until when it is set aside. */
export function Outcome({ item }: { readonly item: CaseAnswer }) {
  const { t } = useTexts();
  if (item.status === 'shelved' && item.shelvedUntil !== null) {
    return (
      <p className={classes.outcome}>
        {t('status.shelved')} {t('case.until').toLowerCase()} <At at={item.shelvedUntil} form="dateTime" />
      </p>
    );
  }
  if (item.cause === null && item.remedy === null) return null;
  return (
    <dl className={classes.outcome}>
      {item.cause !== null && (
        <div>
          <dt>{t('case.cause')}</dt>
          <dd>{item.cause}</dd>
        </div>
      )}
      {item.remedy !== null && (
        <div>
          <dt>{t('case.remedy')}</dt>
          <dd>{item.remedy}</dd>
        </div>
      )}
      {item.verdict !== null && (
        <div>
          <dt>{t('case.verdict')}</dt>
          <dd>{item.verdict === 'valid' ? t('case.verdictValid') : t('case.verdictFalse')}</dd>
        </div>
      )}
    </dl>
  );
}
