/** What the rule screens compute: nothing is lost between sentence and YAML, and the arithmetic is that of the engine. */
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compile } from '#rules/engine/compile.ts';
import { Engine } from '#rules/engine/engine.ts';
import { readRuleText } from '#shared/files/read-rulebook.ts';
import type { PlantAnswer } from '#shared/model/api/rule.ts';
import type { Plant, Sensor } from '#shared/model/plant.ts';
import { AGGREGATES, type Condition, type Rule } from '#shared/model/rule.ts';
import { world } from '#test/naive/arbitrary.ts';
import { differences } from './compare.ts';
import { groupOf, joined, type Leaf, moved, negated, without } from './draft.ts';
import { machinesFor, plantOf, sensorsOn } from './plant.ts';
import { problemWords } from './problem-words.ts';
import { reckonings } from './reckoning.ts';
import { partsOf, SLOTS } from './sentence.ts';
import { aggregateOf, isLimit, kindOf, testOf, withAggregate, withSubject, withTest } from './tests.ts';
import { yamlOf } from './yaml.ts';

const rules = world().chain(({ plant, rulebook }) =>
  fc.record({
    plant: fc.constant(plant),
    rule: fc.constantFrom(...rulebook.rules),
    title: fc.oneof(
      fc.constant(undefined),
      fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((s) => s.trim() !== ''),
    ),
    checklist: fc.oneof(fc.constant(undefined), fc.constant([{ de: 'Öl: prüfen', en: 'no' }, '- "a"', '12', 'null'])),
  }),
);
const withTexts = ({
  rule,
  title,
  checklist,
}: {
  rule: Rule;
  title: string | undefined;
  checklist: Rule['checklist'] | undefined;
}): Rule => ({
  ...rule,
  ...(title === undefined ? {} : { title: { de: title, en: 'yes' } }),
  ...(checklist === undefined ? {} : { checklist }),
});

/** The places a language has for a kind of condition, in order of the alphabet. */
function slotsIn(language: 'de' | 'en', kind: keyof typeof SLOTS): string[] {
  return partsOf(language, kind)
    .flatMap((part) => ('slot' in part ? [part.slot] : []))
    .toSorted();
}

/** Every leaf of a condition. */
function leavesOf(condition: Condition): Leaf[] {
  if ('not' in condition) return leavesOf(condition.not);
  if ('all' in condition) return condition.all.flatMap(leavesOf);
  if ('any' in condition) return condition.any.flatMap(leavesOf);
  return 'sequence' in condition ? condition.sequence.flatMap(leavesOf) : [condition];
}

