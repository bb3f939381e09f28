/**
 * The house looks after itself: a heartbeat goes the way of every message, each stage tells how far it has come, and what
 * stands still is told by a stage that does not.
 */

/** Stands where a machine's or customer's id does, for what concerns the house itself; no plant can have it. */
export const HOUSE = '~house';

/** Who tells how far it has come. The writer belongs to ingest's process, the others are processes of their own. */
export const STAGES = ['ingest', 'writer', 'rules', 'portal'] as const;
export type Stage = (typeof STAGES)[number];

/**
 * What can stand still. `ingest`, `rules`, `portal`: the process, or what it does. `broker`: messages do not come back from
 * it. `journal`: it takes nothing. `writer`: nothing reaches the reading store.
 */
export const TROUBLES = ['ingest', 'broker', 'journal', 'writer', 'rules', 'portal'] as const;
export type Trouble = (typeof TROUBLES)[number];

export interface StageFigures {
  /** Since the process started: messages stored and acknowledged, readings and events written, records folded or read. */
  readonly passed: number;
  /** Of those, lately. */
  readonly perSecond: number;
  /** What of the journal is not done yet: bytes, and age of the oldest entry (ms). Left out for ingest, which fills it. */
  readonly lagBytes?: number;
  readonly lagMs?: number;
  /** What it waits for, as a sentence; null while it goes on. */
  readonly waitsFor: string | null;
  /** Data set aside since the process started, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** What else this stage counts, by name. */
  readonly more: Readonly<Record<string, number>>;
}

/** What a stage has told of itself last. Times in epoch ms. */
export interface StageReport {
  readonly stage: Stage;
  readonly toldAt: number;
  /** Since when its process runs. */
  readonly startedAt: number;
  /** Time of receipt of the newest heartbeat that has come this far; null before the first. */
  readonly beatAt: number | null;
  /** Since when heartbeats have come this far without a gap. */
  readonly beatsSince: number | null;
  /** Null where only heartbeats of it are known yet. */
  readonly figures: StageFigures | null;
}

export interface HouseLimits {
  /** A heartbeat older than this is missing, ms. */
  readonly limitMs: number;
  /** Since when whoever judges has been looking, epoch ms: what was before it is nobody's fault. */
  readonly watchingSince: number;
}

/** well: a fresh heartbeat has come this far. missing: none has, and it should have. unknown: cannot be told, or not yet. */
export type Verdict = { readonly is: 'well' | 'unknown' } | { readonly is: 'missing'; readonly since: number };

type Reports = ReadonlyMap<Stage, StageReport>;

const WELL: Verdict = { is: 'well' };
const UNKNOWN: Verdict = { is: 'unknown' };

/**
 * Judges what stands still at `now` (epoch ms). Only the first thing on the way that stands still is missing: what comes after
 * it cannot have got anything, and is unknown.
 */
export function judgeHouse(reports: Reports, now: number, limits: HouseLimits): ReadonlyMap<Trouble, Verdict> {
  const ingest = reports.get('ingest');
  const told = (stage: Stage): Verdict => judge(reports.get(stage)?.toldAt, [], now, limits);
  const verdicts = new Map<Trouble, Verdict>();
  const arriving = told('ingest');
  verdicts.set('ingest', arriving);
  const beating = arriving.is === 'well' ? judge(ingest?.beatAt, [ingest?.startedAt], now, limits) : UNKNOWN;
  const stores = ingest?.figures?.more['storing'] !== 0;
  verdicts.set('broker', beating.is === 'missing' && !stores ? UNKNOWN : beating);
  verdicts.set('journal', beating.is === 'missing' && stores ? UNKNOWN : beating);
  verdicts.set('writer', beating.is === 'well' ? passing(reports, 'writer', now, limits) : UNKNOWN);
  for (const process of ['rules', 'portal'] as const) {
    const alive = told(process);
    if (alive.is !== 'well') verdicts.set(process, alive);
    else verdicts.set(process, beating.is === 'well' ? passing(reports, process, now, limits) : UNKNOWN);
  }
  return verdicts;
}

/** Of a stage behind the journal: it had time for a heartbeat since there were any, and since it runs. */
function passing(reports: Reports, stage: Stage, now: number, limits: HouseLimits): Verdict {
  const report = reports.get(stage);
  return judge(report?.beatAt, [report?.startedAt, reports.get('ingest')?.beatsSince], now, limits);
}

function judge(
  last: number | null | undefined,
  excuses: readonly (number | null | undefined)[],
  now: number,
  { limitMs, watchingSince }: HouseLimits,
): Verdict {
  if (last !== null && last !== undefined && now - last <= limitMs) return WELL;
  const since = Math.max(watchingSince, last ?? 0, ...excuses.map((excuse) => excuse ?? 0));
  return now - since > limitMs ? { is: 'missing', since: last ?? since } : UNKNOWN;
}
