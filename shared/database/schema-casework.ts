/** Rows of what migration 003 makes beside the cases. */
import type { ColumnType } from 'kysely';
import type { Text } from '#shared/model/text.ts';
import type { Json } from './json.ts';

export interface CaseChecklistTable {
  case_id: string;
  /** From 1, in the rule's order. */
  item: number;
  text: ColumnType<Text, Json<Text>, never>;
  rule: string;
  done_at: ColumnType<Date | null, Date | null | undefined>;
  done_by: ColumnType<string | null, string | null | undefined>;
}
