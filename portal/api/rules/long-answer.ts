/** An answer that takes its time: with progress as an event stream where the client takes one, ended when it goes away. */
import type { z } from 'zod';
import { BacktestTooLarge } from '#rules/backtest-store.ts';
import type { Log } from '#shared/process/log.ts';
import { invalid, loggedProblem, problemBody, ProblemError } from '../problems.ts';
import { type Context, WRITTEN } from '../route.ts';
import { Wire } from '../stream/wire.ts';
import type { Turns } from './turns.ts';

const RETRY_AFTER_S = 10;
const PROGRESS_MS = 200;

/** Tells how far it has come; as often as one likes. */
export type Tell = (progress: Readonly<Record<string, unknown>>) => void;

export interface LongWork<A> {
  readonly turns: Turns;
  readonly log: Log;
  readonly answer: z.ZodType<A>;
  /** Where input errors belong to: `body` or `query`. */
  readonly where: string;
  readonly work: (signal: AbortSignal, tell: Tell) => Promise<A>;
}

/** Throws `too-many` where neither a turn nor a place in the queue is free. Who closes the connection ends the work. */
export async function longAnswer<A>(
  { req, res }: Pick<Context, 'req' | 'res'>,
  { turns, log, answer, where, work }: LongWork<A>,
): Promise<A | typeof WRITTEN> {
  if (turns.full) {
    res.setHeader('retry-after', String(RETRY_AFTER_S));
    throw new ProblemError('too-many', 'Other backtests are under way. Try again in a moment.');
  }
  const ending = new AbortController();
  const { signal } = ending;
  res.once('close', () => ending.abort());
  const ask = (tell: Tell) => turns.run(signal, () => work(signal, tell));
  if (req.accepts(['application/json', 'text/event-stream']) !== 'text/event-stream') {
    return ask(() => undefined).catch((error: unknown) => {
      throw problemOf(error, signal, where);
    });
  }
  const wire = new Wire(res);
  wire.open();
  wire.send({ event: 'progress', data: { state: 'waiting' } });
  try {
    wire.finish('result', answer.parse(await ask(teller(wire))));
  } catch (error) {
    wire.finish('problem', problemBody(res, loggedProblem(log, problemOf(error, signal, where), res)));
  }
  return WRITTEN;
}

/** Sends how far it has come, now and then. */
function teller(wire: Wire): Tell {
  let next = 0;
  return (progress) => {
    const now = performance.now();
    if (now < next || !wire.free) return;
    next = now + PROGRESS_MS;
    wire.send({ event: 'progress', data: { state: 'running', ...progress } });
  };
}

function problemOf(error: unknown, signal: AbortSignal, where: string): unknown {
  if (signal.aborted) return new ProblemError('bad-request', 'The backtest was broken off.');
  if (error instanceof BacktestTooLarge) return invalid([{ path: where, message: error.message }], error.message);
  return error;
}
