/** `npm run -s import -- [--dry-run] plant.yaml rules.yaml`: see import/command.ts. */
import { runCommand } from '#shared/process/command.ts';
import { importCommand } from './import/command.ts';

await runCommand(importCommand);
