import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { PageHead } from '#portal/web/ui/PageTitle.tsx';
import { Empty } from '#portal/web/ui/panel/Panel.tsx';

export function NotFoundPage() {
  const { t } = useTexts();
  return (
    <>
      <PageHead title={t('app.notFound')} />
      <Empty
        title={t('app.notFoundHint')}
        action={
          <Button component={Link} to="/" size="xs" variant="default">
            {t('app.toStart')}
          </Button>
        }
      />
    </>
  );
}
