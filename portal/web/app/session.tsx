import { createContext, type ReactNode, useContext } from 'react';
import type { Permission } from '#shared/model/access.ts';
import type { SessionAnswer } from '#shared/model/api/session.ts';

const SessionContext = createContext<SessionAnswer | undefined>(undefined);

export function SessionProvider({
  session,
  children,
}: {
  readonly session: SessionAnswer;
  readonly children: ReactNode;
}) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Who is logged in; only below the pages that need a session. */
export function useSession(): SessionAnswer {
  const session = useContext(SessionContext);
  if (!session) throw new Error('nobody is logged in here');
  return session;
}

/** Whether this person may do something, as the server said at log-in. */
export function useMay(): (permission: Permission) => boolean {
  const { may } = useSession();
  return (permission) => may.includes(permission);
}

/** Staff and partners work with limits, rules and internal notes; customers see their machines in words. */
export function useIsStaff(): boolean {
  return useMay()('case.internal');
}
