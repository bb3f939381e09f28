/** Every setting once: what it means, its default, how it is read. All problems are told together, before anything starts. */
import { readFileSync } from 'node:fs';
import { parseDuration } from '#shared/model/duration.ts';
import { belongTogether, certificates, privateKey } from './pem.ts';

interface Setting<T> {
  readonly name: string;
  readonly meaning: string;
  /** As the README shows it. */
  readonly fallback: string;
  /** The value, or a thrown sentence that says what is allowed. */
  readonly read: (text: string | undefined) => T;
}

const setting = <T>(
  name: string,
  fallback: string,
  meaning: string,
  read: (text: string | undefined) => T,
): Setting<T> => ({
  name,
  meaning,
  fallback,
  read,
});

const definitions = {
  port: setting('PORT', '8080', 'port of the portal; 0 takes a free one', port(8080)),
  host: setting('HOST', '127.0.0.1', 'address the portal and the embedded broker listen on', (t) => t ?? '127.0.0.1'),
  dataDir: setting('DATA_DIR', './data', 'folder of the journal and the embedded stores', (t) => t ?? './data'),
  mqttUrl: setting(
    'MQTT_URL',
    'unset',
    'broker to subscribe to, mqtt://host:1883 or mqtts://; unset: an embedded broker',
    url(['mqtt:', 'mqtts:']),
  ),
  mqttPort: setting('MQTT_PORT', '1883', 'port of the embedded broker; 0 takes a free one; `off`: TLS alone', (t) =>
    t?.toLowerCase() === 'off' ? ('off' as const) : port(1883)(t),
  ),
  mqttTlsPort: setting('MQTT_TLS_PORT', '8883', 'its port for TLS, where MQTT_TLS_CERT is given', port(8883)),
  mqttTlsCert: setting(
    'MQTT_TLS_CERT',
    'unset',
    'file (PEM) of its certificate, with those in between; unset: no TLS',
    certificates,
  ),
  mqttTlsKey: setting('MQTT_TLS_KEY', 'unset', "file (PEM) of the certificate's key, without passphrase", privateKey),
  mqttCa: setting(
    'MQTT_CA',
    'the authorities Node knows',
    'file (PEM) of who signed the certificate of the broker of MQTT_URL',
    certificates,
  ),
  mqttPrefix: setting('MQTT_PREFIX', 'machines', 'first level of the topics', prefix),
  mqttUser: setting('MQTT_USER', 'house', "the house's own user at the broker", (t) => t ?? 'house'),
  mqttPassword: setting(
    'MQTT_PASSWORD',
    'made up, kept in DATA_DIR',
    "password of the house's own user at the broker",
    (t) => t,
  ),
  mqttAdminUser: setting(
    'MQTT_ADMIN_USER',
    'admin',
    "user with the role admin of mosquitto's dynamic-security plugin, at the broker of MQTT_URL",
    (t) => t ?? 'admin',
  ),
  mqttAdminPassword: setting(
    'MQTT_ADMIN_PASSWORD',
    'unset',
    'its password; unset: passwords of machines are made at that broker by hand',
    (t) => t,
  ),
  influxUrl: setting(
    'INFLUX_URL',
    'unset',
    'InfluxDB 1.x, http://user:password@host:8086/database; unset: embedded DuckDB',
    influx,
  ),
  keepReadings: setting(
    'KEEP_READINGS',
    'all',
    'how long readings are kept one by one, such as 90d; `all`: for ever. Charts then show what is rolled up',
    kept,
  ),
  keepMinutes: setting('KEEP_MINUTES', 'all', 'how long readings rolled up by minute are kept', kept),
  keepHours: setting('KEEP_HOURS', 'all', 'how long readings rolled up by hour are kept', kept),
  keepEvents: setting('KEEP_EVENTS', 'all', 'how long log codes of machines are kept', kept),
  keepRejects: setting(
    'KEEP_REJECTS',
    '90d',
    'how long is kept what could not be used: messages set aside (200,000 at most), their counts, holes; `all`: for ever',
    (t) => kept(t ?? '90d'),
  ),
  keepMessages: setting(
    'KEEP_MESSAGES',
    '90d',
    'how long mails and webhooks are kept that were sent or given up',
    (t) => kept(t ?? '90d'),
  ),
  keepAudit: setting('KEEP_AUDIT', '1095d', 'how long the log of who did what is kept', (t) => kept(t ?? '1095d')),
  databaseUrl: setting(
    'DATABASE_URL',
    'unset',
    'PostgreSQL, postgres://user:password@host/database; unset: embedded',
    url(['postgres:', 'postgresql:']),
  ),
  adminPassword: setting(
    'ADMIN_PASSWORD',
    'made up and printed once',
    'password of the first user `admin`, at least 10 characters',
    password,
  ),
  demo: setting(
    'DEMO',
    'on if no plant was imported yet',
    '`on` or `off`: demo plant, users and simulated machines',
    oneOf(['on', 'off']),
  ),
  logLevel: setting(
    'LOG_LEVEL',
    'info',
    '`debug`, `info`, `warn` or `error`',
    (t) => oneOf(['debug', 'info', 'warn', 'error'])(t) ?? 'info',
  ),
  journalLimit: setting(
    'JOURNAL_LIMIT_MB',
    '20480',
    'most the journal may take on disk, in MB',
    (t) => wholeNumber(64, 1e9)(t) ?? 20_480,
  ),
  machineReadings: setting(
    'MACHINE_READINGS_PER_SECOND',
    '5000',
    'most readings, events and states a machine may send in a second of its own time, over ten seconds; what is more is set aside, the embedded broker reads it more slowly, and a case tells it; `off`: no limit',
    (t) => (t?.toLowerCase() === 'off' ? undefined : (wholeNumber(100, 1e6)(t) ?? 5_000)),
  ),
  reopenHours: setting(
    'REOPEN_HOURS',
    '24',
    'hours within which a new alarm re-opens a case that was resolved or closed',
    (t) => wholeNumber(0, 8760)(t) ?? 24,
  ),
  caseAbsorbFor: setting(
    'CASE_ABSORB_FOR',
    '24h',
    'how long after work on a case began new alarms still go to it, such as 8h or 2d',
    (t) => duration(t ?? '24h'),
  ),
  trustProxy: setting(
    'TRUST_PROXY',
    '0',
    'number of reverse proxies in front of the portal',
    (t) => wholeNumber(0, 10)(t) ?? 0,
  ),
  smtpUrl: setting(
    'SMTP_URL',
    'unset',
    'mail server, smtp://user:password@host:587 or smtps://; unset: mails are written and kept, not sent',
    url(['smtp:', 'smtps:']),
  ),
  mailFrom: setting('MAIL_FROM', 'leitwarte@localhost', 'sender of mails', mailAddress),
  publicUrl: setting(
    'PUBLIC_URL',
    'unset',
    'address of the portal as people open it, https://service.example.com; unset: mails have no links',
    url(['http:', 'https:']),
  ),
  heartbeatEvery: setting('HEARTBEAT_EVERY', '1m', 'how often a heartbeat goes the way of every message', (t) =>
    duration(t ?? '1m'),
  ),
  heartbeatLimit: setting(
    'HEARTBEAT_LIMIT',
    '150s',
    'a heartbeat older than this is missing: an alarm tells what stands still',
    (t) => duration(t ?? '150s'),
  ),
  heartbeatUrl: setting(
    'HEARTBEAT_URL',
    'unset',
    'address of an outside watcher (Healthchecks, Uptime Kuma …) that is called each minute while heartbeats come everywhere',
    url(['http:', 'https:']),
  ),
  webhookInner: setting(
    'WEBHOOK_INNER',
    'off',
    '`on`: webhooks may go to inner networks, and without TLS',
    (t) => oneOf(['on', 'off'])(t) ?? 'off',
  ),
} as const;

