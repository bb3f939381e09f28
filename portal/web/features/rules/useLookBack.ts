import { useEffect, useMemo, useRef, useState } from 'react';
import type { BacktestAnswer } from '#shared/model/api/rule.ts';
import type { Rule } from '#shared/model/rule.ts';
import { backtest, type BacktestProgress } from '#portal/web/api/backtest.ts';
import { ApiProblem } from '#portal/web/api/problem.ts';
import { shareDone } from './progress.ts';

/** So long nobody types before the past is read. */
const PAUSE_MS = 700;
/** Where others have all places, one asks again after this. */
const AGAIN_MS = 3_000;
const DAY_MS = 86_400_000;

export interface LookBackQuestion {
  /** Undefined while it is not complete. */
  readonly rule: Rule | undefined;
  readonly days: number;
  /** One machine alone; undefined: all the rule is for. */
  readonly machine: string | undefined;
}

export type Phase =
  | { readonly name: 'idle' | 'done' | 'cancelled' }
  | { readonly name: 'busy'; readonly waiting: boolean; readonly share: number | undefined }
  | { readonly name: 'failed'; readonly error: unknown };

export interface LookBack {
  readonly phase: Phase;
  readonly result: BacktestAnswer | undefined;
  /** The result is of what was asked before. */
  readonly outdated: boolean;
  readonly range: { readonly from: number; readonly to: number };
  readonly start: () => void;
  readonly cancel: () => void;
}

/**
 * Tries the rule on the past. `eager`: at once and again with each change of what it means, after a pause in typing; what is
 * superseded is cancelled. Else when `start` is called.
 */
export function useLookBack({ rule, days, machine }: LookBackQuestion, eager: boolean): LookBack {
  const key = rule && JSON.stringify([meaning(rule), days, machine]);
  const [begun, setBegun] = useState({ at: Date.now(), wanted: eager });
  const [phase, setPhase] = useState<Phase>({ name: 'idle' });
  const [found, setFound] = useState<{ readonly key: string; readonly result: BacktestAnswer }>();
  const running = useRef<AbortController>(undefined);
  const range = useMemo(() => ({ from: begun.at - days * DAY_MS, to: begun.at }), [begun.at, days]);

  useEffect(() => {
    if (key === undefined || !begun.wanted) return undefined;
    const [asked] = JSON.parse(key) as [Rule];
    const ending = new AbortController();
    running.current = ending;
    const question = {
      rule: asked,
      from: new Date(range.from).toISOString(),
      to: new Date(range.to).toISOString(),
      ...(machine === undefined ? {} : { machines: [machine] }),
    };
    const onProgress = (progress: BacktestProgress): void => {
      const waiting = progress.state === 'waiting';
      if (!ending.signal.aborted) setPhase({ name: 'busy', waiting, share: shareDone(progress, range) });
    };
    const run = async (): Promise<void> => {
      setPhase({ name: 'busy', waiting: false, share: undefined });
      await pause(eager ? PAUSE_MS : 0, ending.signal);
      for (;;) {
        try {
          const result = await backtest(question, { signal: ending.signal, onProgress });
          setFound({ key, result });
          setPhase({ name: 'done' });
          return;
        } catch (error) {
          if (!(error instanceof ApiProblem) || error.status !== 429) throw error;
          onProgress({ state: 'waiting' });
          await pause(AGAIN_MS, ending.signal);
        }
      }
    };
    run().catch((error: unknown) => {
      if (!ending.signal.aborted) setPhase({ name: 'failed', error });
    });
    return () => ending.abort();
  }, [key, begun.wanted, eager, machine, range]);

  return {
    phase: key === undefined ? { name: 'idle' } : phase,
    result: found?.result,
    outdated: found !== undefined && found.key !== key,
    range,
    start: () => setBegun({ at: Date.now(), wanted: true }),
    cancel: () => {
      running.current?.abort();
      setPhase({ name: 'cancelled' });
    },
  };
}

/** What decides when it raises: titles and texts do not. */
function meaning({ id, applies, when, for: delay, clear, severity, endangers }: Rule): Rule {
  return {
    id,
    ...(applies ? { applies } : {}),
    when,
    ...(delay === undefined ? {} : { for: delay }),
    ...(clear ? { clear } : {}),
    severity,
    ...(endangers === undefined ? {} : { endangers }),
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
