/** `npm run -s import -- [--dry-run] plant.yaml rules.yaml`: see import/command.ts. */
import { readSettings, SettingsError } from '#shared/process/settings.ts';
import { importCommand } from './import/command.ts';

try {
  process.exitCode = await importCommand(process.argv.slice(2), {
    settings: readSettings(process.env),
    now: () => new Date(),
    out: (line) => console.log(line),
    err: (line) => console.error(line),
  });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
