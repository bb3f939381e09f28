/** What the commands of a house share: settings read once, lines to people, and an exit status instead of a stack. */
import path from 'node:path';
import { readSettings, type Settings, SettingsError } from './settings.ts';

export interface CommandParts {
  readonly settings: Settings;
  /** Epoch ms. */
  readonly clock: () => number;
  /** A line on standard output. */
  readonly out: (line: string) => void;
  /** A line on standard error. */
  readonly err: (line: string) => void;
}

/** Runs a command with the arguments of this process; bad settings are told, with status 2. */
export async function runCommand(
  command: (args: readonly string[], parts: CommandParts) => Promise<number>,
): Promise<void> {
  const err = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    const settings = readSettings(process.env);
    process.exitCode = await command(process.argv.slice(2), {
      settings: { ...settings, dataDir: path.resolve(settings.dataDir) },
      clock: Date.now,
      out: (line) => void process.stdout.write(`${line}\n`),
      err,
    });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    err(error.message);
    process.exitCode = 2;
  }
}
