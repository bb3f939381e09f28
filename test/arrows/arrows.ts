/** Who may import what: the arrows of the house, and the one door of each library. Everything not named here is forbidden. */

export interface Zone {
  /** Folder or file; the longest one that fits a path is its zone. `*` stands for one folder, each of them a zone of its own. */
  readonly zone: string;
  /** Folders and files outside the zone it may import. */
  readonly may: readonly string[];
  /** Those of which it may import types alone. */
  readonly mayTypes?: readonly string[];
  /** Runs in a browser too: no `node:` modules. */
  readonly browser?: true;
}

const LOCK = 'shared/process/lock.ts';
/** Whoever listens bounds those who say nothing. */
const SILENT_SOCKETS = 'shared/process/silent-sockets.ts';

/** What every room on the server may use. Settings, log and metrics come in by the constructor: their types are enough. */
const SHARED = [
  'shared/model',
  'shared/files',
  'shared/csv',
  'shared/telemetry',
  'shared/journal',
  'shared/readings',
  'shared/database',
  'shared/accounts',
  'shared/backup',
  'shared/house',
  LOCK,
  SILENT_SOCKETS,
];
const PROCESS_TYPES = ['shared/process'];

/** What the rules answer about the past. */
const ASKED = ['rules/backtest-store.ts', 'rules/recompute.ts', 'rules/proposals'];

const ROOMS = ['shared', 'rules', 'ingest', 'portal'];
const WEB_BASE = ['shared/model', 'rules/engine', 'portal/web/i18n', 'portal/web/theme', 'portal/web/api'];

/** Who is logged in and what is live, as every feature may ask for it. */
const WEB_CONTEXT = ['portal/web/app/session.tsx', 'portal/web/app/live.tsx'];

export const ZONES: readonly Zone[] = [
  { zone: 'shared/model', may: [], browser: true },
  { zone: 'shared/files', may: ['shared/model'], browser: true },
  { zone: 'shared/telemetry', may: ['shared/model'], mayTypes: ['shared/journal/port.ts'] },
  { zone: 'shared/csv', may: ['shared/model'], mayTypes: ['shared/telemetry'] },
  { zone: 'shared/process', may: ['shared/model'] },
  { zone: 'shared/journal', may: ['shared/model', LOCK], mayTypes: PROCESS_TYPES },
  { zone: 'shared/readings', may: ['shared/model', LOCK], mayTypes: ['shared/telemetry', ...PROCESS_TYPES] },
  { zone: 'shared/database', may: ['shared/model', LOCK], mayTypes: ['shared/telemetry', ...PROCESS_TYPES] },
  { zone: 'shared/accounts', may: ['shared/model', 'shared/database'], mayTypes: PROCESS_TYPES },
  { zone: 'shared/house', may: ['shared/model', 'shared/database'], mayTypes: PROCESS_TYPES },

  {
    zone: 'shared/backup',
    may: ['shared/model', 'shared/database', 'shared/journal', 'shared/readings', LOCK],
    mayTypes: PROCESS_TYPES,
  },

  { zone: 'rules/engine', may: ['shared/model'], mayTypes: ['shared/telemetry'], browser: true },
  { zone: 'rules', may: [...SHARED, 'rules/engine'], mayTypes: PROCESS_TYPES },
  { zone: 'ingest', may: [...SHARED, 'rules/engine'], mayTypes: PROCESS_TYPES },
  {
    zone: 'portal',
    may: [...SHARED, 'rules/engine', ...ASKED, 'portal/api'],
    mayTypes: PROCESS_TYPES,
  },
  { zone: 'portal/api', may: [...SHARED, 'rules/engine', ...ASKED], mayTypes: PROCESS_TYPES },

  { zone: 'portal/web/i18n', may: ['shared/model'], browser: true },
  { zone: 'portal/web/theme', may: [], browser: true },
  { zone: 'portal/web/api', may: ['shared/model'], browser: true },
  { zone: 'portal/web/ui', may: WEB_BASE, browser: true },
  // Whoever writes a rule is told what the import would tell: by the reader of the files. Stands before `*`, which is as long.
  {
    zone: 'portal/web/features/rules',
    may: [...WEB_BASE, 'portal/web/ui', ...WEB_CONTEXT, 'shared/files'],
    browser: true,
  },
  { zone: 'portal/web/features/*', may: [...WEB_BASE, 'portal/web/ui', ...WEB_CONTEXT], browser: true },
  { zone: 'portal/web', may: ['shared/model', 'rules/engine', 'portal/web'], browser: true },
  { zone: 'portal/web/vite.config.ts', may: [] },

  // Mains, a page each, and what puts a room together for them: the only ones that know every room, settings, log and metrics.
  ...[
    'shared/process/foundation.ts',
    'rules/build.ts',
    'rules/main.ts',
    'rules/backtest-command.ts',
    'ingest/build.ts',
    'ingest/main.ts',
    'ingest/replay-command.ts',
    'ingest/replay',
    'portal/build.ts',
    'portal/credentials.ts',
    'portal/front-door.ts',
    'portal/main.ts',
    'portal/import-command.ts',
    'portal/import',
    'portal/running-house.ts',
    'portal/backup-command.ts',
    'portal/restore-command.ts',
    'portal/backup',
    'portal/standalone.ts',
  ].map((zone) => ({ zone, may: zone.startsWith('shared') ? ['shared'] : ROOMS })),
];

const WEB = ['portal/web'];
const API = ['portal/api'];

/** Package → folders and files that may import it. Tests may import any. */
export const DOORS: Readonly<Record<string, readonly string[]>> = {
  '@duckdb/node-api': ['shared/readings'],
  '@electric-sql/pglite': ['shared/database'],
  '@mantine/core': WEB,
  '@mantine/hooks': WEB,
  '@mantine/notifications': WEB,
  '@node-rs/argon2': ['shared/database/password.ts'],
  '@tanstack/react-query': WEB,
  '@tanstack/react-virtual': WEB,
  '@vitejs/plugin-react': ['portal/web/vite.config.ts'],
  aedes: ['ingest'],
  express: API,
  'express-rate-limit': API,
  feiertagejs: ['shared/model/service/holidays.ts'],
  helmet: API,
  i18next: WEB,
  influx: ['shared/readings'],
  kysely: ['shared/database'],
  mqtt: ['ingest'],
  'node-cron': ['rules/schedule.ts'],
  nodemailer: ['rules/service/mail.ts'],
  pg: ['shared/database'],
  pino: ['shared/process/log.ts'],
  'pino-http': API,
  'pino-pretty': ['shared/process/log.ts'],
  'prom-client': ['shared/process/metrics.ts'],
  react: WEB,
  'react-dom': WEB,
  'react-i18next': WEB,
  'react-router': WEB,
  recharts: ['portal/web/ui/charts'],
  'rrule-temporal': ['shared/model/service/recurrence.ts'],
  'simple-statistics': ['ingest/replay'],
  'temporal-polyfill': ['shared/model/service/recurrence.ts'],
  standardwebhooks: ['rules/service/webhook.ts'],
  vite: ['portal/web/vite.config.ts'],
  yaml: ['shared/files'],
  zod: ['shared/model/api', 'portal/api', 'portal/web/api'],
};
