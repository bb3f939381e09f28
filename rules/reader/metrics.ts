/** Counters of the rules reader. */
import type { Metrics } from '#shared/process/metrics.ts';
import type { Work } from './work.ts';

interface ReaderState {
  readonly position: number;
  readonly leading: boolean;
  readonly waiting: boolean;
}

/** Counted since the start of the process. */
export interface RulesCounts {
  readonly records: number;
  readonly raised: number;
  readonly cleared: number;
  readonly commits: number;
  readonly rejected: Readonly<Record<string, number>>;
}

export class ReaderMetrics {
  readonly #counts = { records: 0, raised: 0, cleared: 0, commits: 0, rejected: {} as Record<string, number> };
  readonly #records;
  readonly #transitions;
  readonly #rejects;
  readonly #commits;

  constructor(metrics: Metrics, state: () => ReaderState) {
    this.#records = metrics.counter('rules_records_total', 'Journal records folded and committed');
    this.#transitions = metrics.counter('rules_transitions_total', 'Alarms raised and cleared', [
      'transition',
      'mode',
      'severity',
    ]);
    this.#rejects = metrics.counter('rules_rejects_total', 'Data set aside, by reason', ['reason']);
    this.#commits = metrics.histogram(
      'rules_commit_seconds',
      'Length of a commit',
      [],
      [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    );
    metrics.gauge(
      'rules_position_bytes',
      'Place in the journal up to which the rules have committed',
      () => state().position,
    );
    metrics.gauge('rules_leading', '1 while this process leads the rules', () => (state().leading ? 1 : 0));
    metrics.gauge('rules_waiting', '1 while the rules wait for the database or the journal', () =>
      state().waiting ? 1 : 0,
    );
  }

  counts(): RulesCounts {
    return { ...this.#counts, rejected: { ...this.#counts.rejected } };
  }

  committed(work: Work, ms: number): void {
    this.#counts.records += work.records;
    this.#counts.commits++;
    this.#records.inc(work.records);
    this.#commits.observe(ms / 1000);
    for (const { transition: told } of work.told) {
      this.#counts[told.transition]++;
      this.#transitions.inc({ transition: told.transition, mode: told.mode, severity: told.severity });
    }
    const { rejected } = this.#counts;
    for (const [reason, count] of work.setAside) {
      rejected[reason] = (rejected[reason] ?? 0) + count;
      this.#rejects.inc({ reason }, count);
    }
  }
}
