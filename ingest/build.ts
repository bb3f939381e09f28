/** Puts ingest together from the settings: broker, journal, configurator and writer, in the order in which they start. */
import { join } from 'node:path';
import type { Database } from '#shared/database/database.ts';
import { configuration, configurationAt } from '#shared/database/queries/configuration.ts';
import { Beats } from '#shared/house/beats.ts';
import { Reporter } from '#shared/house/reporter.ts';
import { FileJournalReader } from '#shared/journal/reader.ts';
import { FileJournalWriter } from '#shared/journal/writer.ts';
import type { Log } from '#shared/process/log.ts';
import type { Metrics } from '#shared/process/metrics.ts';
import type { Part } from '#shared/process/run.ts';
import type { Settings } from '#shared/process/settings.ts';
import type { RolledReadings } from '#shared/readings/rollups/rolled.ts';
import { heartbeatTopic } from '#shared/telemetry/heartbeat.ts';
import { Accounts } from './accounts.ts';
import { RememberedCredentials } from './broker/credentials.ts';
import { EmbeddedBroker } from './broker/embedded.ts';
import type { MessageSource } from './broker/port.ts';
import { SessionMark } from './broker/session-mark.ts';
import { Subscriber } from './broker/subscriber.ts';
import { Configurator } from './configurator.ts';
import { Intake, systemClock } from './intake.ts';
import { Heart } from './heart.ts';
import { JournalWatch } from './journal-watch.ts';
import { noteInJournal } from './notes.ts';
import { ingestStage, writerStage } from './stages.ts';
import { RollupKeeper } from './rollups/keeper.ts';
import { Writer } from './writer/writer.ts';

interface IngestParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly readings: RolledReadings;
  /** Of the house's own user at the broker. */
  readonly mqttPassword: string;
  /** Lets in who comes from this computer without a password. */
  readonly demo: boolean;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface Ingest {
  /**
   * The journal and what reads it, then what fills it: a journal that is full at the start is emptied by its readers, so they
   * run before anything is to be written into it.
   */
  readonly storing: readonly Part[];
  readonly arriving: readonly Part[];
  readonly journal: FileJournalWriter;
  /** Rejects while the broker is away. */
  readonly check: () => Promise<void>;
  /** Publishes for the house itself. */
  readonly publish: MessageSource['publish'];
  /** Where the broker is; of the embedded one only once it was started. */
  readonly mqtt: () => string;
}

const MB = 1024 * 1024;
export const journalDir = (settings: Settings): string => join(settings.dataDir, 'journal');

export function buildIngest(house: IngestParts): Ingest {
  const { settings, database, readings, log } = house;
  const dir = journalDir(settings);
  const journal = new FileJournalWriter({ dir, limitBytes: settings.journalLimit * MB, readers: ['writer', 'rules'] });
  const accounts = new Accounts({
    database,
    house: { user: settings.mqttUser, password: house.mqttPassword },
    clock: Date.now,
  });
  const configurator: Configurator = new Configurator({
    database,
    journal: (version) => intake.configure(version),
    clock: Date.now,
    log,
  });
  const { source, mqtt } = openSource(house, accounts, (name) => configurator.isMachine(name));
  const heartbeat = heartbeatTopic(settings.mqttPrefix);
  const beats = new Beats(settings.heartbeatLimit);
  const intake: Intake = new Intake({
    source,
    journal,
    clock: systemClock,
    heartbeat: { topic: heartbeat, stored: (at) => beats.take(at) },
  });
  const writer = new Writer({
    journal: new FileJournalReader({ dir, writer: journal }),
    store: readings,
    configurations: {
      byVersion: (version) => configuration(database.kysely, version),
      at: (position) => configurationAt(database.kysely, position),
    },
    prefix: settings.mqttPrefix,
    readingsPerSecond: settings.machineReadings,
    file: join(settings.dataDir, 'writer.json'),
    clock: Date.now,
    log,
  });
  const keeper = new RollupKeeper({
    upkeep: readings.upkeep,
    keep: {
      readings: settings.keepReadings,
      minutes: settings.keepMinutes,
      hours: settings.keepHours,
      events: settings.keepEvents,
    },
    behindMs: () => writer.state().lagMs,
    clock: Date.now,
    log,
  });
  const watch = new JournalWatch({ usage: () => journal.usage(), clock: systemClock, log });
  const heart = new Heart({
    publish: (topic, payload) => source.publish(topic, payload),
    topic: heartbeat,
    everyMs: settings.heartbeatEvery,
    clock: systemClock,
    log,
  });
  const ingestState = ingestStage({ source, intake, usage: () => journal.usage(), beats });
  const reporters = [
    new Reporter({
      database,
      stage: 'ingest',
      state: ingestState,
      limitMs: settings.heartbeatLimit,
      clock: Date.now,
      log,
    }),
    new Reporter({
      database,
      stage: 'writer',
      state: () => writerStage(writer),
      limitMs: settings.heartbeatLimit,
      clock: Date.now,
      log,
    }),
  ];
  tellNotices(source, log);
  noteInJournal(source, (note) => intake.note(note), log);
  measure(house.metrics, source, intake, writer);
  measureJournal(house.metrics, source, journal, watch);
  const embedded = settings.mqttUrl === undefined ? [accounts] : [];
  return {
    storing: [named('journal', journal), watch, writer, keeper, ...reporters],
    // The newest configuration stands in the journal before the first message of this start.
    arriving: [...embedded, configurator, named('intake', intake), heart],
    journal,
    check: async () => {
      const { connected, detail } = source.state();
      if (!connected) throw new Error(detail);
    },
    publish: (topic, payload) => source.publish(topic, payload),
    mqtt,
  };
}

