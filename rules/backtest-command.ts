/** `npm run -s backtest`: prints the alarms rules would have raised on past readings. See backtest-cli.ts. */
import { backtestCommand } from './backtest-cli.ts';

const FLUSH_AT = 64 * 1024;
let buffer = '';

function flush(): void {
  if (buffer !== '') process.stdout.write(buffer);
  buffer = '';
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // the reader of a pipe (head) has enough
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await backtestCommand(process.argv.slice(2), {
  out: (line) => {
    buffer += `${line}\n`;
    if (buffer.length >= FLUSH_AT) flush();
  },
  err: (line) => void process.stderr.write(`${line}\n`),
});
flush();
