/** The engine against a slow second reading of rules.md, and against itself: split anywhere, replayed late. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, type Program } from '#rules/engine/compile.ts';
import { Engine } from '#rules/engine/engine.ts';
import type { Baseline, Input, Transition } from '#rules/engine/types.ts';
import { type Fed, GRID_MS, world, type World } from './arbitrary.ts';
import { evaluateNaively } from './evaluate.ts';
import { holds } from './holds.ts';

const baselines = (machine: string, sensor: string): Baseline | undefined =>
  machine === 'm1' && sensor !== 'b' ? { center: 5, sigma: 1 } : undefined;

function programOf({ plant, rulebook }: World): Program {
  return compile(plant, rulebook, { baselines });
}

/** Feeds the inputs; before those whose place is in `cuts` the engine is snapshotted, written as text, and restored. */
function run(program: Program, inputs: readonly Input[], cuts: ReadonlySet<number> = new Set()): Transition[] {
  const told: Transition[] = [];
  let engine = new Engine(program);
  for (const [i, input] of inputs.entries()) {
    if (cuts.has(i)) engine = Engine.restore(program, JSON.parse(JSON.stringify(engine.snapshot())));
    engine.feed(input, { transition: (transition) => void told.push(transition) });
  }
  return told;
}

interface Plain {
  readonly t: number;
  readonly machine: string;
  readonly rule: string;
  readonly transition: string;
  readonly since: number;
}

/** In the order of backtest: time, rule, machine; several of one alarm at one instant stay as they came. */
function inOrder(told: readonly Plain[]): readonly Plain[] {
  return [...told].sort((a, b) => a.t - b.t || a.rule.localeCompare(b.rule) || a.machine.localeCompare(b.machine));
}

function plain({ t, machine, rule, transition, reason }: Transition): Plain {
  return { t, machine, rule, transition, since: reason.since };
}

describe('the engine', () => {
  it('gives the transitions of a naive evaluator that scans all history', async () => {
    await holds(
      'naive evaluator',
      fc.property(world(), (made) => {
        const expected = evaluateNaively(made.plant, made.rulebook, made.inputs, {
          gridMs: GRID_MS,
          until: made.until,
          baselines,
        });
        const told = run(programOf(made), [...made.inputs, { kind: 'clock', at: made.until }]);
        expect(inOrder(told.map(plain))).toEqual(inOrder(expected));
      }),
    );
  });

  it('goes on unchanged from a snapshot taken anywhere', async () => {
    const receipts = fc.array(
      fc.record({ delay: fc.integer({ min: 0, max: 5000 }), skew: fc.integer({ min: -4000, max: 4000 }) }),
      { minLength: 30, maxLength: 30 },
    );
    const cuts = fc.array(fc.integer({ min: 0, max: 31 }), { minLength: 1, maxLength: 5 });
    await holds(
      'snapshot anywhere',
      fc.property(world(), receipts, cuts, (made, delays, places) => {
        let at = made.inputs[0]?.ts ?? 0;
        const late = made.inputs.map((input, i): Input => {
          at = Math.max(at, input.ts + (delays[i]?.delay ?? 0));
          return { ...input, ts: input.ts + (delays[i]?.skew ?? 0), at };
        });
        const inputs: Input[] = [...late, { kind: 'clock', at: at + 10_000 }];
        const program = programOf(made);
        expect(run(program, inputs, new Set(places))).toEqual(run(program, inputs));
      }),
    );
  });

  it('tells the same when a recording is played in one go as when it was lived through', async () => {
    await holds(
      'played in one go',
      fc.property(world('two'), (made) => {
        const program = programOf(made);
        // a sign of life that is no reading lets the machine's own time go on to the end
        const ends = made.plant.machines.map(({ id: machine }): Fed => {
          const end = made.until + 3_600_000;
          return { kind: 'snapshot', machine, ts: end, at: end, readings: [{ sensor: 'a', value: NaN }] };
        });
        const lived = [...made.inputs, ...ends];
        const played = lived.map((input) => ({ ...input, at: made.until }));
        expect(inOrder(run(program, played).map(plain))).toEqual(inOrder(run(program, lived).map(plain)));
      }),
    );
  });
});