export type Settings = { readonly [K in keyof typeof definitions]: ReturnType<(typeof definitions)[K]['read']> };

/** The users by which the house itself logs in at the broker: no machine can be called so. */
export function houseUsers(
  settings: Pick<Settings, 'mqttUrl' | 'mqttUser' | 'mqttAdminUser' | 'mqttAdminPassword'>,
): readonly string[] {
  const { mqttUrl, mqttUser, mqttAdminUser, mqttAdminPassword } = settings;
  if (mqttUrl === undefined) return [mqttUser];
  const inUrl = decodeURIComponent(new URL(mqttUrl).username);
  return [inUrl || mqttUser, ...(mqttAdminPassword === undefined ? [] : [mqttAdminUser])];
}

/** All settings, for the README, docker-compose's check and `--help`. */
export const SETTINGS: readonly Setting<unknown>[] = Object.values(definitions);

/** Thrown with one line a problem. */
export class SettingsError extends Error {
  override name = 'SettingsError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      `${problems.length} setting${problems.length === 1 ? ' is' : 's are'} wrong:\n${problems.map((p) => `  ${p}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** Reads all settings; `X_FILE` names a file that holds X. Throws SettingsError with every problem. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, definition] of Object.entries(definitions)) {
    try {
      values[key] = definition.read(valueOf(env, definition.name));
    } catch (error) {
      problems.push(`${definition.name}: ${(error as Error).message}`);
    }
  }
  if (problems.length === 0) problems.push(...contradictions(values as Settings));
  if (problems.length > 0) throw new SettingsError(problems);
  return values as Settings;
}

