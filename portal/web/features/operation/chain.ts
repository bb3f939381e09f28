/** The way of the messages as the page shows it: what stands where, how it is, and what is told of it. */
import type { HouseChainAnswer, StageAnswer } from '#shared/model/api/house.ts';
import type { Stage, Trouble } from '#shared/model/house.ts';

export type NodeName = 'broker' | 'ingest' | 'journal' | 'writer' | 'store' | 'rules' | 'database' | 'portal';
/** behind: it goes on, but waits for something or lags. still: nothing comes through. */
export type NodeState = 'well' | 'behind' | 'still' | 'unknown';

export type Fact =
  | { readonly name: 'messagesRate' | 'readingsRate' | 'entriesRate'; readonly rate: number }
  | {
      readonly name:
        | 'taken'
        | 'rejected'
        | 'sessionsLost'
        | 'dropped'
        | 'refused'
        | 'casesOpen'
        | 'alarmsStanding'
        | 'deliveriesWaiting'
        | 'deliveriesDead';
      readonly count: number;
    }
  | { readonly name: 'lag'; readonly seconds: number; readonly bytes: number }
  | { readonly name: 'unread'; readonly seconds: number }
  | { readonly name: 'filled'; readonly part: number; readonly bytes: number }
  | { readonly name: 'beat'; readonly at: string | null };

export interface ChainNode {
  readonly name: NodeName;
  readonly state: NodeState;
  readonly facts: readonly Fact[];
  /** What it waits for, as the server said it. */
  readonly waitsFor: string | null;
}

export interface Chain {
  readonly arriving: readonly ChainNode[];
  readonly storing: readonly ChainNode[];
  readonly judging: readonly ChainNode[];
}

/** A reader that is this far behind lags. */
const LAG_S = 30;
/** From here on the journal is told to be nearly full. */
const NEARLY_FULL = 0.8;

export function chainOf(answer: HouseChainAnswer): Chain {
  const stages = new Map(answer.stages.map((stage) => [stage.stage, stage]));
  const [ingest, writer, rules, portal] = (['ingest', 'writer', 'rules', 'portal'] as const).map((name: Stage) =>
    stages.get(name),
  );
  const state = (trouble: Trouble, lags = false): NodeState => {
    const verdict = answer.verdicts[trouble];
    if (verdict !== 'well') return verdict === 'missing' ? 'still' : 'unknown';
    return lags ? 'behind' : 'well';
  };
  const more = ingest?.more ?? {};
  const filled = (more['journalBytes'] ?? 0) / (more['journalLimitBytes'] ?? Infinity);
  const unread = Math.max(writer?.lagSeconds ?? 0, rules?.lagSeconds ?? 0);
  return {
    arriving: [
      {
        name: 'broker',
        state: state('broker', more['connected'] === 0),
        waitsFor: more['connected'] === 0 ? (ingest?.waitsFor ?? null) : null,
        facts: [
          ...counted('sessionsLost', more['sessionsLost']),
          ...counted('dropped', more['brokerDropped']),
          ...counted('refused', more['refused']),
        ],
      },
      {
        name: 'ingest',
        state: state('ingest'),
        waitsFor: null,
        facts: [...rated('messagesRate', ingest), ...counted('taken', ingest?.passed), beatOf(ingest)],
      },
      {
        name: 'journal',
        state: state('journal', filled >= NEARLY_FULL),
        waitsFor: more['storing'] === 0 ? (ingest?.waitsFor ?? null) : null,
        facts:
          ingest === undefined
            ? []
            : [
                { name: 'filled', part: filled, bytes: more['journalLimitBytes'] ?? 0 },
                { name: 'unread', seconds: unread },
              ],
      },
    ],
    storing: [
      {
        name: 'writer',
        state: state('writer', isBehind(writer)),
        waitsFor: null,
        facts: [...rated('readingsRate', writer), ...lagOf(writer), ...setAside(writer)],
      },
      {
        name: 'store',
        state: state('writer', writer?.waitsFor != null),
        waitsFor: writer?.waitsFor ?? null,
        facts: [...counted('taken', writer?.passed), beatOf(writer)],
      },
    ],
    judging: [
      {
        name: 'rules',
        state: state('rules', isBehind(rules)),
        waitsFor: rules?.waitsFor ?? null,
        facts: [...rated('entriesRate', rules), ...lagOf(rules), ...setAside(rules), beatOf(rules)],
      },
      {
        // It has just answered.
        name: 'database',
        state: 'well',
        waitsFor: null,
        facts: (['casesOpen', 'alarmsStanding', 'deliveriesWaiting', 'deliveriesDead'] as const).flatMap((name) =>
          counted(name, answer.counts[name]),
        ),
      },
      {
        name: 'portal',
        state: state('portal', isBehind(portal)),
        waitsFor: portal?.waitsFor ?? null,
        facts: [...lagOf(portal), beatOf(portal)],
      },
    ],
  };
}

function isBehind(stage: StageAnswer | undefined): boolean {
  return stage?.waitsFor != null || (stage?.lagSeconds ?? 0) > LAG_S;
}

function rated(name: 'messagesRate' | 'readingsRate' | 'entriesRate', stage: StageAnswer | undefined): Fact[] {
  return stage?.perSecond == null ? [] : [{ name, rate: stage.perSecond }];
}

function counted(name: Extract<Fact, { count: number }>['name'], count: number | null | undefined): Fact[] {
  return count == null ? [] : [{ name, count }];
}

function lagOf(stage: StageAnswer | undefined): Fact[] {
  if (stage?.lagSeconds == null) return [];
  return [{ name: 'lag', seconds: stage.lagSeconds, bytes: stage.lagBytes ?? 0 }];
}

function setAside(stage: StageAnswer | undefined): Fact[] {
  const count = Object.values(stage?.rejected ?? {}).reduce((sum, each) => sum + each, 0);
  return stage === undefined ? [] : [{ name: 'rejected', count }];
}

function beatOf(stage: StageAnswer | undefined): Fact {
  return { name: 'beat', at: stage?.beatAt ?? null };
}
