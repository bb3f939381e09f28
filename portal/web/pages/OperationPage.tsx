import { useMay } from '#portal/web/app/session.tsx';
import { Operation } from '#portal/web/features/operation/Operation.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';
import { Empty } from '#portal/web/ui/panel/Panel.tsx';
import classes from './operation.module.css';

/** Does the house itself run, and if not, what stands still? */
export function OperationPage() {
  const { t } = useTexts();
  const may = useMay();
  if (!may('house.see')) return <Empty title={t('panel.forbidden')} hint={t('panel.forbiddenHint')} />;
  return (
    <>
      <PageHead title={t('operation.title')}>
        <span className={classes.lead}>{t('operation.lead')}</span>
      </PageHead>
      <div className={classes.panels}>
        <Operation />
      </div>
    </>
  );
}
