/** `npm run -s restore`: see backup/command.ts. */
import { runCommand } from '#shared/process/command.ts';
import { restoreCommand } from './backup/command.ts';

await runCommand(restoreCommand);
