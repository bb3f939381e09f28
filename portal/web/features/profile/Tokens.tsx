import { Alert, Button, CopyButton, Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#portal/web/api/client.ts';
import { tokens } from '#portal/web/api/queries.ts';
import type { NewToken, TokenItem } from '#portal/web/api/types.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { problemText } from '#portal/web/ui/problem.ts';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import classes from './profile.module.css';

/** Tokens of one's own programs: made, shown once, revoked. */
export function Tokens() {
  const { t } = useTexts();
  const client = useQueryClient();
  const asked = useQuery(tokens);
  const [name, setName] = useState('');
  const [revoking, setRevoking] = useState<TokenItem>();
  const renew = () => client.invalidateQueries({ queryKey: tokens.queryKey });
  const make = useMutation({
    mutationFn: () => request<NewToken>('POST', '/tokens', { body: { name: name.trim() } }),
    onSuccess() {
      setName('');
      return renew();
    },
  });
  const revoke = useMutation({
    mutationFn: (id: string) => request('DELETE', `/tokens/${id}`),
    onSuccess() {
      setRevoking(undefined);
      return renew();
    },
  });
  return (
    <div className={classes.panel}>
      <h2>{t('profile.tokens')}</h2>
      <p className={classes.hint}>{t('profile.tokensHint')}</p>
      <form
        className={classes.newToken}
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <TextInput
          className={classes.grow}
          label={t('profile.tokenName')}
          placeholder={t('profile.tokenNameHint')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={100}
        />
        <Button type="submit" disabled={name.trim() === ''} loading={make.isPending}>
          {t('profile.newToken')}
        </Button>
      </form>
      {make.isError && (
        <Alert color="severe" role="alert">
          {problemText(t, make.error)}
        </Alert>
      )}
      {make.data && <Secret token={make.data.token} />}
      <Panel
        label={t('profile.tokens')}
        asked={asked}
        bare
        lines={3}
        empty={{
          when: ({ items }) => items.length === 0,
          title: t('profile.noTokens'),
          hint: t('profile.noTokensHint'),
        }}
      >
        {({ items }) => (
          <ul className={classes.tokens}>
            {items.map((token) => (
              <li key={token.id} className={classes.token}>
                <span className={classes.grow}>
                  <strong>{token.name}</strong>
                  <span className={classes.hint}>
                    {t('profile.created')} <At at={token.createdAt} form="dateTime" />, {t('profile.used')}{' '}
                    {token.usedAt === null ? t('profile.neverUsed') : <At at={token.usedAt} form="dateTime" />}
                  </span>
                </span>
                <Button size="xs" variant="default" onClick={() => setRevoking(token)}>
                  {t('profile.revoke')}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Modal
        opened={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title={revoking && t('profile.revokeAsk', { name: revoking.name })}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <p>{t('profile.revokeHint')}</p>
        {revoke.isError && (
          <Alert color="severe" role="alert" mt="sm">
            {problemText(t, revoke.error)}
          </Alert>
        )}
        <div className={classes.foot}>
          <Button variant="default" onClick={() => setRevoking(undefined)}>
            {t('common.cancel')}
          </Button>
          <Button color="severe" loading={revoke.isPending} onClick={() => revoking && revoke.mutate(revoking.id)}>
            {t('profile.revoke')}
          </Button>
        </div>
      </Modal>
    </div>
  );
}

/** The secret, this one time. */
function Secret({ token }: { readonly token: string }) {
  const { t } = useTexts();
  return (
    <Alert color="slate" title={t('profile.secret')} role="status">
      <p>{t('profile.secretHint')}</p>
      <div className={classes.secret}>
        <code>{token}</code>
        <CopyButton value={token}>
          {({ copied, copy }) => (
            <Button size="xs" onClick={copy}>
              {copied ? t('common.copied') : t('common.copy')}
            </Button>
          )}
        </CopyButton>
      </div>
    </Alert>
  );
}
