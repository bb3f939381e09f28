/** A rule that is being written: the same shape, with null where something is still missing. */
import type { Condition, Rule } from '#shared/model/rule.ts';

type Blank<T> = T extends string | number | boolean
  ? T | null
  : T extends readonly (infer I)[]
    ? readonly Blank<I>[]
    : { readonly [K in keyof T]: Blank<T[K]> };

export type Draft = Blank<Rule>;
export type DraftCondition = Blank<Condition>;

/** The ways to join conditions. */
export type Join = 'all' | 'any' | 'sequence';
export const JOINS: readonly Join[] = ['all', 'any', 'sequence'];

export type Group = Extract<
  DraftCondition,
  { readonly all: unknown } | { readonly any: unknown } | { readonly sequence: unknown }
>;
export type Leaf = Exclude<DraftCondition, Group | { readonly not: unknown }>;
export type SensorLeaf = Extract<Leaf, { readonly sensor: unknown }>;

/** How a group is joined; undefined for anything else. */
export function joinOf(condition: DraftCondition): Join | undefined {
  return JOINS.find((join) => join in condition);
}

/** The conditions of a group. */
export function itemsOf(group: Group): readonly DraftCondition[] {
  if ('all' in group) return group.all;
  return 'any' in group ? group.any : group.sequence;
}

/** The group with other conditions in it, or joined in another way. */
export function groupOf(join: Join, items: readonly DraftCondition[], before?: DraftCondition): Group {
  if (join === 'all') return { all: items };
  if (join === 'any') return { any: items };
  const within = before && 'sequence' in before ? before.within : '10m';
  return { sequence: items, within };
}

export const NEW_LEAF: DraftCondition = { sensor: null, outside: '20%' };

/** Puts another condition beside this one, so that both must hold. */
export function joined(condition: DraftCondition): DraftCondition {
  if ('all' in condition) return { all: [...condition.all, NEW_LEAF] };
  return { all: [condition, NEW_LEAF] };
}

export function negated(condition: DraftCondition): DraftCondition {
  return { not: condition };
}

/** A group of which one condition is left is that condition; a sequence of one would not read. */
export function without(group: Group, index: number): DraftCondition | undefined {
  const left = itemsOf(group).filter((_, i) => i !== index);
  const [first] = left;
  if (left.length <= 1) return first;
  return groupOf(joinOf(group) ?? 'all', left, group);
}

export function replaced<T>(items: readonly T[], index: number, item: T): readonly T[] {
  return items.map((each, i) => (i === index ? item : each));
}

/** The condition at `index` one place earlier or later. */
export function moved<T>(items: readonly T[], index: number, by: 1 | -1): readonly T[] {
  const there = items[index + by];
  const here = items[index];
  if (there === undefined || here === undefined) return items;
  return items.map((each, i) => (i === index ? there : i === index + by ? here : each));
}

/** Ids of the sensors named so far, each once. */
export function sensorsNamed(condition: DraftCondition): readonly string[] {
  return [...new Set(named(condition))];
}

function named(condition: DraftCondition): readonly string[] {
  if ('not' in condition) return named(condition.not);
  if ('all' in condition || 'any' in condition || 'sequence' in condition) return itemsOf(condition).flatMap(named);
  return 'sensor' in condition && condition.sensor !== null ? [condition.sensor] : [];
}
