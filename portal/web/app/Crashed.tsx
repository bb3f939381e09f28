import { Button } from '@mantine/core';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Empty } from '#portal/web/ui/panel/Panel.tsx';

/** Stands where a page broke; the rail and the other pages keep working. */
export function Crashed() {
  const { t } = useTexts();
  return (
    <main role="alert">
      <Empty
        title={t('app.crashed')}
        hint={t('app.crashedHint')}
        action={
          <Button size="xs" variant="default" onClick={() => window.location.reload()}>
            {t('app.reload')}
          </Button>
        }
      />
    </main>
  );
}
