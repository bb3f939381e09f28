/** Life of a service case: the states, and which step leads where. One table, asked by the server and by the page. */
export const CASE_STATUSES = [
  'new',
  'acknowledged',
  'in-progress',
  'waiting',
  'shelved',
  'resolved',
  'closed',
  'merged',
] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/** A case that still absorbs alarms. */
export const OPEN_STATUSES: readonly CaseStatus[] = ['new', 'acknowledged', 'in-progress', 'waiting', 'shelved'];

export const CASE_STEPS = [
  'acknowledge',
  'assign',
  'comment',
  'shelve',
  'wait',
  'resolve',
  'close',
  'reopen',
  'merge',
  'split',
] as const;
export type CaseStep = (typeof CASE_STEPS)[number];

const AT_WORK = ['new', 'acknowledged', 'in-progress', 'waiting', 'shelved'] as const;

/** From which states a step may be taken. */
export const STEP_FROM: Readonly<Record<CaseStep, readonly CaseStatus[]>> = {
  acknowledge: ['new'],
  assign: AT_WORK,
  comment: CASE_STATUSES,
  shelve: ['new', 'acknowledged', 'in-progress', 'waiting'],
  wait: ['new', 'acknowledged', 'in-progress', 'shelved'],
  resolve: AT_WORK,
  close: [...AT_WORK, 'resolved'],
  reopen: ['resolved', 'closed'],
  merge: AT_WORK,
  split: AT_WORK,
};

export function stepAllowed(step: CaseStep, status: CaseStatus): boolean {
  return STEP_FROM[step].includes(status);
}
