/** Puts the rules together: the reader of the journal that turns readings into alarms and cases, and the service desk. */
import path from 'node:path';
import type { Database } from '#shared/database/database.ts';
import { Reporter } from '#shared/house/reporter.ts';
import { Watch } from '#shared/house/watch.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import type { FileJournalWriter } from '#shared/journal/writer.ts';
import type { Log } from '#shared/process/log.ts';
import type { Metrics } from '#shared/process/metrics.ts';
import type { Part } from '#shared/process/run.ts';
import type { Settings } from '#shared/process/settings.ts';
import { RulesReader } from './reader/reader.ts';
import { rulesStage } from './reader/stage.ts';
import { buildDesk } from './service/desk.ts';

interface RulesParts {
  readonly settings: Settings;
  readonly database: Database;
  /** Where ingest runs in this process: its end is followed without looking at the disk. */
  readonly journal?: FileJournalWriter;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function buildRules({ settings, database, journal, log, metrics }: RulesParts): {
  readonly parts: readonly Part[];
} {
  const dir = path.join(settings.dataDir, 'journal');
  const reader = new RulesReader({
    journal: new FileJournalReader({ dir, ...(journal && { writer: journal }) }),
    database,
    settings,
    log,
    metrics,
  });
  const reporter = new Reporter({
    database,
    stage: 'rules',
    state: () => rulesStage(reader, Date.now()),
    limitMs: settings.heartbeatLimit,
    clock: Date.now,
    log,
  });
  const watch = new Watch({ database, by: 'rules', limitMs: settings.heartbeatLimit, clock: Date.now, log });
  return { parts: [reader, ...buildDesk({ settings, database, clock: Date.now, log, metrics }), reporter, watch] };
}
