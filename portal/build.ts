/** Puts the portal together: live values, changes, the app, and who listens for it. */
import path from 'node:path';
import { openCredentials } from './credentials.ts';
import { makeBackup } from '#shared/backup/make.ts';
import { configuration, latestConfiguration, waitEffective } from '#shared/database/queries/configuration.ts';
import type { Database } from '#shared/database/database.ts';
import { callOutside, Outside } from '#shared/house/outside.ts';
import { Reporter } from '#shared/house/reporter.ts';
import { Watch } from '#shared/house/watch.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import type { FileJournalWriter } from '#shared/journal/writer.ts';
import type { HouseAnswer } from '#shared/model/api/session.ts';
import { EMPTY_PLANT } from '#shared/model/plant.ts';
import type { Log } from '#shared/process/log.ts';
import type { Metrics } from '#shared/process/metrics.ts';
import type { Part } from '#shared/process/run.ts';
import type { Settings } from '#shared/process/settings.ts';
import type { RollableStore } from '#shared/readings/rollups/port.ts';
import { brokerAddress } from './broker-address.ts';
import { createApp } from './api/app.ts';
import type { HealthCheck } from './api/parts.ts';
import { ChangeFeed } from './api/stream/feed.ts';
import { JournalLive } from './live.ts';
import { PortalServer } from './server.ts';
import { WEB_DIST } from './web-pages.ts';

interface PortalParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly readings: RollableStore;
  /** Where ingest runs in this process: its end is followed without looking at the disk. */
  readonly journal?: FileJournalWriter;
  readonly house: HouseAnswer;
  /** Beside database and reading store, which are always asked. */
  readonly checks: readonly HealthCheck[];
  readonly log: Log;
  readonly metrics: Metrics;
}

/** How long an import waits for its configuration to take effect, ms. */
const EFFECT_WITHIN_MS = 2_000;

export function buildPortal(house: PortalParts): { readonly parts: readonly Part[]; readonly url: () => string } {
  const { settings, database, readings, journal, log, metrics } = house;
  const dir = path.join(settings.dataDir, 'journal');
  const changes = new ChangeFeed({ database, log });
  const live = new JournalLive({
    journal: new FileJournalReader({ dir, ...(journal && { writer: journal }) }),
    readings,
    plant: async (version) => {
      const { kysely } = database;
      const found = await (version === undefined ? latestConfiguration(kysely) : configuration(kysely, version));
      return found?.plant ?? EMPTY_PLANT;
    },
    prefix: settings.mqttPrefix,
    readingsPerSecond: settings.machineReadings,
    log,
  });
  const credentials = openCredentials(house);
  const app = createApp({
    database,
    changes,
    readings,
    live,
    clock: Date.now,
    settings: {
      mqttPrefix: settings.mqttPrefix,
      broker: brokerAddress(settings),
      trustProxy: settings.trustProxy,
      mail: settings.smtpUrl !== undefined,
      webhookInner: settings.webhookInner === 'on',
      heartbeatLimit: settings.heartbeatLimit,
    },
    log,
    metrics,
    checks: [
      { name: 'database', check: () => database.check() },
      { name: 'readings', check: () => readings.check() },
      ...house.checks,
    ],
    confirmConfiguration: (version) => waitEffective(database, version, EFFECT_WITHIN_MS),
    credentials,
    backup: () =>
      makeBackup({ database, readings, dataDir: settings.dataDir, version: house.house.version, clock: Date.now }),
    webDist: WEB_DIST,
    house: house.house,
  });
  const server = new PortalServer(app, settings);
  return { parts: [changes, live, credentials, server, ...lookAfter(house, live)], url: () => server.url() };
}

/** Tells how far the portal has come, and watches whether the others stand still. */
function lookAfter({ settings, database, log }: PortalParts, live: JournalLive): readonly Part[] {
  const { heartbeatUrl: url, heartbeatLimit: limitMs } = settings;
  const outside = url === undefined ? undefined : new Outside({ url, call: callOutside, clock: Date.now, log });
  const reporter = new Reporter({
    database,
    stage: 'portal',
    state: () => live.stage(Date.now()),
    limitMs: settings.heartbeatLimit,
    clock: Date.now,
    log,
  });
  const watch = new Watch({
    database,
    by: 'portal',
    limitMs,
    clock: Date.now,
    log,
    ...(outside && { looked: (allWell) => outside.looked(allWell) }),
  });
  return [reporter, watch];
}
