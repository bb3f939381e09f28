import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SyntheticEvent, useRef, useState } from 'react';
import type { SessionAnswer } from '#shared/model/api/session.ts';
import { request } from '#portal/web/api/client.ts';
import { ApiProblem } from '#portal/web/api/problem.ts';
import { enter, house } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { problemText } from '#portal/web/ui/problem.ts';
import { DemoPeople } from './DemoPeople.tsx';
import classes from './login.module.css';

/** Asks who one is. In the demo the people one can be stand below it; their password is on the terminal. */
export function LoginForm({ ended }: { readonly ended: boolean }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const passwordRef = useRef<HTMLInputElement>(null);
  const { data: home } = useQuery(house);
  const logIn = useMutation({
    mutationFn: () => request<SessionAnswer>('POST', '/session', { body: { user: user.trim(), password } }),
    onSuccess: (answer) => enter(client, answer),
    onError: () => passwordRef.current?.select(),
  });

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    logIn.mutate();
  };

  return (
    <>
      {ended && !logIn.isError && (
        <Alert color="slate" mb="sm">
          {t('login.ended')}
        </Alert>
      )}
      <form onSubmit={submit} className={classes.form}>
        <TextInput
          label={t('login.user')}
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
        />
        <PasswordInput
          ref={passwordRef}
          label={t('login.password')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          required
          withAsterisk={false}
        />
        {logIn.isError && (
          <Alert color="severe" role="alert">
            <WhyRefused error={logIn.error} />
          </Alert>
        )}
        <Button type="submit" loading={logIn.isPending} fullWidth>
          {t('login.submit')}
        </Button>
      </form>
      {home?.demo && (
        <DemoPeople
          people={home.people}
          chosen={user}
          onChoose={(login) => {
            setUser(login);
            passwordRef.current?.focus();
          }}
        />
      )}
    </>
  );
}

function WhyRefused({ error }: { readonly error: Error }) {
  const { t } = useTexts();
  const status = error instanceof ApiProblem ? error.status : undefined;
  if (status === 401) return t('login.wrong');
  if (status === 429) return t('login.tooMany');
  return problemText(t, error);
}
