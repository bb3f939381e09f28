/** What ingest notes in the journal of the way the messages come, so that it is told like everything else that came in. */

export type Note =
  /** The broker has forgotten our session, and with it what it held since then (epoch ms). */
  | { readonly note: 'session-lost'; readonly since: number }
  /** So many messages the broker has dropped for its subscribers, in all, since it was started. */
  | { readonly note: 'broker-drops'; readonly total: number }
  /** The embedded broker reads the machine more slowly, because it sends more than this many packets a second. */
  | { readonly note: 'slowed'; readonly machine: string; readonly perSecond: number };

export function writeNote(note: Note): Uint8Array {
  return Buffer.from(JSON.stringify(note));
}

/** Undefined where it is none this version knows. */
export function readNote(payload: Uint8Array): Note | undefined {
  try {
    const { note, since, total, machine, perSecond } = JSON.parse(Buffer.from(payload).toString('utf8')) as Record<
      string,
      unknown
    >;
    if (note === 'session-lost' && Number.isFinite(since)) return { note, since: since as number };
    if (note === 'slowed' && typeof machine === 'string' && typeof perSecond === 'number')
      return { note, machine, perSecond };
    if (note === 'broker-drops' && Number.isSafeInteger(total)) return { note, total: total as number };
  } catch {
    // Told by the caller's passing it over: an entry of a newer version is no fault.
  }
  return undefined;
}
