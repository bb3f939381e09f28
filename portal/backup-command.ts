/** `npm run -s backup`: see backup/command.ts. */
import { runCommand } from '#shared/process/command.ts';
import { backupCommand } from './backup/command.ts';

await runCommand(backupCommand);
