import { Menu, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { request } from '#portal/web/api/client.ts';
import { enter } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { LanguageChoice, SchemeChoice } from '#portal/web/ui/Choices.tsx';
import { Icon } from '#portal/web/ui/Icon.tsx';
import { useSession } from '../session.tsx';
import classes from './shell.module.css';

/** Who one is, the language and the colours, and the way out. */
export function AccountMenu({ onHelp }: { readonly onHelp: () => void }) {
  const { t } = useTexts();
  const { user } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();

  const logOut = async (): Promise<void> => {
    await request('DELETE', '/session').catch(() => undefined);
    enter(client, null);
    await navigate('/login');
  };

  return (
    <Menu width={264}>
      <Menu.Target>
        <UnstyledButton className={classes.account}>
          <Icon name="account" />
          <VisuallyHidden>{t('account.menu')}</VisuallyHidden>
          <span className={classes.accountText}>
            <span>{user.name}</span>
            <span className={classes.role}>{t(`role.${user.role}`)}</span>
          </span>
          <Icon name="down" size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.name} · {t(`role.${user.role}`)}
        </Menu.Label>
        <Menu.Item component={Link} to="/profile" leftSection={<Icon name="account" size={16} />}>
          {t('account.profile')}
        </Menu.Item>
        <Menu.Item onClick={onHelp} leftSection={<Icon name="keyboard" size={16} />}>
          {t('account.shortcuts')}
        </Menu.Item>
        <div className={classes.choice}>
          <span id="account-language">{t('account.language')}</span>
          <LanguageChoice labelledBy="account-language" size="xs" />
        </div>
        <div className={classes.choice}>
          <span id="account-scheme">{t('account.scheme')}</span>
          <SchemeChoice labelledBy="account-scheme" size="xs" />
        </div>
        <Menu.Divider />
        <Menu.Item onClick={() => void logOut()}>{t('account.logOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
