/** The one door to pino: JSON lines on standard output, readable when it is a terminal. */
import { pino, type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';

export type Log = Logger;

/** Keys whose values never reach a log, wherever they stand in an object. */
const SECRET = ['password', 'token', 'secret', 'authorization', 'cookie', 'csrf'];

export function createLog(level: string, options: { terminal?: boolean; destination?: DestinationStream } = {}): Log {
  const paths = SECRET.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  const settings = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths, censor: '[hidden]' },
    serializers: { err: describeError, error: describeError },
  };
  if (options.destination) return pino(settings, options.destination);
  if (options.terminal) return pino(settings, pretty({ sync: true, translateTime: 'SYS:HH:MM:ss', ignore: 'part' }));
  return pino(settings, pino.destination({ dest: 1, sync: true }));
}

/** Name, message, code and stack, and nothing else: error objects of clients carry credentials. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  const code = (error as NodeJS.ErrnoException).code;
  return { name, message, ...(code ? { code } : {}), stack: stack?.split('\n').slice(1, 6).join('\n') };
}
