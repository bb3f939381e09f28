import { NavLink } from 'react-router';
import type { Permission } from '#shared/model/access.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Icon, type IconName } from '#portal/web/ui/Icon.tsx';
import { useIsStaff, useMay } from '../session.tsx';
import classes from './shell.module.css';

interface Entry {
  readonly to: string;
  readonly icon: IconName;
  readonly short: 'fleet' | 'casesShort' | 'rules' | 'qualityShort' | 'operation' | 'admin';
  readonly may: Permission;
}

const ENTRIES: readonly Entry[] = [
  { to: '/', icon: 'fleet', short: 'fleet', may: 'machine.see' },
  { to: '/cases', icon: 'cases', short: 'casesShort', may: 'case.see' },
  { to: '/rules', icon: 'rules', short: 'rules', may: 'rule.see' },
  { to: '/quality', icon: 'quality', short: 'qualityShort', may: 'quality.see' },
  { to: '/operation', icon: 'chain', short: 'operation', may: 'house.see' },
  { to: '/admin', icon: 'admin', short: 'admin', may: 'audit.see' },
];

/** Where one can go: only what this person may see. */
export function Rail() {
  const { t } = useTexts();
  const may = useMay();
  const staff = useIsStaff();
  return (
    <nav className={classes.rail} aria-label={t('app.navigation')}>
      {ENTRIES.filter((entry) => may(entry.may)).map((entry) => {
        const home = entry.to === '/' && !staff;
        return (
          <NavLink key={entry.to} to={entry.to} end={entry.to === '/'} className={classes.entry ?? ''}>
            <Icon name={entry.icon} size={22} />
            <span>{home ? t('nav.home') : t(`nav.${entry.short}`)}</span>
          </NavLink>
        );
      })}
    </nav>
  );
}
