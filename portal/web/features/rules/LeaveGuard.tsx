import { Button, Modal } from '@mantine/core';
import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import classes from './editor.module.css';

/** Asks before what was written is lost: on the way to another page, and when the window closes. */
export function LeaveGuard({ when }: { readonly when: () => boolean }) {
  const { t } = useTexts();
  const blocker = useBlocker(when);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (when()) event.preventDefault();
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  });
  return (
    <Modal
      opened={blocker.state === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={t('rules.edited.unsaved')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <p>{t('rules.edited.leave')}</p>
      <div className={classes.leave}>
        <Button variant="default" onClick={() => blocker.reset?.()}>
          {t('common.cancel')}
        </Button>
        <Button onClick={() => blocker.proceed?.()}>{t('rules.edited.discard')}</Button>
      </div>
    </Modal>
  );
}
