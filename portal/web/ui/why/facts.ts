import type { Fact } from '#shared/model/reason.ts';

/** Every sensor a fact names, each once. */
export function sensorsIn(fact: Fact): string[] {
  if ('of' in fact) return [...new Set(fact.of.flatMap(sensorsIn))];
  return 'sensor' in fact ? [fact.sensor] : [];
}
