/** What an adapter of the database brings: PostgreSQL over the network, or PGlite in a folder. */
import type { Dialect } from 'kysely';

/** Called with the payload of each NOTIFY; with undefined when notices may have been lost, so that all must be read again. */
export type NoticeHandler = (payload: string | undefined) => void;

/** A lock that at most one holder in the world has; it goes when the holder's process ends or loses the server. */
export interface HeldLock {
  /** Resolves when the lock was lost or released. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

export interface Connector {
  readonly dialect: Dialect;
  /** Opens what the dialect needs; rejects with DatabaseUnavailable (or FolderInUse) saying where, why and the mend. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Resolves to a function that ends listening; never rejects: while the server is away it goes on trying. */
  listen(channel: string, handler: NoticeHandler): Promise<() => Promise<void>>;
  /** The lock, or undefined while another holds it. */
  tryLock(name: string): Promise<HeldLock | undefined>;
}
