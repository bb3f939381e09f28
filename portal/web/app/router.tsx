import { createBrowserRouter } from 'react-router';
import { LoginPage } from '#portal/web/pages/LoginPage.tsx';
import { Crashed, CrashedHouse } from './Crashed.tsx';
import { RequireSession } from './RequireSession.tsx';

/**
 * Every page and its address. Pages are loaded when they are opened first; log-in is there at once. `lazy` is a function each
 * time: where its object form fails (server gone, newer version installed), the router shows an empty page instead of Crashed.
 */
export function makeRouter() {
  return createBrowserRouter([
    { path: '/login', Component: LoginPage, ErrorBoundary: CrashedHouse },
    {
      path: '/',
      Component: RequireSession,
      ErrorBoundary: CrashedHouse,
      HydrateFallback: () => null,
      children: [
        {
          ErrorBoundary: Crashed,
          children: [
            {
              index: true,
              lazy: async () => ({ Component: (await import('#portal/web/pages/HomePage.tsx')).HomePage }),
            },
            {
              path: 'machines/:id',
              lazy: async () => ({ Component: (await import('#portal/web/pages/MachinePage.tsx')).MachinePage }),
            },
            {
              path: 'cases/:id?',
              lazy: async () => ({ Component: (await import('#portal/web/pages/CasesPage.tsx')).CasesPage }),
            },
            {
              path: 'rules/:id?',
              lazy: async () => ({ Component: (await import('#portal/web/pages/RulesPage.tsx')).RulesPage }),
            },
            {
              path: 'quality',
              lazy: async () => ({ Component: (await import('#portal/web/pages/QualityPage.tsx')).QualityPage }),
            },
            {
              path: 'operation',
              lazy: async () => ({ Component: (await import('#portal/web/pages/OperationPage.tsx')).OperationPage }),
            },
            {
              path: 'admin',
              lazy: async () => ({ Component: (await import('#portal/web/pages/AdminPage.tsx')).AdminPage }),
            },
            {
              path: 'profile',
              lazy: async () => ({ Component: (await import('#portal/web/pages/ProfilePage.tsx')).ProfilePage }),
            },
            {
              path: '*',
              lazy: async () => ({ Component: (await import('#portal/web/pages/NotFoundPage.tsx')).NotFoundPage }),
            },
          ],
        },
      ],
    },
  ]);
}
