/** Where to go after log-in: only a path of this portal, never another host. */
export function safeTarget(to: string | null): string {
  return to !== null && /^\/(?![/\\])/.test(to) && !to.startsWith('/login') ? to : '/';
}
