/** What an import would change: by id, and field by field. */
import type { ImportAnswer } from '../model/api/rule.ts';
import { EMPTY_PLANT, type Plant } from '../model/plant.ts';
import { EMPTY_RULEBOOK, type Rulebook } from '../model/rule.ts';

type Change = ImportAnswer['changes'][number];
type Field = Change['fields'][number];
interface Entity {
  readonly id: string;
}

export function diffPlant(before: Plant | undefined, after: Plant): ImportAnswer {
  const old = before ?? EMPTY_PLANT;
  return summary([
    diffList('customer', old.customers, after.customers),
    diffList('model', old.models, after.models),
    diffList('machine', old.machines, after.machines),
  ]);
}

export function diffRulebook(before: Rulebook | undefined, after: Rulebook): ImportAnswer {
  return summary([diffList('rule', (before ?? EMPTY_RULEBOOK).rules, after.rules)]);
}

interface ListDiff {
  readonly changes: readonly Change[];
  readonly unchanged: number;
}

function summary(parts: readonly ListDiff[]): ImportAnswer {
  const changes = parts.flatMap((part) => part.changes);
  const count = (change: Change['change']) => changes.filter((c) => c.change === change).length;
  const unchanged = parts.reduce((sum, part) => sum + part.unchanged, 0);
  return {
    created: count('created'),
    updated: count('updated'),
    unchanged,
    removed: count('removed'),
    changes,
    warnings: [],
  };
}

function diffList(kind: string, before: readonly Entity[], after: readonly Entity[]): ListDiff {
  const old = new Map(before.map((entity) => [entity.id, entity]));
  const kept = new Set(after.map((entity) => entity.id));
  const changes: Change[] = [];
  let unchanged = 0;
  for (const entity of after) {
    const previous = old.get(entity.id);
    const fields = previous ? diffValue(previous, entity, '') : [];
    if (!previous) changes.push({ kind, id: entity.id, change: 'created', fields });
    else if (fields.length > 0) changes.push({ kind, id: entity.id, change: 'updated', fields });
    else unchanged++;
  }
  for (const { id } of before) if (!kept.has(id)) changes.push({ kind, id, change: 'removed', fields: [] });
  return { changes, unchanged };
}

/** Differences below one value; lists of things with ids are compared by id: `sensors.bearing-temp.tolerance.high`. */
function diffValue(before: unknown, after: unknown, path: string): Field[] {
  if (Object.is(before, after)) return [];
  if (isEntityList(before ?? []) && isEntityList(after ?? []) && (before || after)) {
    return diffEntities((before ?? []) as readonly Entity[], (after ?? []) as readonly Entity[], path);
  }
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => diffValue(before[key], after[key], join(path, key)));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => diffValue(item, after[index], `${path}[${index}]`));
  }
  return [{ path, before, after }];
}

function diffEntities(before: readonly Entity[], after: readonly Entity[], path: string): Field[] {
  const old = new Map(before.map((entity) => [entity.id, entity]));
  const now = new Map(after.map((entity) => [entity.id, entity]));
  const ids = [...new Set([...old.keys(), ...now.keys()])];
  const fields = ids.flatMap((id) => diffValue(old.get(id), now.get(id), join(path, id)));
  const order = (list: readonly Entity[], other: ReadonlyMap<string, Entity>) =>
    list.map((e) => e.id).filter((id) => other.has(id));
  const [first, second] = [order(before, now), order(after, old)];
  if (first.join() !== second.join()) fields.push({ path: join(path, '(order)'), before: first, after: second });
  return fields;
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEntityList(value: unknown): value is readonly Entity[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => isRecord(item) && typeof item['id'] === 'string')
  );
}
