import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './theme/tokens.css';
import './theme/global.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import { session } from './api/queries.ts';
import { makeClient, Providers } from './app/providers.tsx';
import { makeRouter } from './app/router.tsx';
import { startI18n } from './i18n/i18n.ts';

const client = makeClient();
// Who is here is asked while the page's own code is still on its way.
void client.prefetchQuery(session);
await startI18n();
const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');
createRoot(root).render(
  <StrictMode>
    <Providers client={client}>
      <RouterProvider router={makeRouter()} />
    </Providers>
  </StrictMode>,
);
