/** A house after its trouble: waits until all is where it belongs, and says what is not. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '#shared/database/database.ts';
import { audit, cameLate, caseProblems, readBooks } from './accounts.ts';
import { alarmsByBacktest, alarmsOf, horizon } from './alarms.ts';
import type { WholeHouse } from './house.ts';

const WITHIN_MS = 90_000;

export interface Settled {
  /** Sentences; none where nothing is lost, doubled or judged otherwise than by backtest. */
  readonly problems: readonly string[];
  /** Messages the broker lost, of which the machines' own count tells. */
  readonly lost: number;
  /** Messages that came behind later ones: stored, and not judged. */
  readonly late: number;
  readonly alarms: number;
  /** Until the last reading was where it belongs, s. */
  readonly seconds: number;
}

/** `acknowledged`: messages of the fleet, from the first on. */
export async function settle(house: WholeHouse, database: Database, acknowledged: number): Promise<Settled> {
  const began = performance.now();
  const { end } = await house.progress();
  const isLate = (): boolean => performance.now() - began > WITHIN_MS;
  while ((await house.progress()).rules < end && !isLate()) await sleep(200);
  let books = await readBooks(house.servers.influx, database);
  while (audit(acknowledged, books).problems.length > 0 && !isLate()) {
    await sleep(500);
    books = await readBooks(house.servers.influx, database);
  }
  const seconds = (performance.now() - began) / 1000;
  const { problems, lost } = audit(acknowledged, books);
  const until = horizon(acknowledged);
  const raised = await alarmsOf(database, until);
  const expected = await alarmsByBacktest(acknowledged, books, until);
  const [has, must] = [new Set(raised), new Set(expected)];
  return {
    problems: [
      ...problems.slice(0, 10),
      ...raised.filter((line) => !must.has(line)).map((line) => `alarm found: ${line}`),
      ...expected.filter((line) => !has.has(line)).map((line) => `alarm expected: ${line}`),
      ...(raised.length === has.size ? [] : ['an alarm was raised twice']),
      ...(await caseProblems(database)),
    ],
    lost: lost.length,
    late: [...books.temp].filter((n) => cameLate(n, books)).length,
    alarms: raised.length,
    seconds,
  };
}
