/** Which buckets a chart gets: cut anywhere where the raw readings are asked, else at whole minutes or hours. */
import { bucketWidth } from '../range.ts';
import { type Grid, type RollupState, type Unit, UNIT_MS } from './port.ts';

/** From such a width on the loss by rounding up to whole units is a sixth at most. */
const FROM_WIDTH: readonly (readonly [Unit, number])[] = [
  ['hour', 6 * UNIT_MS.hour],
  ['minute', 5 * UNIT_MS.minute],
];

interface Question {
  readonly from: number;
  readonly to: number;
  readonly buckets: number;
}

/** As many buckets of equal width as asked for or a few less, from the begin of the range on. */
export function exactGrid(question: Question): Grid {
  return { start: question.from, width: bucketWidth(question) };
}

/** The same in whole units, from the last whole unit at or before the begin of the range on. */
export function gridOf(unit: Unit, { from, to, buckets }: Question): Grid {
  const start = wholeBefore(from, UNIT_MS[unit]);
  return { start, width: wholeAfter(bucketWidth({ from: start, to, buckets }), UNIT_MS[unit]) };
}

/** The coarsest unit that still gives the buckets asked for, or the finest there is so long ago; undefined: the raw readings. */
export function unitFor(question: Question, { rawFrom, minutesFrom }: RollupState): Unit | undefined {
  if (question.from < minutesFrom) return 'hour';
  const width = bucketWidth(question);
  const [unit] = FROM_WIDTH.find(([, least]) => width >= least) ?? [];
  return unit ?? (question.from < rawFrom ? 'minute' : undefined);
}

export function wholeBefore(ts: number, unit: number): number {
  return Math.floor(ts / unit) * unit;
}

export function wholeAfter(ts: number, unit: number): number {
  return Math.ceil(ts / unit) * unit;
}
