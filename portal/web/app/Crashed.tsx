import { Button } from '@mantine/core';
import { useRouteError } from 'react-router';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Empty } from '#portal/web/ui/panel/Panel.tsx';

/** What browsers say when the code of a page does not come: Chromium, Firefox, Safari, and the loader for styles. */
const UNLOADED = /dynamically imported module|importing a module script|preload CSS/i;

/** Stands where a page broke; the rail and the other pages keep working. */
export function Crashed() {
  const { t } = useTexts();
  const error = useRouteError();
  const unloaded = error instanceof Error && UNLOADED.test(error.message);
  return (
    <div role="alert">
      <Empty
        title={unloaded ? t('app.unloaded') : t('app.crashed')}
        hint={unloaded ? t('app.unloadedHint') : t('app.crashedHint')}
        action={
          <Button size="xs" variant="default" onClick={() => window.location.reload()}>
            {t('app.reload')}
          </Button>
        }
      />
    </div>
  );
}

/** The same where not even the frame stands. */
export function CrashedHouse() {
  return (
    <main>
      <Crashed />
    </main>
  );
}
