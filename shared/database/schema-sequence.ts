/** Rows of what machines have counted to, and where their count breaks. */
import type { ColumnType } from 'kysely';

export interface SequenceSchema {
  readonly machine_sequence: MachineSequenceTable;
  readonly sequence_break: SequenceBreakTable;
}

interface MachineSequenceTable {
  machine: string;
  last: number;
  at: Date;
}

export interface SequenceBreakTable {
  id: ColumnType<number, never, never>;
  machine: string;
  at: Date;
  position: number;
  kind: 'hole' | 'reset';
  first: number;
  last: number;
}
