/** What a backup says of itself in its first file. */
import type { DumpedSchema } from '#shared/database/dump.ts';
import { BackupDamaged } from './archive.ts';

/** Of the form described in README.md; a change that older versions cannot read gets the next number. */
export const FORMAT = 1;
export const FACTS = 'backup.json';

export interface BackupFacts {
  readonly format: number;
  /** Version of Leitwarte that made it. */
  readonly leitwarte: string;
  /** ISO 8601. */
  readonly created: string;
  /** `end`: everything acknowledged before is in this backup; `at`: its time of receipt, epoch ms. */
  readonly journal: { readonly begin: number; readonly end: number; readonly at: number };
  readonly database: DumpedSchema;
}

/** Throws BackupDamaged where these are the facts of no backup this version can read. */
export function readFacts(bytes: Buffer): BackupFacts {
  const facts = JSON.parse(bytes.toString()) as BackupFacts;
  if (typeof facts.format !== 'number' || facts.format < 1) throw new BackupDamaged(`${FACTS} names no format.`);
  if (facts.format > FORMAT)
    throw new BackupDamaged(
      `This backup was made by Leitwarte ${facts.leitwarte} in a newer form (${facts.format}): restore it with that version or a newer one.`,
    );
  return facts;
}
