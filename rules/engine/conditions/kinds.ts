/** The table of kinds: which key makes a condition what, and the file that knows all about it. */
import type { Condition } from '#shared/model/rule.ts';
import { compileChanges } from './changes.ts';
import { compileAll, compileAny, compileNot } from './combine.ts';
import { compileDeviates } from './deviates.ts';
import { compileEvent } from './event.ts';
import { compileFrozen } from './frozen.ts';
import { compileLimit } from './limit.ts';
import type { Node, Scope } from './node.ts';
import { compileSequence } from './sequence.ts';
import { compileSilent } from './silent.ts';
import { compileState } from './state.ts';
import { compileTrend } from './trend.ts';

export function compileCondition(condition: Condition, scope: Scope): Node {
  if ('all' in condition) return compileAll(condition.all, scope);
  if ('any' in condition) return compileAny(condition.any, scope);
  if ('not' in condition) return compileNot(condition.not, scope);
  if ('sequence' in condition) return compileSequence(condition, scope);
  if ('event' in condition) return compileEvent(condition, scope);
  if ('state' in condition) return compileState(condition, scope);
  if ('changes' in condition) return compileChanges(condition, scope);
  if ('frozen' in condition) return compileFrozen(condition, scope);
  if ('silent' in condition) return compileSilent(condition, scope);
  if ('trend' in condition) return compileTrend(condition, scope);
  if ('deviates' in condition) return compileDeviates(condition, scope);
  return compileLimit(condition, scope);
}

/** Ids of the sensors a condition names, in the order of the file, each once. */
export function sensorsOf(condition: Condition): readonly string[] {
  return [...new Set(named(condition))];
}

function named(condition: Condition): readonly string[] {
  if ('all' in condition) return condition.all.flatMap(named);
  if ('any' in condition) return condition.any.flatMap(named);
  if ('not' in condition) return named(condition.not);
  if ('sequence' in condition) return condition.sequence.flatMap(named);
  return 'sensor' in condition ? [condition.sensor] : [];
}

/** Ids of the sensors whose tolerance or nominal value the condition asks for. */
export function tolerancesOf(condition: Condition): ReadonlySet<string> {
  if ('all' in condition) return together(condition.all);
  if ('any' in condition) return together(condition.any);
  if ('not' in condition) return tolerancesOf(condition.not);
  if ('sequence' in condition) return together(condition.sequence);
  return new Set('trend' in condition || 'outside' in condition ? [condition.sensor] : []);
}

function together(conditions: readonly Condition[]): ReadonlySet<string> {
  return new Set(conditions.flatMap((condition) => [...tolerancesOf(condition)]));
}
