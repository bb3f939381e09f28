import { useIsStaff } from '#portal/web/app/session.tsx';
import { CustomerHome } from '#portal/web/features/customer/CustomerHome.tsx';
import { Fleet } from '#portal/web/features/fleet/Fleet.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';

/** The start: the control room for staff and partners, their own machines in words for customers. */
export function HomePage() {
  const { t } = useTexts();
  if (!useIsStaff()) return <CustomerHome />;
  return (
    <>
      <PageHead title={t('fleet.title')} />
      <Fleet />
    </>
  );
}