function openSource(
  { settings, mqttPassword, demo }: IngestParts,
  accounts: Accounts,
  isMachine: (name: string) => boolean,
): { source: MessageSource; mqtt: () => string } {
  const { mqttUrl, mqttPrefix: prefix, mqttUser, host } = settings;
  if (mqttUrl !== undefined) {
    const source = new Subscriber({
      url: mqttUrl,
      clientId: mqttUser,
      ...(new URL(mqttUrl).username ? {} : { username: mqttUser, password: mqttPassword }),
      ...(settings.mqttCa !== undefined && { ca: settings.mqttCa }),
      prefix,
      mark: new SessionMark(join(settings.dataDir, 'broker-session.json'), `${mqttUser}@${withoutPassword(mqttUrl)}`),
      now: Date.now,
    });
    return { source, mqtt: () => withoutPassword(mqttUrl) };
  }
  const { mqttPort: port, mqttTlsPort, mqttTlsCert: cert, mqttTlsKey: key } = settings;
  const broker = new EmbeddedBroker({
    host,
    port,
    ...(cert !== undefined && key !== undefined && { tls: { port: mqttTlsPort, cert, key } }),
    credentials: new RememberedCredentials(accounts, Date.now),
    trustLoopback: demo,
    packetsPerSecond: settings.machineReadings,
    now: Date.now,
    prefix,
    isMachine,
  });
  return { source: broker, mqtt: () => broker.urls().join(' ') };
}

function withoutPassword(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function named(name: string, part: { start(): Promise<void>; stop(): Promise<void> }): Part {
  return { name, start: () => part.start(), stop: () => part.stop() };
}

function tellNotices(source: MessageSource, log: Log): void {
  // What the broker counts is told by the rules, where it has grown.
  source.onNotice(({ kind, detail }) => log[kind === 'broker-drops' ? 'debug' : 'warn']({ kind }, detail));
  source.onState(({ connected, detail }) => (connected ? log.info(detail) : log.warn(detail)));
}

function measureJournal(
  metrics: Metrics,
  source: MessageSource,
  journal: FileJournalWriter,
  watch: JournalWatch,
): void {
  let sessionsLost = 0;
  source.onNotice(({ kind }) => {
    if (kind === 'session-lost') sessionsLost++;
  });
  metrics.gauge(
    'broker_sessions_lost',
    'Times the broker had forgotten our session, and maybe messages',
    () => sessionsLost,
  );
  metrics.gauge('journal_bytes', 'Bytes of the journal on disk', () => journal.usage().bytes);
  metrics.gauge('journal_limit_bytes', 'Most the journal may take', () => journal.usage().limitBytes);
  metrics.gauge('journal_nearly_full', '1 from 80 % of the limit on', () => Number(watch.isNearlyFull));
}

function measure(metrics: Metrics, source: MessageSource, intake: Intake, writer: Writer): void {
  metrics.gauge('broker_connected', 'Whether the broker is connected', () => Number(source.state().connected));
  metrics.gauge('messages_stored', 'Messages stored in the journal and acknowledged', () => source.counts().stored);
  metrics.gauge('messages_refused', 'Messages, logins and subscriptions not allowed', () => source.counts().refused);
  metrics.gauge('messages_retained', 'Retained messages, not stored', () => source.counts().retained);
  metrics.gauge('journal_refusals', 'Times the journal refused a batch', () => source.counts().failures);
  metrics.gauge('intake_bytes', 'Bytes of payload taken', () => intake.counts().bytes);
  metrics.gauge('payloads_cut', 'Payloads too long to be read, kept in part', () => intake.counts().cut);
  metrics.gauge('writer_lag_bytes', 'Bytes of the journal not in the reading store yet', () => writer.state().lagBytes);
  metrics.gauge(
    'writer_lag_ms',
    'Age of the oldest entry not in the reading store yet, ms',
    () => writer.state().lagMs,
  );
  metrics.gauge('readings_written', 'Readings written to the reading store', () => writer.state().counts.readings);
}
