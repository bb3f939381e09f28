import { Alert, Button, CopyButton, Modal, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '#portal/web/api/client.ts';
import { isProblemWith } from '#portal/web/api/problem.ts';
import { credentials } from '#portal/web/api/queries.ts';
import type { NewCredentialAnswer } from '#portal/web/api/types.ts';
import { connectionDe } from '#portal/web/i18n/de/connection.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { At } from '#portal/web/ui/format/Zone.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { problemText } from '#portal/web/ui/problem.ts';
import classes from './connection.module.css';

export type Secret = Pick<NewCredentialAnswer, 'username' | 'password'>;

type Overlap = keyof typeof connectionDe.overlaps;
const OVERLAPS = Object.keys(connectionDe.overlaps) as readonly Overlap[];
/** Time enough to change the machine in peace. */
const USUAL: Overlap = '24h';

interface CredentialsProps {
  readonly machine: string;
  readonly secret: Secret | undefined;
  readonly onSecret: (secret: Secret | undefined) => void;
}

/** The machine's passwords: made and shown once, changed with overlap, revoked. */
export function Credentials({ machine, secret, onSecret }: CredentialsProps) {
  const { t } = useTexts();
  const client = useQueryClient();
  const asked = useQuery(credentials(machine));
  const [overlap, setOverlap] = useState<Overlap>(USUAL);
  const [revoking, setRevoking] = useState(false);
  const has = (asked.data?.items.length ?? 0) > 0;
  const renew = () => client.invalidateQueries({ queryKey: credentials(machine).queryKey });
  const make = useMutation({
    // It is the tab that knows the password, and nothing else keeps it.
    gcTime: 0,
    mutationFn: () =>
      request<NewCredentialAnswer>('POST', `/machines/${machine}/credentials`, {
        body: has && overlap !== 'keep' ? { overlap } : {},
      }),
    onSuccess({ username, password }) {
      onSecret({ username, password });
      return renew();
    },
  });
  const revoke = useMutation({
    mutationFn: () => request('DELETE', `/machines/${machine}/credentials`),
    onSuccess() {
      setRevoking(false);
      onSecret(undefined);
    },
    // Where the broker is away they are revoked all the same.
    onSettled: renew,
  });
  const because = (error: unknown): string =>
    isProblemWith(error, 501) ? t('connection.unmanaged') : problemText(t, error);
  return (
    <Panel title={t('connection.credentials')} asked={asked} lines={3}>
      {({ items }) => (
        <div className={classes.body}>
          <p className={classes.hint}>{t('connection.credentialsHint')}</p>
          {items.length === 0 && (
            <p>
              <strong>{t('connection.noCredentials')}.</strong> {t('connection.noCredentialsHint')}
            </p>
          )}
          {items.length > 0 && (
            <ul className={classes.credentials}>
              {items.map(({ id, username, createdAt, endsAt }) => (
                <li key={id}>
                  <code>{username}</code>
                  <span className={classes.muted}>
                    {t('connection.made')} <At at={createdAt} form="dateTime" />,{' '}
                    {endsAt === null ? (
                      t('connection.endless')
                    ) : (
                      <>
                        {t('connection.endsAt')} <At at={endsAt} form="dateTime" />
                      </>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          )}
          {secret && <Shown secret={secret} onHide={() => onSecret(undefined)} />}
          <div className={classes.actions}>
            {has && (
              <NativeSelect
                label={t('connection.overlap')}
                value={overlap}
                onChange={(event) => setOverlap(OVERLAPS.find((one) => one === event.currentTarget.value) ?? USUAL)}
                data={OVERLAPS.map((one) => ({ value: one, label: t(`connection.overlaps.${one}`) }))}
              />
            )}
            <Button loading={make.isPending} onClick={() => make.mutate()}>
              {has ? t('connection.make') : t('connection.makeFirst')}
            </Button>
            {has && (
              <Button variant="default" onClick={() => setRevoking(true)}>
                {t('connection.revoke')}
              </Button>
            )}
          </div>
          {make.isError && (
            <Alert color="severe" role="alert">
              {because(make.error)}
            </Alert>
          )}
          <Modal
            opened={revoking}
            onClose={() => setRevoking(false)}
            title={t('connection.revokeAsk', { machine })}
            closeButtonProps={{ 'aria-label': t('common.close') }}
          >
            <p>{t('connection.revokeHint')}</p>
            {revoke.isError && (
              <Alert color="severe" role="alert" mt="sm">
                {because(revoke.error)}
              </Alert>
            )}
            <div className={classes.dialogFoot}>
              <Button variant="default" onClick={() => setRevoking(false)}>
                {t('common.cancel')}
              </Button>
              <Button color="severe" loading={revoke.isPending} onClick={() => revoke.mutate()}>
                {t('connection.revoke')}
              </Button>
            </div>
          </Modal>
        </div>
      )}
    </Panel>
  );
}

/** The password, this one time. */
function Shown({ secret, onHide }: { readonly secret: Secret; readonly onHide: () => void }) {
  const { t } = useTexts();
  return (
    <Alert color="slate" title={t('connection.secret')} role="status">
      <p>{t('connection.secretHint')}</p>
      <dl className={classes.secret}>
        <dt>{t('connection.username')}</dt>
        <dd>
          <code>{secret.username}</code>
        </dd>
        <dt>{t('connection.password')}</dt>
        <dd>
          <code>{secret.password}</code>
          <CopyButton value={secret.password}>
            {({ copied, copy }) => (
              <Button size="compact-sm" variant="default" onClick={copy}>
                {copied ? t('common.copied') : t('common.copy')}
              </Button>
            )}
          </CopyButton>
        </dd>
      </dl>
      <Button size="compact-sm" variant="default" mt="xs" onClick={onHide}>
        {t('connection.hide')}
      </Button>
    </Alert>
  );
}
