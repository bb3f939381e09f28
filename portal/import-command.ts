/** `npm run -s import -- [--dry-run] plant.yaml rules.yaml`: see import/command.ts. */
import { importCommand } from './import/command.ts';

process.exitCode = await importCommand(process.argv.slice(2), {
  env: process.env,
  now: () => new Date(),
  out: (line) => console.log(line),
  err: (line) => console.error(line),
});
