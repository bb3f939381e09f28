/** A rule tried on the past: asked once, with how far it has come, and ended when nobody wants to know any more. */
import type { BacktestAnswer } from '#shared/model/api/rule.ts';
import type { Problem } from '#shared/model/api/common.ts';
import type { Rule } from '#shared/model/rule.ts';
import { openStream } from './client.ts';
import { ApiProblem, problemOf } from './problem.ts';
import { SseParser } from './sse.ts';

export interface BacktestQuestion {
  readonly rule: Rule;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** Left out: all the rule is for. */
  readonly machines?: readonly string[];
}

export interface BacktestProgress {
  readonly state: 'waiting' | 'running';
  readonly readings?: number;
  readonly total?: number | null;
  /** Time of the past it has come to. */
  readonly at?: string;
}

/** Resolves with the result. Throws ApiProblem, or the signal's reason when it was cancelled. */
export async function backtest(
  question: BacktestQuestion,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: BacktestProgress) => void },
): Promise<BacktestAnswer> {
  const { id, text } = await openStream('/rules/backtest', { body: question, signal });
  const parser = new SseParser();
  const reader = text.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new ApiProblem(0, 'no answer', 'The stream ended before the result.', {});
    for (const { event, data } of parser.push(value)) {
      if (event === 'result') return JSON.parse(data) as BacktestAnswer;
      if (event === 'progress') onProgress(JSON.parse(data) as BacktestProgress);
      if (event !== 'problem') continue;
      const problem = JSON.parse(data) as Problem;
      throw problemOf(problem.status, problem, id);
    }
  }
}
