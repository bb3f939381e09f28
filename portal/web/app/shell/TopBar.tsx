import { Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { house } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { AccountMenu } from './AccountMenu.tsx';
import { LiveState } from './LiveState.tsx';
import classes from './shell.module.css';

export function TopBar({ onHelp }: { readonly onHelp: () => void }) {
  const { t } = useTexts();
  const { data } = useQuery(house);
  return (
    <header className={classes.top}>
      <Link to="/" className={classes.brand} aria-label={t('app.name')}>
        <img src="/icon.svg" alt="" width="22" height="22" />
        <span className={classes.brandWord}>{t('app.name')}</span>
      </Link>
      {data?.demo && (
        <Tooltip label={t('app.simulationHint')} multiline w={280}>
          <span className={classes.simulation} tabIndex={0}>
            {t('app.simulation')}
          </span>
        </Tooltip>
      )}
      <span className={classes.spacer} />
      <LiveState />
      <AccountMenu onHelp={onHelp} />
    </header>
  );
}
