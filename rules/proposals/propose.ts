/**
 * How a rule that disturbs too much could be mended: each candidate is tried on what the reading store holds, and only what
 * still finds every case that people called valid is proposed.
 */
import { backtestStore, type StoreBacktest, type StoreBacktestQuestion } from '../backtest-store.ts';
import { type Candidate, candidatesFor, KINDS } from './candidates.ts';

/** An alarm of the rule that belongs to a valid case; times of the machine, epoch ms. */
export interface ValidAlarm {
  readonly caseId: string;
  readonly machine: string;
  readonly raisedAt: number;
  readonly clearedAt: number | null;
}

export interface ProposalQuestion extends Omit<StoreBacktestQuestion, 'pastCases' | 'onProgress'> {
  readonly valid: readonly ValidAlarm[];
  readonly onProgress?: (progress: ProposalProgress) => void;
}

/** `trial` of `trials`, the rule as it is being the first; within it so many readings of `total`. */
export interface ProposalProgress {
  readonly trial: number;
  readonly trials: number;
  readonly readings: number;
  readonly total: number;
}

export interface Outcome {
  readonly alarms: number;
  readonly cases: number;
  /** Of the valid cases those it tells of while one of their alarms stood. */
  readonly found: ReadonlySet<string>;
}

export interface Proposal extends Candidate {
  readonly after: Outcome;
  /** The longest by which a valid case would be told of later, ms; null without such a case. */
  readonly laterMs: number | null;
}

export interface Proposals {
  readonly before: Outcome;
  readonly validCases: number;
  /** Candidates tried, and those refused because a valid case would be missed. */
  readonly tried: number;
  readonly refused: number;
  /** One of a kind at most, the fewest alarms first. */
  readonly proposals: readonly Proposal[];
}

/** What is proposed takes away so much of the alarms at least; the mildest that takes half is preferred to stronger ones. */
const WORTH = 0.2;
const PLENTY = 0.5;

/** Rejects with the signal's reason when aborted, with BacktestTooLarge, or with StoreUnavailable. */
export async function propose(question: ProposalQuestion): Promise<Proposals> {
  const { rule, plant, machines, valid, onProgress } = question;
  const candidates = candidatesFor(rule, plant, machines);
  const trials = candidates.length + 1;
  const run = async (trial: number, given: Pick<Candidate, 'rule' | 'plant'>): Promise<StoreBacktest> => {
    const { store, from, to, signal } = question;
    const tell = onProgress && {
      onProgress: ({ readings, total }: { readings: number; total: number }) =>
        onProgress({ trial, trials, readings, total }),
    };
    return backtestStore({ store, ...given, machines, from, to, pastCases: [], signal, ...tell });
  };
  const cases = new Set(valid.map(({ caseId }) => caseId));
  const asIs = await run(1, { rule, plant });
  const before = outcomeOf(asIs, valid);
  if (before.alarms === 0) return { before, validCases: cases.size, tried: 0, refused: 0, proposals: [] };
  const kept: Proposal[] = [];
  let refused = 0;
  for (const [n, candidate] of candidates.entries()) {
    const tested = await run(n + 2, candidate);
    const after = outcomeOf(tested, valid);
    if (![...before.found].every((id) => after.found.has(id))) refused++;
    else if (after.alarms <= before.alarms * (1 - WORTH))
      kept.push({ ...candidate, after, laterMs: laterMs(asIs, tested, valid) });
  }
  const best = KINDS.flatMap((kind) =>
    bestOf(
      kept.filter((one) => one.kind === kind),
      before,
    ),
  );
  const proposals = best.toSorted((a, b) => a.after.alarms - b.after.alarms);
  return { before, validCases: cases.size, tried: candidates.length, refused, proposals };
}

/** Of one kind, the mildest first. */
function bestOf(proposals: readonly Proposal[], before: Outcome): readonly Proposal[] {
  const plenty = proposals.find(({ after }) => after.alarms <= before.alarms * PLENTY);
  const most = proposals.toSorted((a, b) => a.after.alarms - b.after.alarms)[0];
  return plenty ? [plenty] : most ? [most] : [];
}

function outcomeOf({ alarms, cases }: StoreBacktest, valid: readonly ValidAlarm[]): Outcome {
  const found = valid.filter((one) => firstTold(alarms, one) !== undefined).map(({ caseId }) => caseId);
  return { alarms: alarms.length, cases, found: new Set(found) };
}

/** When the tested rule first told of this alarm, while it stood; undefined: never. */
function firstTold(alarms: StoreBacktest['alarms'], valid: ValidAlarm): number | undefined {
  return alarms.find(({ machine, raisedAt, clearedAt }) => {
    if (machine !== valid.machine) return false;
    return raisedAt <= (valid.clearedAt ?? Infinity) && (clearedAt ?? Infinity) >= valid.raisedAt;
  })?.raisedAt;
}

function laterMs(asIs: StoreBacktest, tested: StoreBacktest, valid: readonly ValidAlarm[]): number | null {
  const first = new Map<string, { then: number; now: number }>();
  for (const one of valid) {
    const [then, now] = [firstTold(asIs.alarms, one), firstTold(tested.alarms, one)];
    const known = first.get(one.caseId) ?? { then: Infinity, now: Infinity };
    first.set(one.caseId, { then: Math.min(known.then, then ?? Infinity), now: Math.min(known.now, now ?? Infinity) });
  }
  const delays = [...first.values()].filter(({ then }) => Number.isFinite(then)).map(({ then, now }) => now - then);
  return delays.length === 0 ? null : Math.max(0, ...delays);
}
