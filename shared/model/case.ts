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

/** A case that somebody has still to finish. */
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
  'checklist',
] as const;
export type CaseStep = (typeof CASE_STEPS)[number];

const AT_WORK = ['new', 'acknowledged', 'in-progress', 'waiting', 'shelved'] as const;

/** What a case waits for. */
export const WAIT_REASONS = ['customer', 'part', 'observation'] as const;
export type WaitReason = (typeof WAIT_REASONS)[number];

/** From which states a step may be taken. What was merged is at rest: people go on where it points to. */
export const STEP_FROM: Readonly<Record<CaseStep, readonly CaseStatus[]>> = {
  acknowledge: ['new'],
  assign: AT_WORK,
  comment: [...AT_WORK, 'resolved', 'closed'],
  shelve: AT_WORK,
  wait: AT_WORK,
  resolve: AT_WORK,
  close: [...AT_WORK, 'resolved'],
  reopen: ['resolved', 'closed'],
  merge: AT_WORK,
  split: AT_WORK,
  checklist: AT_WORK,
};

export function stepAllowed(step: CaseStep, status: CaseStatus): boolean {
  return STEP_FROM[step].includes(status);
}
