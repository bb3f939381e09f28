import { expect, test } from 'vitest';
import type { HouseChainAnswer, StageAnswer } from '#shared/model/api/house.ts';
import { type ChainNode, chainOf } from './chain.ts';

const AT = '2026-03-02T08:00:00.000Z';

function stage(name: StageAnswer['stage'], differs: Partial<StageAnswer> = {}): StageAnswer {
  return {
    stage: name,
    toldAt: AT,
    startedAt: AT,
    beatAt: AT,
    passed: 10,
    perSecond: 2.5,
    lagBytes: 0,
    lagSeconds: 0,
    waitsFor: null,
    rejected: {},
    more: {},
    ...differs,
  };
}

function answer(
  stages: readonly StageAnswer[],
  verdicts: Partial<HouseChainAnswer['verdicts']> = {},
): HouseChainAnswer {
  const well = {
    ingest: 'well',
    broker: 'well',
    journal: 'well',
    writer: 'well',
    rules: 'well',
    portal: 'well',
  } as const;
  return {
    at: AT,
    limitSeconds: 150,
    verdicts: { ...well, ...verdicts },
    stages: [...stages],
    counts: { casesOpen: 3, alarmsStanding: 2, deliveriesWaiting: 1, deliveriesDead: 0 },
    alarms: [],
  };
}

const ingest = { connected: 1, storing: 1, journalBytes: 10, journalLimitBytes: 100 };
const ALL = [stage('ingest', { more: ingest }), stage('writer'), stage('rules'), stage('portal')];
const nodesOf = (given: HouseChainAnswer): ReadonlyMap<string, ChainNode> =>
  new Map(
    Object.values(chainOf(given)).flatMap((nodes: readonly ChainNode[]) => nodes.map((node) => [node.name, node])),
  );
const states = (given: HouseChainAnswer) =>
  [...nodesOf(given).values()].flatMap(({ name, state }) => (state === 'well' ? [] : [`${name} ${state}`]));

test('while all goes on every place on the way is well', () => {
  expect(states(answer(ALL))).toEqual([]);
  expect([...nodesOf(answer(ALL)).keys()].join()).toBe('broker,ingest,journal,writer,store,rules,database,portal');
});

test('a store that is waited for lags before it stands still, and says what for', () => {
  const waits = stage('writer', { waitsFor: 'ECONNREFUSED', lagSeconds: 12, lagBytes: 4_096 });
  const given = answer([...ALL.slice(0, 1), waits, ...ALL.slice(2)]);
  expect(states(given)).toEqual(['writer behind', 'store behind']);
  expect(nodesOf(given).get('store')?.waitsFor).toBe('ECONNREFUSED');
  expect(nodesOf(given).get('journal')?.facts).toContainEqual({ name: 'unread', seconds: 12 });
  expect(states({ ...given, verdicts: { ...given.verdicts, writer: 'missing' } })).toEqual([
    'writer still',
    'store still',
  ]);
});

test('what is behind something that stands still is not known, and a journal that fills is told', () => {
  const unknown = { writer: 'unknown', rules: 'unknown', portal: 'unknown' } as const;
  expect(states(answer(ALL, { broker: 'missing', ...unknown }))).toEqual([
    'broker still',
    'writer unknown',
    'store unknown',
    'rules unknown',
    'portal unknown',
  ]);
  const full = stage('ingest', { more: { ...ingest, journalBytes: 85 } });
  expect(states(answer([full, ...ALL.slice(1)]))).toEqual(['journal behind']);
});

test('before a stage has told anything its place is there, without figures', () => {
  const given = answer([], { ingest: 'unknown', broker: 'unknown', journal: 'unknown' });
  expect(nodesOf(given).get('ingest')?.facts).toEqual([{ name: 'beat', at: null }]);
  expect(nodesOf(given).get('database')?.facts).toContainEqual({ name: 'casesOpen', count: 3 });
});
