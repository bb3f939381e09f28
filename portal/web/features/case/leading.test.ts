import { expect, test } from 'vitest';
import type { AlarmAnswer } from '#shared/model/api/case.ts';
import { leading } from './leading.ts';

const alarm = (id: string, severity: AlarmAnswer['severity'], clearedAt: string | null = null) =>
  ({ id, severity, clearedAt }) as AlarmAnswer;
const GONE = '2026-01-31T08:00:00.000Z';

test('a case explains the worst of what stands; of what is gone the worst; of equals the first', () => {
  const of = (...alarms: AlarmAnswer[]): string | undefined => leading(alarms)?.id;
  expect(of(alarm('gone', 'danger', GONE), alarm('notice', 'notice'), alarm('warning', 'warning'))).toBe('warning');
  expect(of(alarm('a', 'notice', GONE), alarm('b', 'danger', GONE))).toBe('b');
  expect(of(alarm('newer', 'warning'), alarm('older', 'warning'))).toBe('newer');
  expect(of()).toBeUndefined();
});
