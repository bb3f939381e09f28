/** What the portal is built from. Each route takes the few of these it needs. */
import type { MachineCredentials } from '#shared/accounts/credentials.ts';
import type { Database } from '#shared/database/database.ts';
import type { ConnectionAnswer } from '#shared/model/api/connection.ts';
import type { HouseAnswer } from '#shared/model/api/session.ts';
import type { Log } from '#shared/process/log.ts';
import type { Metrics } from '#shared/process/metrics.ts';
import type { ReadingStore } from '#shared/readings/port.ts';
import type { ChangeFeed } from './stream/feed.ts';
import type { Live } from './live.ts';

/** A neighbour without whom the house is not ready; `check` rejects while it is away. */
export interface HealthCheck {
  readonly name: string;
  check(): Promise<void>;
}

export interface PortalSettings {
  readonly mqttPrefix: string;
  /** Where machines reach the broker, as far as the settings say. */
  readonly broker: ConnectionAnswer['broker'];
  /** Number of reverse proxies in front. */
  readonly trustProxy: number;
  /** Whether a mail server is set. */
  readonly mail: boolean;
  /** Whether webhooks may go to inner networks. */
  readonly webhookInner: boolean;
  /** A heartbeat of the house older than this is missing, ms. */
  readonly heartbeatLimit: number;
}

export interface PortalParts {
  readonly database: Database;
  /** Started and stopped by whoever builds the app. */
  readonly changes: ChangeFeed;
  readonly readings: ReadingStore;
  readonly live: Live;
  /** Epoch ms. */
  readonly clock: () => number;
  readonly settings: PortalSettings;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly checks: readonly HealthCheck[];
  /** Resolves when this configuration took effect in the journal, or after 2 s at most (false). */
  readonly confirmConfiguration: (version: number) => Promise<boolean>;
  /** Started and stopped by whoever builds the app. */
  readonly credentials: MachineCredentials;
  /** Makes a backup of the whole house, part by part. */
  readonly backup: () => AsyncGenerator<Uint8Array, void, undefined>;
  /** Folder of the built pages; undefined: the API alone. */
  readonly webDist: string | undefined;
  readonly house: HouseAnswer;
}
