/**
 * From alarms to cases. Every alarm is written. One that calls for attention goes to the open case of its machine and component;
 * else to one that was resolved or closed, not as false, a short while ago; else to a new one. One that is suppressed (shelved,
 * maintenance, flood) waits; what still stands when that ends goes to a case then. Cases stay open when their alarms clear.
 */
import type { Transaction } from '#shared/database/database.ts';
import { astir } from '#shared/database/queries/attention.ts';
import { lockMoves } from '#shared/database/queries/cases.ts';
import type { NewChange } from '#shared/database/queries/changes.ts';
import { Desk } from './desk.ts';
import type { Stretch, Surroundings } from './told.ts';

/** Writes a stretch of the journal into alarms and cases; answers what the portal must learn. Told twice, it has no effect. */
export async function decide(
  tx: Transaction,
  { told, tick }: Stretch,
  surroundings: Surroundings,
): Promise<readonly NewChange[]> {
  const until = Math.max(tick ?? -Infinity, told.at(-1)?.at ?? -Infinity);
  if (until === -Infinity) return [];
  const there = await astir(tx, new Date(until));
  const growth = there.growth && tick !== undefined;
  if (told.length === 0 && !there.due && !growth) return [];
  await lockMoves(tx, 'house');
  const desk = new Desk(tx, surroundings);
  await desk.prepare(told, there, until);
  for (const one of told) {
    await desk.pass(one.at);
    await desk.take(one);
  }
  if (tick !== undefined) await desk.pass(tick);
  if (growth) await desk.weigh(tick);
  return desk.write();
}
