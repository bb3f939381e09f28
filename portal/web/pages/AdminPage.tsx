import { useMay } from '#portal/web/app/session.tsx';
import { AuditLog } from '#portal/web/features/audit/AuditLog.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';
import { Empty } from '#portal/web/ui/panel/Panel.tsx';
import classes from './admin.module.css';

/** What those who are responsible for the house look after: who did what. */
export function AdminPage() {
  const { t } = useTexts();
  const may = useMay();
  if (!may('audit.see')) return <Empty title={t('panel.forbidden')} hint={t('panel.forbiddenHint')} />;
  return (
    <>
      <PageHead title={t('admin.title')}>
        <span className={classes.lead}>{t('admin.lead')}</span>
      </PageHead>
      <AuditLog />
    </>
  );
}
