import { useState } from 'react';
import { Outlet, ScrollRestoration, useNavigate, useSearchParams } from 'react-router';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { ShortcutHelp } from '#portal/web/ui/keys/ShortcutHelp.tsx';
import { useShortcuts } from '#portal/web/ui/keys/useShortcuts.tsx';
import { useMay } from '../session.tsx';
import { HouseTrouble } from './HouseTrouble.tsx';
import { Rail } from './Rail.tsx';
import { TopBar } from './TopBar.tsx';
import classes from './shell.module.css';

/** The frame of every page: rail, top bar, content. On a wall there is only the content. */
export function Shell() {
  const { t } = useTexts();
  const may = useMay();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [help, setHelp] = useState(false);
  const go = (to: string, allowed: boolean) => (allowed ? () => void navigate(to) : undefined);
  useShortcuts({
    'go.fleet': go('/', may('machine.see')),
    'go.cases': go('/cases', may('case.see')),
    'go.rules': go('/rules', may('rule.see')),
    'go.quality': go('/quality', may('quality.see')),
    'go.operation': go('/operation', may('house.see')),
    'go.admin': go('/admin', may('audit.see')),
    help: () => setHelp(true),
  });
  const wall = params.get('wall') === '1';
  return (
    <div className={classes.shell} data-wall={wall || undefined}>
      {!wall && (
        <>
          <a className={classes.skip} href="#content">
            {t('app.skip')}
          </a>
          <TopBar onHelp={() => setHelp(true)} />
          <Rail />
        </>
      )}
      <main id="content" tabIndex={-1} className={classes.main}>
        <HouseTrouble />
        <Outlet />
      </main>
      <ShortcutHelp opened={help} onClose={() => setHelp(false)} />
      <ScrollRestoration />
    </div>
  );
}
