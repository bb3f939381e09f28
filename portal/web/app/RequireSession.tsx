import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Navigate, useLocation } from 'react-router';
import { session } from '#portal/web/api/queries.ts';
import { chosenLanguage, speak } from '#portal/web/i18n/i18n.ts';
import { languageOf } from '#portal/web/i18n/language.ts';
import { ZoneProvider } from '#portal/web/ui/format/Zone.tsx';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { LiveProvider } from './live.tsx';
import { SessionProvider } from './session.tsx';
import { Shell } from './shell/Shell.tsx';

/** Everything but log-in: who is nobody is sent there, and comes back afterwards. */
export function RequireSession() {
  const asked = useQuery(session);
  const location = useLocation();
  const language = asked.data?.user.language;
  useEffect(() => {
    if (language !== undefined && chosenLanguage() === undefined) void speak(languageOf(language), false);
  }, [language]);

  if (asked.data === null) {
    const to = location.pathname + location.search;
    return <Navigate to={to === '/' ? '/login' : `/login?to=${encodeURIComponent(to)}`} replace />;
  }
  if (asked.data === undefined)
    return (
      <Panel label="Leitwarte" asked={asked} bare>
        {() => null}
      </Panel>
    );
  return (
    <SessionProvider session={asked.data}>
      <ZoneProvider zone={asked.data.user.timezone}>
        <LiveProvider key={asked.data.user.id} person={asked.data.user.id}>
          <Shell />
        </LiveProvider>
      </ZoneProvider>
    </SessionProvider>
  );
}
