import { Alert } from '@mantine/core';
import { ApiProblem } from '#portal/web/api/problem.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { problemText } from '#portal/web/ui/problem.ts';
import classes from './maintenance.module.css';

/** Why the server did not do it; nothing where it did not refuse. */
export function Refused({ title, error }: { readonly title: string; readonly error: unknown }) {
  const { t } = useTexts();
  if (error == null) return null;
  return (
    <Alert color="severe" title={title} role="alert">
      {problemText(t, error)}
      {error instanceof ApiProblem && error.correlationId !== undefined && (
        <p className={classes.muted}>{t('panel.correlation', { id: error.correlationId })}</p>
      )}
    </Alert>
  );
}
