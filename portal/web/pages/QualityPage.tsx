import { useMay } from '#portal/web/app/session.tsx';
import { QualityList } from '#portal/web/features/quality/QualityList.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';
import { Empty } from '#portal/web/ui/panel/Panel.tsx';
import { Breaks } from '#portal/web/ui/quality/Breaks.tsx';
import { Rejects } from '#portal/web/ui/quality/Rejects.tsx';
import classes from './quality.module.css';

/** Is data arriving, and if not, why? */
export function QualityPage() {
  const { t } = useTexts();
  const may = useMay();
  if (!may('quality.see')) return <Empty title={t('panel.forbidden')} hint={t('panel.forbiddenHint')} />;
  return (
    <>
      <PageHead title={t('quality.title')}>
        <span className={classes.lead}>{t('quality.lead')}</span>
      </PageHead>
      <div className={classes.columns}>
        <QualityList />
        <div className={classes.side}>
          <Rejects />
          <Breaks />
        </div>
      </div>
    </>
  );
}