describe('between sentence and YAML', () => {
  test('nothing is lost, whatever the rule: what is written reads back as the same rule and is written the same again', () => {
    fc.assert(
      fc.property(rules, (made) => {
        const rule = withTexts(made);
        const text = yamlOf(rule);
        const read = readRuleText(text, made.plant);
        // A world may ask for tolerances its sensors lack, and for no time at all: that is told, and nothing else.
        expect(read.problems.filter(({ message }) => !/has no tolerance|is no time at all/.test(message))).toEqual([]);
        const told = read.rule ?? (parse(text) as Rule);
        expect(told).toEqual(rule);
        expect(yamlOf(told)).toBe(text);
      }),
      { numRuns: 150 },
    );
  });

  test('each condition has a place in the sentence, and choosing again what stands there changes nothing', () => {
    fc.assert(
      fc.property(rules, ({ rule }) => {
        for (const leaf of leavesOf(rule.when)) {
          const shown = SLOTS[kindOf(leaf)];
          for (const language of ['de', 'en'] as const)
            expect(slotsIn(language, kindOf(leaf))).toEqual([...shown].toSorted());
          if (!('sensor' in leaf)) continue;
          expect(withTest(leaf, testOf(leaf))).toEqual(leaf);
          expect(withAggregate(leaf, aggregateOf(leaf))).toEqual(leaf);
          expect(withSubject(leaf, { sensor: leaf.sensor ?? '' })).toEqual(leaf);
          for (const aggregate of AGGREGATES)
            if (isLimit(testOf(leaf))) expect(aggregateOf(withAggregate(leaf, aggregate))).toBe(aggregate);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the arithmetic beside the sentence', () => {
  const temp: Sensor = { id: 't', unit: '°C', nominal: 60, tolerance: { low: 40, high: 80 } };
  const one = (when: Condition, sensor: Sensor) => reckonings(when, new Map([[sensor.id, sensor]]))[0];

  test('20 % outside of 40 … 80 °C around 60 °C is above 84 and below 36, and is over at 83 and 37', () => {
    const { sides, nominal } = one({ sensor: 't', outside: '20%' }, temp) ?? { sides: [] };
    expect(nominal).toBe(60);
    expect(sides).toEqual([
      { side: 'high', raised: 84, cleared: 83, from: { limit: 80, width: 20, percent: 20 } },
      { side: 'low', raised: 36, cleared: 37, from: { limit: 40, width: 20, percent: 20 } },
    ]);
  });

  test('a one-sided tolerance has its own limit for a width, a fixed limit its deadband, a trend the limit it reaches', () => {
    const oneSided = { id: 't', tolerance: { high: 6 } };
    expect(one({ sensor: 't', outside: '0%', deadband: 10 }, oneSided)?.sides).toEqual([
      { side: 'high', raised: 6, cleared: 5.4, from: { limit: 6, width: 6, percent: 0 } },
    ]);
    expect(one({ sensor: 't', below: 3, deadband: 0.5 }, temp)?.sides).toEqual([
      { side: 'low', raised: 3, cleared: 3.5 },
    ]);
    const trend = { over: '1h', reaches: 'low', within: '8h' } as const;
    expect(one({ not: { sensor: 't', trend } }, temp)?.sides).toEqual([{ side: 'low', raised: 40, cleared: 40 }]);
    expect(one({ sensor: 't', outside: '20%' }, { id: 't' })?.sides).toEqual([]);
    expect(reckonings({ sensor: 't', frozen: '5m' }, new Map([['t', temp]]))).toEqual([]);
  });

  test('is what the engine does: at the limit it is silent, a step beyond it raises, and back at the other it clears', () => {
    const tenths = fc.integer({ min: -400, max: 400 }).map((n) => n / 10);
    const cases = fc.record({
      low: tenths,
      width: fc.integer({ min: 1, max: 500 }).map((n) => n / 10),
      percent: fc.integer({ min: 0, max: 80 }),
      side: fc.constantFrom('high' as const, 'low' as const),
    });
    fc.assert(
      fc.property(cases, ({ low, width, percent, side }) => {
        const high = Number((low + 2 * width).toFixed(1));
        const sensor: Sensor = { id: 't', tolerance: { low, high } };
        const rule: Rule = { id: 'r', when: { sensor: 't', outside: `${percent}%` }, severity: 'danger' };
        const sides = one(rule.when, sensor)?.sides ?? [];
        const { raised, cleared } = sides.find((each) => each.side === side) ?? { raised: NaN, cleared: NaN };
        const step = side === 'high' ? 1e-6 : -1e-6;
        expect(judge(sensor, rule, [raised, raised + step * width, cleared + step * width, cleared])).toEqual([
          [1, 'raised'],
          [3, 'cleared'],
        ]);
      }),
      { numRuns: 200 },
    );
  });

  /** Places of the values at which the alarm moved. */
  function judge(sensor: Sensor, rule: Rule, values: readonly number[]): [number, string][] {
    const plant: Plant = {
      version: 1,
      customers: [{ id: 'c', name: 'C', tier: 'standard' }],
      models: [{ id: 'm', name: 'M', components: [], sensors: [sensor] }],
      machines: [{ id: 'x', model: 'm', customer: 'c' }],
    };
    const engine = new Engine(compile(plant, { version: 1, rules: [rule] }));
    const told: [number, string][] = [];
    for (const [i, value] of values.entries()) {
      const readings = [{ sensor: sensor.id, value }];
      const transition = (moves: { transition: string }) => void told.push([i, moves.transition]);
      engine.feed({ kind: 'snapshot', machine: 'x', ts: i, at: i, readings }, { transition });
    }
    return told;
  }
});

describe('groups', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((state) => ({ state }));
  if (!a || !b || !c) throw new Error('three conditions');

  test('of which one condition is left are that condition; a sequence keeps its time while it can', () => {
    expect(without({ all: [a, b] }, 0)).toEqual(b);
    expect(without({ sequence: [a, b, c], within: '3m' }, 1)).toEqual({ sequence: [a, c], within: '3m' });
    expect(without({ any: [a] }, 0)).toBeUndefined();
    expect(groupOf('any', [a, b], { sequence: [a, b], within: '3m' })).toEqual({ any: [a, b] });
    expect(groupOf('sequence', [a, b])).toEqual({ sequence: [a, b], within: '10m' });
    expect(joined({ all: [a] })).toMatchObject({ all: [a, {}] });
    expect(joined(negated(a))).toMatchObject({ all: [{ not: a }, {}] });
    expect(moved([a, b, c], 2, -1)).toEqual([a, c, b]);
    expect(moved([a, b, c], 0, -1)).toEqual([a, b, c]);
  });
});

describe('machines a rule is for', () => {
  const plant: PlantAnswer = {
    version: 1,
    models: [
      { id: 'big', name: 'Big', components: [], sensors: [{ id: 't', tolerance: { high: 80 } }] },
      { id: 'small', name: 'Small', components: [], sensors: [{ id: 'p' }] },
    ],
    machines: [
      { id: 'b1', model: 'big', customer: 'c' },
      { id: 's1', model: 'small', customer: 'c' },
      { id: 'b2', model: 'big', customer: 'c', sensors: [{ id: 't', tolerance: { high: 85 } }] },
    ],
    customers: [{ id: 'c', name: 'C' }],
  };
  const rule: Rule = { id: 'r', when: { sensor: 't', outside: '0%' }, severity: 'notice' };

  test('have the sensors it names and lie within its scope, each with the tolerance that holds there', () => {
    const ids = (applies?: Rule['applies']) =>
      machinesFor({ ...rule, ...(applies ? { applies } : {}) }, plant).map(({ id }) => id);
    expect(ids()).toEqual(['b1', 'b2']);
    expect(ids({ model: 'small' })).toEqual([]);
    expect(ids({ machines: ['b2', 's1', 'nowhere'] })).toEqual(['b2']);
    const limits = machinesFor(rule, plant).map((machine) => {
      return reckonings(rule.when, sensorsOn(machine, plant))[0]?.sides[0]?.raised;
    });
    expect(limits).toEqual([80, 85]);
    expect(readRuleText(yamlOf(rule), plantOf(plant))).toMatchObject({ rule, problems: [] });
  });
});

test('two versions differ where they differ, and a list that grew is one difference', () => {
  const before = { when: { sensor: 't', outside: '20%' }, for: '5m', checklist: ['a'] };
  const after = { when: { sensor: 't', outside: '30%' }, checklist: ['a', 'b'] };
  expect(differences(before, after)).toEqual([
    { path: 'when.outside', before: '20%', after: '30%' },
    { path: 'checklist', before: ['a'], after: ['a', 'b'] },
    { path: 'for', before: '5m', after: undefined },
  ]);
  expect(differences(before, structuredClone(before))).toEqual([]);
});

test('everything the reader says of bad rules has German words', () => {
  const folder = 'shared/files/fixtures';
  // Those two are of whole files.
  const files = readdirSync(folder).filter(
    (name) => /^rules-.*\.bad\.txt$/.test(name) && !/duplicate|is-plant/.test(name),
  );
  expect(files.length).toBeGreaterThan(0);
  const messages = files.flatMap((name) =>
    readFileSync(`${folder}/${name}`, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/^\d+:\d+ (?:rules\S*: )?/, '')),
  );
  expect(messages.length).toBeGreaterThan(30);
  expect(messages.filter((message) => problemWords(message, 'de') === message)).toEqual([]);
  expect(messages.every((message) => problemWords(message, 'en') === message)).toBe(true);
});
