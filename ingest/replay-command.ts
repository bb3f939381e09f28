/** `npm run -s replay -- --plant plant.yaml … readings.csv…`: see replay/command.ts. */
import { replayCommand } from './replay/command.ts';

const { stderr } = process;
process.exitCode = await replayCommand(process.argv.slice(2), {
  env: process.env,
  clock: Date.now,
  err: (line) => void stderr.write(`${line}\n`),
  ...(stderr.isTTY ? { show: (line: string) => void stderr.write(`\r\u001B[K${line}`) } : {}),
});
