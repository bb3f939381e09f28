import { Alert, Modal } from '@mantine/core';
import { Fragment } from 'react';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { SHORTCUTS, type Shortcut, type ShortcutId } from './registry.ts';
import { useKeyboard } from './useShortcuts.tsx';
import classes from './keys.module.css';

const SIGNS: Readonly<Record<string, string>> = { Escape: 'Esc', ArrowLeft: '←', ArrowRight: '→' };

/** Lists what can be pressed on the page that is open now. */
export function ShortcutHelp({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useTexts();
  const { bound, on } = useKeyboard();
  const ids = opened ? [...bound()] : [];
  const here = ids.filter((id) => !isEverywhere(id));
  const everywhere = ids.filter(isEverywhere);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('keys.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {!on && (
        <Alert color="slate" mb="sm">
          {t('keys.off')}
        </Alert>
      )}
      <Keys title={t('keys.here')} ids={here} />
      <Keys title={t('keys.everywhere')} ids={everywhere} />
    </Modal>
  );
}

function isEverywhere(id: ShortcutId): boolean {
  const shortcut: Shortcut = SHORTCUTS[id];
  return shortcut.everywhere === true;
}

function Keys({ title, ids }: { readonly title: string; readonly ids: readonly ShortcutId[] }) {
  const { t } = useTexts();
  if (ids.length === 0) return null;
  return (
    <section className={classes.section}>
      <h3>{title}</h3>
      <dl className={classes.list}>
        {ids.map((id) => (
          <div key={id} className={classes.row}>
            <dt>{t(`keys.${SHORTCUTS[id].text}`)}</dt>
            <dd>
              {SHORTCUTS[id].keys.map((key, i) => (
                <Fragment key={key}>
                  {i > 0 && <span className={classes.then}>{t('keys.then')}</span>}
                  <kbd>{SIGNS[key] ?? key}</kbd>
                </Fragment>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
