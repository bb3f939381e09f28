/** The command `replay`: publishes recorded readings as MQTT telemetry, QoS 1, at a pace of its own. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Publisher } from '../broker/publisher.ts';
import { messagesOf } from './messages.ts';
import { type ReplayOrder, type ReplaySettings, readOrder, USAGE } from './order.ts';
import { Progress } from './progress.ts';
import { type Recording, readRecording } from './read.ts';

export interface ReplaySurroundings {
  readonly settings: ReplaySettings;
  /** Epoch ms. */
  readonly clock: () => number;
  /** Whole lines, without their end. */
  readonly err: (line: string) => void;
  /** Shows a line that the next one replaces; left out where there is no terminal. */
  readonly show?: (line: string) => void;
}

/** Messages on their way at once: enough to keep a broker busy, few enough to send again. */
const WINDOW = 1000;
const BREATHE_EVERY = 2000;

/** Runs the command. The exit status is 0, or 2 where arguments, a file or the broker forbid it, with every problem told. */
export async function replayCommand(args: readonly string[], surroundings: ReplaySurroundings): Promise<0 | 2> {
  const { settings, clock, err } = surroundings;
  let order: ReplayOrder;
  try {
    order = readOrder(args, settings);
  } catch (error) {
    err(`replay: ${(error as Error).message}`);
    err(`usage: ${USAGE}`);
    return 2;
  }
  const recording = await readRecording(order, err);
  if ('problems' in recording) {
    for (const problem of recording.problems) err(problem);
    return 2;
  }
  const { broker } = order;
  const publisher = new Publisher({
    ...broker,
    clientId: `replay-${randomBytes(6).toString('hex')}`,
    now: clock,
    window: WINDOW,
  });
  try {
    await publisher.start();
  } catch (error) {
    err(`replay: ${(error as Error).message}`);
    return 2;
  }
  try {
    return await publish(order, recording, publisher, surroundings);
  } finally {
    await publisher.stop();
  }
}

async function publish(
  order: ReplayOrder,
  { table, rows, badRows }: Recording,
  publisher: Publisher,
  surroundings: ReplaySurroundings,
): Promise<0 | 2> {
  const { clock, err } = surroundings;
  const end = table.end;
  if (end === undefined) {
    err(`replay: the files hold no reading that could be sent (${rows} rows, ${badRows} bad)`);
    return 2;
  }
  const begun = clock();
  const shift = order.fromNow ? begun - end : 0;
  const progress = new Progress({ total: table.size, publisher, begun, ...surroundings });
  let first: number | undefined;
  let readings = 0;
  let messages = 0;
  try {
    for (const message of messagesOf(table.snapshots(), shift)) {
      first ??= message.ts;
      const due = begun + (message.ts - first) / order.speed;
      for (let wait = due - clock(); wait > 0; wait = due - clock()) {
        await sleep(Math.min(wait, 500));
      }
      await publisher.publish(`${order.prefix}/${message.machine}/telemetry`, message.payload);
      readings += message.readings;
      messages++;
      progress.tell(readings);
      // Timers and the network must have their turn, however fast the broker is.
      if (messages % BREATHE_EVERY === 0) await new Promise(setImmediate);
    }
    await publisher.flush();
  } finally {
    progress.end();
  }
  const seconds = Math.max(0.001, (clock() - begun) / 1000);
  const refused = publisher.takeRefused();
  err(
    `${readings} readings in ${messages} messages published in ${seconds.toFixed(1)} s (${Math.round(messages / seconds)} messages/s); ${rows} rows, ${badRows} bad rows`,
  );
  if (refused.length === 0) return 0;
  const [one] = refused;
  err(
    `replay: the broker refused ${refused.length} of them, such as ${one?.topic} (${one?.reason}): log in as a user who may publish there`,
  );
  return 2;
}
