import { expect, test } from 'vitest';
import { DEFAULT_PREFERENCES, turnOf } from './notification.ts';

const at = (text: string): number => Date.parse(text);
const quiet = { ...DEFAULT_PREFERENCES, quiet: { from: '22:00', to: '06:30' } };

test('what a person wants at once comes alone, the rest is gathered, and what they do not want does not come', () => {
  const now = at('2026-03-02T10:00+01:00');
  expect(turnOf('opened', now, DEFAULT_PREFERENCES, 'Europe/Berlin')).toEqual({ mode: 'alone', holdUntil: now });
  expect(turnOf('severity', now, DEFAULT_PREFERENCES, 'Europe/Berlin')).toEqual({
    mode: 'digest',
    holdUntil: now + 3_600_000,
  });
  const off = { ...DEFAULT_PREFERENCES, mail: { ...DEFAULT_PREFERENCES.mail, opened: 'off' as const } };
  expect(turnOf('opened', now, off, 'Europe/Berlin')).toBeUndefined();
});

test('in quiet hours everything is gathered until their end, on the wall clock of the person', () => {
  const morning = at('2026-03-03T06:30+01:00');
  for (const now of [at('2026-03-02T22:00+01:00'), at('2026-03-03T03:00+01:00')])
    expect(turnOf('opened', now, quiet, 'Europe/Berlin')).toEqual({ mode: 'digest', holdUntil: morning });
  expect(turnOf('opened', morning, quiet, 'Europe/Berlin')?.mode).toBe('alone');
  // In Tokyo it is noon.
  expect(turnOf('opened', at('2026-03-03T03:00Z'), quiet, 'Asia/Tokyo')?.mode).toBe('alone');
  // The night in which clocks go forward ends at half past six as well.
  expect(turnOf('opened', at('2026-03-29T00:30+01:00'), quiet, 'Europe/Berlin')?.holdUntil).toBe(
    at('2026-03-29T06:30+02:00'),
  );
});

test('an escalation wakes', () => {
  const now = at('2026-03-03T03:00+01:00');
  expect(turnOf('escalation', now, quiet, 'Europe/Berlin')).toEqual({ mode: 'alone', holdUntil: now });
});
