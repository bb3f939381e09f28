/** Rows of how the house itself is: its stages, its alarms, what its broker counts. */
import type { ColumnType } from 'kysely';
import type { Stage, StageFigures, Trouble } from '#shared/model/house.ts';
import type { Json } from './json.ts';

export interface HouseSchema {
  readonly house_stage: HouseStageTable;
  readonly house_alarm: HouseAlarmTable;
  readonly broker_counter: BrokerCounterTable;
}

interface HouseStageTable {
  stage: Stage;
  told_at: Date;
  started_at: Date;
  beat_at: Date | null;
  beats_since: Date | null;
  figures: ColumnType<StageFigures | null, Json<StageFigures> | null, Json<StageFigures> | null>;
}

export interface HouseAlarmTable {
  id: string;
  what: Trouble;
  since: Date;
  raised_at: Date;
  raised_by: Stage;
  cleared_at: Date | null;
}

interface BrokerCounterTable {
  name: string;
  value: number;
  at: Date;
}
