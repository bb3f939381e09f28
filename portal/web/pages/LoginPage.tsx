import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { hasSessionEnded, session } from '#portal/web/api/queries.ts';
import { LoginForm } from '#portal/web/features/login/LoginForm.tsx';
import { safeTarget } from '#portal/web/features/login/target.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { LanguageChoice } from '#portal/web/ui/Choices.tsx';
import { PageTitle } from '#portal/web/ui/PageTitle.tsx';
import classes from './login.module.css';

export function LoginPage() {
  const { t, language } = useTexts();
  const { data } = useQuery(session);
  const client = useQueryClient();
  const [params] = useSearchParams();
  const target = safeTarget(params.get('to'));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  if (data) return <Navigate to={target} replace />;
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <header className={classes.brand}>
          <img src="/icon.svg" alt="" width="36" height="36" />
          <div>
            <PageTitle title={t('app.name')} />
            <p className={classes.lead}>{t('login.lead')}</p>
          </div>
        </header>
        <LoginForm ended={hasSessionEnded(client)} />
      </div>
      <div>
        <LanguageChoice size="xs" />
      </div>
    </main>
  );
}
