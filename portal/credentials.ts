/** Chooses who carries out the passwords of machines: the embedded broker by itself, a mosquitto by its plugin, or nobody. */
import { DynsecAccounts } from '#ingest/broker/dynsec.ts';
import { AnnouncedAccounts } from '#shared/accounts/announced.ts';
import { MachineCredentials } from '#shared/accounts/credentials.ts';
import { PasswordMaker } from '#shared/accounts/password.ts';
import type { MachineAccounts } from '#shared/accounts/port.ts';
import { UnmanagedAccounts } from '#shared/accounts/unmanaged.ts';
import type { Database } from '#shared/database/database.ts';
import type { Log } from '#shared/process/log.ts';
import { keptSecret } from '#shared/process/secrets.ts';
import { houseUsers, type Settings } from '#shared/process/settings.ts';

interface Parts {
  readonly settings: Settings;
  readonly database: Database;
  readonly log: Log;
}

export function openCredentials({ settings, database, log }: Parts): MachineCredentials {
  return new MachineCredentials({
    database,
    accounts: openAccounts(settings, database),
    passwords: async () => new PasswordMaker((await keptSecret(settings.dataDir, 'machine-key')).secret),
    clock: Date.now,
    log,
  });
}

function openAccounts(settings: Settings, database: Database): MachineAccounts {
  const {
    mqttUrl: url,
    mqttPrefix: prefix,
    mqttAdminUser: username,
    mqttAdminPassword: password,
    mqttCa: ca,
  } = settings;
  const reserved = houseUsers(settings);
  if (url === undefined) return new AnnouncedAccounts(database, reserved);
  if (password === undefined) return new UnmanagedAccounts(reserved);
  return new DynsecAccounts({
    url: withoutLogin(url),
    username,
    password,
    ...(ca !== undefined && { ca }),
    prefix,
    reserved,
    now: Date.now,
  });
}

/** The address may carry the house's user, who is another one. */
function withoutLogin(url: string): string {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return parsed.toString();
}
