import { expect, test } from 'vitest';
import type { ClockAnswer } from '#shared/model/api/service.ts';
import { pressing } from './pressing.ts';

const clock = (given: Partial<ClockAnswer>): ClockAnswer => ({
  clock: 'solution',
  state: 'running',
  targetMs: 3_600_000,
  calendar: 'always',
  startedAt: '2026-01-01T12:00:00Z',
  warnAt: null,
  dueAt: '2026-01-01T13:00:00Z',
  remainingMs: 1,
  doneAt: null,
  ...given,
});

test('what is due first presses; what is done or rests does not', () => {
  const response = clock({ clock: 'first-response', dueAt: '2026-01-01T12:10:00Z' });
  expect(pressing([clock({}), response])?.clock).toBe('first-response');
  expect(pressing([clock({}), { ...response, doneAt: '2026-01-01T12:05:00Z', state: 'met' }])?.clock).toBe('solution');
  expect(pressing([clock({ dueAt: null, state: 'paused' })])).toBeUndefined();
  expect(pressing([])).toBeUndefined();
});
