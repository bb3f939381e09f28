/** `npm run -s replay -- --plant plant.yaml … readings.csv…`: see replay/command.ts. */
import { runCommand } from '#shared/process/command.ts';
import { replayCommand } from './replay/command.ts';

const { stderr } = process;
const show = stderr.isTTY ? { show: (line: string) => void stderr.write(`\r\u001B[K${line}`) } : {};

await runCommand((args, parts) => replayCommand(args, { ...parts, ...show }));
