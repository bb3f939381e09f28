/** What of the log one looks at, as the address keeps it; and what an entry is about. */
export interface AuditView {
  readonly kind: string | undefined;
  readonly q: string | undefined;
}

const KIND = /^[a-z-]{1,40}$/;

export function readView(params: URLSearchParams): AuditView {
  const kind = params.get('kind') ?? '';
  const q = params.get('q')?.trim().slice(0, 200);
  return { kind: KIND.test(kind) ? kind : undefined, q: q || undefined };
}

export function writeView(now: URLSearchParams, change: Partial<AuditView>): URLSearchParams {
  const next = new URLSearchParams(now);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined || value.trim() === '') next.delete(name);
    else next.set(name, value.trim());
  }
  return next;
}

/** Where the thing an entry is about is shown; undefined where it has no page. */
export function placeOf(action: string, subject: string | null): string | undefined {
  if (subject === null) return undefined;
  const [kind] = action.split('.');
  if (kind === 'case') return `/cases/${encodeURIComponent(subject)}`;
  if (kind === 'credentials') return `/machines/${encodeURIComponent(subject)}`;
  if (kind === 'rule' && action !== 'rule.removed') return `/rules/${encodeURIComponent(subject)}`;
  return undefined;
}

/** What was noted beside it, a line each; none where there is nothing. */
export function linesOf(detail: unknown): readonly (readonly [name: string, value: string])[] {
  if (typeof detail !== 'object' || detail === null) return [];
  return Object.entries(detail).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
}
