/** What can be asked of a sensor: each test by the word that stands for it in the sentence. */
import { AGGREGATES, type Aggregate } from '#shared/model/rule.ts';
import type { Leaf, SensorLeaf } from './draft.ts';

export const TESTS = [
  'outside',
  'above',
  'below',
  'up',
  'down',
  'either',
  'frozen',
  'silent',
  'trend',
  'deviates',
] as const;
export type Test = (typeof TESTS)[number];
/** A condition at the end of the tree. */
export type LeafKind = Test | 'event' | 'state';

export function kindOf(leaf: Leaf): LeafKind {
  if ('event' in leaf) return 'event';
  return 'state' in leaf ? 'state' : testOf(leaf);
}

export function testOf(leaf: SensorLeaf): Test {
  if ('changes' in leaf) return leaf.changes.direction ?? 'either';
  if ('frozen' in leaf) return 'frozen';
  if ('silent' in leaf) return 'silent';
  if ('trend' in leaf) return 'trend';
  if ('deviates' in leaf) return 'deviates';
  if (leaf.outside !== undefined) return 'outside';
  return leaf.above === undefined ? 'below' : 'above';
}

const LIMITS: readonly LeafKind[] = ['outside', 'above', 'below'];
/** Those that may be asked of an aggregate, and take a deadband. */
export function isLimit(kind: LeafKind): boolean {
  return LIMITS.includes(kind);
}

export function aggregateOf(leaf: SensorLeaf): Aggregate | undefined {
  return 'changes' in leaf || 'frozen' in leaf || 'silent' in leaf || 'trend' in leaf || 'deviates' in leaf
    ? undefined
    : AGGREGATES.find((aggregate) => leaf[aggregate] !== undefined);
}

/** The same sensor asked something else: what both tests know is kept, the rest begins with what is usual. */
export function withTest(leaf: SensorLeaf, test: Test): SensorLeaf {
  if (testOf(leaf) === test) return leaf;
  const { sensor } = leaf;
  switch (test) {
    case 'outside':
      return { ...aggregated(leaf), outside: '20%' };
    case 'above':
      return { ...aggregated(leaf), above: null };
    case 'below':
      return { ...aggregated(leaf), below: null };
    case 'up':
    case 'down':
    case 'either': {
      const changes = 'changes' in leaf ? leaf.changes : { by: null, within: '10m' };
      return { sensor, changes: { ...changes, direction: test } };
    }
    case 'frozen':
      return { sensor, frozen: '30m' };
    case 'silent':
      return { sensor, silent: '5m' };
    case 'trend':
      return { sensor, trend: { over: '1h', reaches: 'high', within: '8h' } };
    case 'deviates':
      return { sensor, deviates: { sigmas: 4 } };
  }
}

/** Sensor and aggregate alone. */
function aggregated(leaf: SensorLeaf): { readonly sensor: string | null } {
  const aggregate = aggregateOf(leaf);
  if (aggregate === undefined) return { sensor: leaf.sensor };
  return { sensor: leaf.sensor, [aggregate]: (leaf as Partial<Record<Aggregate, string | null>>)[aggregate] };
}

/** Another aggregate over the same window, or each reading by itself. */
export function withAggregate(leaf: SensorLeaf, aggregate: Aggregate | undefined): SensorLeaf {
  const before = aggregateOf(leaf);
  if (before === aggregate) return leaf;
  const { [before ?? 'mean']: window, ...rest } = leaf as SensorLeaf & Partial<Record<Aggregate, string | null>>;
  return (aggregate === undefined ? rest : { ...rest, [aggregate]: window ?? '10m' }) as SensorLeaf;
}

/** What the first chip of a condition names: a sensor, an event or the state. */
export type Subject = { readonly sensor: string } | 'event' | 'state';

export function withSubject(leaf: Leaf, subject: Subject): Leaf {
  if (subject === 'event') return 'event' in leaf ? leaf : { event: null };
  if (subject === 'state') return 'state' in leaf ? leaf : { state: 'running' };
  return 'sensor' in leaf ? { ...leaf, sensor: subject.sensor } : { sensor: subject.sensor, outside: '20%' };
}
