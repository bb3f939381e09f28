import { expect, test } from 'vitest';
import { judgeHouse, type Stage, STAGES, type StageReport, type Trouble } from './house.ts';

const NOW = 1_000_000_000;
const LIMITS = { limitMs: 150_000, watchingSince: NOW - 3_600_000 };
const FRESH = NOW - 20_000;
const OLD = NOW - 200_000;

/** A house in which all is well, but for what is said of some stages. */
function house(differs: Partial<Record<Stage, Partial<StageReport>>> = {}): ReadonlyMap<Stage, StageReport> {
  return new Map(
    STAGES.map((stage) => [
      stage,
      {
        stage,
        toldAt: NOW - 3_000,
        startedAt: NOW - 3_000_000,
        beatAt: FRESH,
        beatsSince: NOW - 2_900_000,
        figures: null,
        ...differs[stage],
      },
    ]),
  );
}

function missing(reports: ReadonlyMap<Stage, StageReport>, limits = LIMITS): Trouble[] {
  const verdicts = [...judgeHouse(reports, NOW, limits)];
  return verdicts.flatMap(([trouble, { is }]) => (is === 'missing' ? [trouble] : []));
}

const figures = (storing: number) => ({
  passed: 0,
  perSecond: 0,
  waitsFor: null,
  rejected: {},
  more: { storing },
});

test('while heartbeats come everywhere all is well', () => {
  expect([...judgeHouse(house(), NOW, LIMITS).values()].map(({ is }) => is)).toEqual(Array(6).fill('well'));
});

test('one thing that stands still is told, not what waits behind it', () => {
  const old = { beatAt: OLD };
  const dead = { toldAt: OLD, beatAt: OLD };
  const ingestDied = house({ ingest: dead, writer: dead, rules: old, portal: old });
  expect(missing(ingestDied)).toEqual(['ingest']);
  // A judge that looks at each stage for itself would tell four.
  const each = STAGES.map((stage) => missing(house({ [stage]: ingestDied.get(stage) })));
  expect(each.flat()).toEqual(['ingest', 'writer', 'rules', 'portal']);
  expect(missing(house({ ingest: old, writer: old, rules: old, portal: old }))).toEqual(['broker']);
  const full = { beatAt: OLD, figures: figures(0) };
  expect(missing(house({ ingest: full, writer: old, rules: old, portal: old }))).toEqual(['journal']);
  expect(missing(house({ writer: old }))).toEqual(['writer']);
  expect(missing(house({ rules: dead }))).toEqual(['rules']);
  // Its process lives, but it gets nowhere.
  expect(missing(house({ rules: old }))).toEqual(['rules']);
  expect(missing(house({ portal: dead }))).toEqual(['portal']);
});

test('things that stand still for themselves are told each', () => {
  const dead = { toldAt: OLD, beatAt: OLD };
  expect(missing(house({ ingest: dead, writer: dead, rules: dead, portal: { beatAt: OLD } }))).toEqual([
    'ingest',
    'rules',
  ]);
});

test('who has just begun, or has just got heartbeats again, has time', () => {
  const old = { beatAt: OLD };
  expect(missing(house({ rules: { ...old, startedAt: NOW - 10_000 } }))).toEqual([]);
  // Ingest came back a moment ago: its first heartbeat is there, the others have not got it yet.
  expect(missing(house({ ingest: { beatsSince: FRESH }, writer: old, rules: old, portal: old }))).toEqual([]);
  const longAgo = { toldAt: NOW - 9_000_000, beatAt: NOW - 9_000_000 };
  const all = house({ ingest: longAgo, writer: longAgo, rules: longAgo, portal: longAgo });
  expect(missing(all, { ...LIMITS, watchingSince: NOW - 10_000 })).toEqual([]);
  // Nor is anything well then: an alarm that stands goes on to stand.
  expect(judgeHouse(all, NOW, { ...LIMITS, watchingSince: NOW - 10_000 }).get('ingest')).toEqual({ is: 'unknown' });
});

test('a part that never told anything is missing once it had time', () => {
  expect(missing(new Map([...house()].filter(([stage]) => stage !== 'rules')))).toEqual(['rules']);
});
