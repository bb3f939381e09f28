/** Rows of what migration 007 makes of a machine's passwords. */
import type { ColumnType } from 'kysely';

export interface MachineCredentialTable {
  id: string;
  machine: string;
  /** What the machine logs in as; the machine's id, or that with `~2` and so on. */
  username: string;
  password_hash: string;
  created_at: ColumnType<Date, Date | undefined, never>;
  /** It holds until then; null: until it is revoked. */
  ends_at: Date | null;
  /** Set once it no longer holds, be it that it ended by itself. */
  revoked_at: Date | null;
  /** Which key its password was made with; null: chosen at random, so it cannot be made again. */
  key: string | null;
}
