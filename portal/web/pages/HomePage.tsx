import { Button } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { LiveState } from '#portal/web/app/shell/LiveState.tsx';
import { useIsStaff } from '#portal/web/app/session.tsx';
import { CustomerHome } from '#portal/web/features/customer/CustomerHome.tsx';
import { Fleet } from '#portal/web/features/fleet/Fleet.tsx';
import { Wall } from '#portal/web/features/fleet/Wall.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';

/** The start: the control room for staff and partners, their own machines in words for customers. */
export function HomePage() {
  const { t } = useTexts();
  const [params] = useSearchParams();
  if (!useIsStaff()) return <CustomerHome />;
  if (params.get('wall') === '1') return <Wall live={<LiveState />} />;
  return (
    <>
      <PageHead title={t('fleet.title')}>
        <Button component={Link} to="/?wall=1" size="compact-sm" variant="subtle" ml="auto" visibleFrom="md">
          {t('fleet.wall')}
        </Button>
      </PageHead>
      <Fleet />
    </>
  );
}
