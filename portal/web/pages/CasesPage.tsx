import { useMediaQuery } from '@mantine/hooks';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { useIsStaff } from '#portal/web/app/session.tsx';
import { CaseDetail } from '#portal/web/features/case/CaseDetail.tsx';
import { CustomerCases } from '#portal/web/features/customer/CustomerCases.tsx';
import { Inbox } from '#portal/web/features/inbox/Inbox.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useShortcuts } from '#portal/web/ui/keys/useShortcuts.tsx';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';
import { Empty } from '#portal/web/ui/panel/Panel.tsx';
import classes from './cases.module.css';

/** Inbox and case: side by side where there is room, else one after the other. */
export function CasesPage() {
  const { t } = useTexts();
  const { id } = useParams();
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const staff = useIsStaff();
  const wide = useMediaQuery('(min-width: 1100px)', true, { getInitialValueInEffect: false });
  const search = params.size > 0 ? `?${params.toString()}` : '';
  const back = () => void navigate(`/cases${search}`);
  useShortcuts({ 'list.back': id === undefined ? undefined : back });

  if (!staff) return id === undefined ? <CustomerCases /> : <CaseDetail key={id} id={id} back={`/cases${search}`} />;
  if (!wide && id !== undefined) return <CaseDetail key={id} id={id} back={`/cases${search}`} />;
  return (
    <div className={classes.page}>
      <PageHead title={t('inbox.title')} />
      <div className={classes.split} data-wide={wide || undefined}>
        <Inbox open={id} />
        {wide && (
          <div className={classes.detail}>
            {id === undefined ? (
              <Empty title={t('inbox.select')} hint={t('inbox.selectHint')} />
            ) : (
              <CaseDetail key={id} id={id} beside />
            )}
          </div>
        )}
      </div>
    </div>
  );
}