/** What is right by itself and wrong together. */
function contradictions(settings: Settings): readonly string[] {
  const { mqttPort, mqttTlsCert, mqttTlsKey, mqttUrl, mqttCa, heartbeatEvery, heartbeatLimit } = settings;
  const problems: string[] = [];
  if (heartbeatEvery < 100) problems.push('HEARTBEAT_EVERY: is shorter than 100ms');
  if (heartbeatLimit < 2 * heartbeatEvery)
    problems.push('HEARTBEAT_LIMIT: is shorter than twice HEARTBEAT_EVERY, so one late heartbeat would raise an alarm');
  if (mqttTlsCert !== undefined && mqttTlsKey === undefined)
    problems.push('MQTT_TLS_KEY: is not set, but MQTT_TLS_CERT is: give both');
  if (mqttTlsKey !== undefined && mqttTlsCert === undefined)
    problems.push('MQTT_TLS_CERT: is not set, but MQTT_TLS_KEY is: give both');
  if (mqttTlsCert !== undefined && mqttTlsKey !== undefined && !belongTogether(mqttTlsCert, mqttTlsKey))
    problems.push('MQTT_TLS_KEY: is not the key of the certificate in MQTT_TLS_CERT');
  if (mqttPort === 'off' && mqttTlsCert === undefined && mqttUrl === undefined)
    problems.push('MQTT_PORT: is off, and there is no MQTT_TLS_CERT: machines could not connect at all');
  if (shorter(settings.keepMinutes, settings.keepReadings))
    problems.push(
      'KEEP_MINUTES: is shorter than KEEP_READINGS: what is rolled up is kept at least as long as the readings',
    );
  if (shorter(settings.keepHours, settings.keepMinutes))
    problems.push('KEEP_HOURS: is shorter than KEEP_MINUTES: hours are kept at least as long as minutes');
  if (mqttCa !== undefined && mqttUrl !== undefined && !mqttUrl.startsWith('mqtts:'))
    problems.push('MQTT_CA: is of no use, because MQTT_URL does not begin with mqtts://');
  return problems;
}

function valueOf(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const direct = env[name];
  const file = env[`${name}_FILE`];
  if (direct && file) throw new Error(`is given twice, as ${name} and as ${name}_FILE: keep one of them`);
  if (!file) return direct === '' ? undefined : direct;
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '') || undefined;
  } catch (error) {
    throw new Error(`${name}_FILE names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}

function wholeNumber(low: number, high: number) {
  return (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new Error(`"${text}" is not a whole number from ${low} to ${high}`);
    }
    return value;
  };
}

/** In ms. */
function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined)
    throw new Error(`"${text}" is no duration: write a whole number and ms, s, m, h or d, such as 24h`);
  return ms;
}

/** In ms, a day at least; undefined: for ever. */
function kept(text: string | undefined): number | undefined {
  if (text === undefined || text.toLowerCase() === 'all') return undefined;
  const ms = duration(text);
  if (ms < 86_400_000) throw new Error(`"${text}" is shorter than 1d`);
  return ms;
}

/** Of two times something is kept; undefined: for ever. */
function shorter(one: number | undefined, other: number | undefined): boolean {
  return (one ?? Infinity) < (other ?? Infinity);
}

function port(fallback: number) {
  return (text: string | undefined): number => wholeNumber(0, 65_535)(text) ?? fallback;
}

function oneOf<const T extends string>(allowed: readonly T[]) {
  return (text: string | undefined): T | undefined => {
    if (text === undefined) return undefined;
    const found = allowed.find((value) => value === text.toLowerCase());
    if (!found) throw new Error(`"${text}" is none of ${allowed.join(', ')}`);
    return found;
  };
}

/** The text itself is never repeated: it may hold a password. */
function url(protocols: readonly string[]) {
  return (text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (!parsed || !protocols.includes(parsed.protocol) || !parsed.hostname) {
      throw new Error(`is no address of the form ${protocols.map((p) => `${p}//host`).join(' or ')}`);
    }
    return text;
  };
}

function influx(text: string | undefined): string | undefined {
  const checked = url(['http:', 'https:'])(text);
  if (checked && !/^\/[^/]+$/.test(new URL(checked).pathname)) {
    throw new Error('names no database: write http://user:password@host:8086/database');
  }
  return checked;
}

function prefix(text: string | undefined): string {
  const value = text ?? 'machines';
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(value))
    throw new Error(`"${value}" is no single topic level of letters, digits, ".", "_", "-"`);
  return value;
}

/** `a@b`, or `Name <a@b>`. */
function mailAddress(text: string | undefined): string {
  const value = text ?? 'leitwarte@localhost';
  if (!/^[^@\s<>]+@[^@\s<>]+$|^[^<>\r\n]+ <[^@\s<>]+@[^@\s<>]+>$/.test(value))
    throw new Error(`"${value}" is no address such as service@example.com or Service <service@example.com>`);
  return value;
}

function password(text: string | undefined): string | undefined {
  if (text !== undefined && text.length < 10) throw new Error('is shorter than 10 characters');
  return text;
}
