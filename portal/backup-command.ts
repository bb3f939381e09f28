/** `npm run -s backup`: see backup/command.ts. */
import path from 'node:path';
import { readSettings, SettingsError } from '#shared/process/settings.ts';
import { backupCommand } from './backup/command.ts';

try {
  const settings = readSettings(process.env);
  process.exitCode = await backupCommand(process.argv.slice(2), {
    settings: { ...settings, dataDir: path.resolve(settings.dataDir) },
    clock: Date.now,
    out: (line) => console.log(line),
    err: (line) => console.error(line),
  });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
