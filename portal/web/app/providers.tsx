import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiProblem, isProblemWith } from '#portal/web/api/problem.ts';
import { sessionEnded } from '#portal/web/api/queries.ts';
import { resolver, theme } from '#portal/web/theme/theme.ts';
import { KeyboardProvider } from '#portal/web/ui/keys/useShortcuts.tsx';

const scheme = localStorageColorSchemeManager({ key: 'leitwarte.scheme' });

/** A request that failed for a passing reason is tried again twice; one that was refused is not. */
function retry(failures: number, error: Error): boolean {
  const passing = !(error instanceof ApiProblem) || error.status === 0 || error.status >= 502;
  return passing && failures < 2;
}

export function makeClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError(error) {
        if (isProblemWith(error, 401)) sessionEnded(client);
      },
    }),
    defaultOptions: { queries: { retry, staleTime: 10_000, refetchOnWindowFocus: true } },
  });
  return client;
}

export function Providers({ client, children }: { readonly client: QueryClient; readonly children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      defaultColorScheme="auto"
      colorSchemeManager={scheme}
    >
      <Notifications position="bottom-right" limit={3} />
      <QueryClientProvider client={client}>
        <KeyboardProvider>{children}</KeyboardProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
