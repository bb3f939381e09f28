/** `npm run -s replay -- --plant plant.yaml … readings.csv…`: see replay/command.ts. */
import { readSettings, SettingsError } from '#shared/process/settings.ts';
import { replayCommand } from './replay/command.ts';

const { stderr } = process;
try {
  process.exitCode = await replayCommand(process.argv.slice(2), {
    settings: readSettings(process.env),
    clock: Date.now,
    err: (line) => void stderr.write(`${line}\n`),
    ...(stderr.isTTY ? { show: (line: string) => void stderr.write(`\r\u001B[K${line}`) } : {}),
  });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
