/** The rules reader as a process of its own, over a journal that another process writes: killed, frozen and started by tests. */
import { openDatabase } from '#shared/database/database.ts';
import { readerPosition } from '#shared/database/queries/reader.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { createLog } from '#shared/process/log.ts';
import { Metrics } from '#shared/process/metrics.ts';
import { RulesReader } from '#rules/reader/reader.ts';

const { dataDir, journalDir, databaseUrl } = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>;
const database = openDatabase({ dataDir: dataDir ?? '', databaseUrl });
await database.start();
const reader = new RulesReader({
  journal: new FileJournalReader({ dir: journalDir ?? '' }),
  database,
  settings: { mqttPrefix: 'machines', reopenHours: 24, caseAbsorbFor: 86_400_000 },
  log: createLog('info'),
  metrics: new Metrics(),
  // Often, so that restarts meet every mixture of memory and what came after it.
  snapshots: { everyMs: 200, everyRecords: 500 },
});
await reader.start();
process.stdout.write('ready\n');
process.once('SIGTERM', () => {
  void reader
    .stop()
    .then(() => database.stop())
    .then(() => process.exit(0));
});
// Only this process can look into an embedded database.
setInterval(() => {
  void readerPosition(database.kysely, 'rules').then(
    (row) => process.stdout.write(`position ${row?.position}\n`),
    () => undefined,
  );
}, 50);
