import { expect, test } from 'vitest';
import { type Clock, type ClockName, clocksOf, escalationOf } from './clocks.ts';
import type { CaseFacts, Moment } from './course.ts';
import { DEFAULT_POLICY, policyProblems, Promises, type ServicePolicy } from './policy.ts';

const promises = new Promises(DEFAULT_POLICY);
/** Times of Monday 2 March 2026 in Berlin, or of the day given. */
const at = (clock: string, day = '2026-03-02'): number => Date.parse(`${day}T${clock}+01:00`);
const moment = (kind: string, when: number, more: Partial<Moment> = {}): Moment => ({
  kind,
  at: when,
  staff: false,
  detail: {},
  ...more,
});
const staff = (kind: string, when: number, detail: Moment['detail'] = {}): Moment =>
  moment(kind, when, { staff: true, detail });
const facts = (moments: readonly Moment[], more: Partial<CaseFacts> = {}): CaseFacts => ({
  status: 'new',
  severity: 'warning',
  openedAt: at('08:00'),
  moments: [moment('opened', at('08:00')), ...moments],
  ...more,
});
const clock = (clocks: readonly Clock[], name: ClockName): Partial<Clock> =>
  clocks.find((each) => each.clock === name) ?? {};

test('nobody answers: the first response runs, warns and breaks, in open hours alone', () => {
  // 2 h of office time promised to a premium customer for a warning.
  const at14 = facts([], { openedAt: at('16:00'), moments: [] });
  const state = (now: number) => clock(clocksOf(promises, at14, 'premium', now), 'first-response');
  expect(state(at('16:30'))).toMatchObject({ state: 'running', remainingMs: 5_400_000 });
  expect(state(at('23:00')).state).toBe('running');
  expect(state(at('08:36', '2026-03-03')).state).toBe('warning');
  expect(state(at('09:00', '2026-03-03'))).toMatchObject({ state: 'breached', dueAt: at('09:00', '2026-03-03') });
  expect(state(at('10:00', '2026-03-03')).remainingMs).toBe(-3_600_000);
});

test('an answer in time meets the first response, and the next update begins to run', () => {
  const answered = facts([staff('acknowledged', at('09:00'))], { status: 'acknowledged' });
  const clocks = clocksOf(promises, answered, 'premium', at('10:00'));
  expect(clock(clocks, 'first-response')).toMatchObject({ state: 'met', doneAt: at('09:00'), remainingMs: null });
  expect(clock(clocks, 'next-update')).toMatchObject({ state: 'running', startedAt: at('09:00') });
  const late = facts([staff('acknowledged', at('11:00'))], { status: 'acknowledged' });
  expect(clock(clocksOf(promises, late, 'premium', at('12:00')), 'first-response').state).toBe('missed');
});

test('what a customer or the house does is no answer', () => {
  const waiting = facts([moment('comment', at('08:30')), moment('raised', at('08:40'))]);
  expect(clock(clocksOf(promises, waiting, 'premium', at('09:00')), 'first-response').state).toBe('running');
});

test('while the case waits for the customer nothing is due; afterwards the rest of the time is', () => {
  // 27 h of office time for the solution; 1 h is used when the wait begins.
  const moments = [staff('acknowledged', at('08:30')), staff('waiting', at('09:00'), { for: 'customer' })];
  const paused = facts(moments, { status: 'waiting' });
  const then = clock(clocksOf(promises, paused, 'premium', at('16:00', '2026-03-20')), 'solution');
  expect(then).toMatchObject({ state: 'paused', dueAt: null, remainingMs: 26 * 3_600_000 });
  const ended = facts([...moments, moment('waiting', at('08:00', '2026-03-23'), { detail: { ended: true } })], {
    status: 'acknowledged',
  });
  const after = clock(clocksOf(promises, ended, 'premium', at('08:00', '2026-03-23')), 'solution');
  expect(after).toMatchObject({ state: 'running', dueAt: at('16:00', '2026-03-25') });
});

test('a wait for a part does not stop the clocks unless the policy says so', () => {
  const moments = [staff('waiting', at('09:00'), { for: 'part' })];
  const waits = facts(moments, { status: 'waiting' });
  expect(clock(clocksOf(promises, waits, 'premium', at('10:00')), 'solution').state).toBe('running');
  const patient = new Promises({ ...DEFAULT_POLICY, pauses: ['customer', 'part'] });
  expect(clock(clocksOf(patient, waits, 'premium', at('10:00')), 'solution').state).toBe('paused');
});

test('what was overdue before the wait stays overdue', () => {
  const late = facts([staff('waiting', at('16:00', '2026-03-09'), { for: 'customer' })], { status: 'waiting' });
  expect(clock(clocksOf(promises, late, 'premium', at('16:30', '2026-03-09')), 'solution').state).toBe('breached');
});

test('a case that becomes more severe is due earlier, counted from when it did', () => {
  const rose = facts([moment('severity', at('10:00'), { detail: { from: 'warning', to: 'danger' } })], {
    severity: 'danger',
  });
  // Two hours of office time from 08:00 or half an hour from 10:00, whichever ends first.
  const clocks = clocksOf(promises, rose, 'premium', at('09:59'));
  expect(clock(clocks, 'first-response').dueAt).toBe(at('10:00'));
  expect(clock(clocks, 'solution').dueAt).toBe(at('10:00', '2026-03-03'));
});

test('a case that is opened again has its promises anew', () => {
  const again = facts([
    staff('acknowledged', at('08:10')),
    staff('resolved', at('09:00')),
    moment('reopened', at('12:00')),
  ]);
  expect(clock(clocksOf(promises, again, 'premium', at('12:30')), 'first-response')).toMatchObject({
    state: 'running',
    startedAt: at('12:00'),
    key: `first-response:1:${at('12:00')}`,
  });
  expect(clocksOf(promises, { ...again, status: 'merged' }, 'premium', at('12:30'))).toEqual([]);
});

test('solved in time or late; then nothing is due', () => {
  const solved = facts([staff('resolved', at('09:00'))], { status: 'resolved' });
  const clocks = clocksOf(promises, solved, 'premium', at('10:00'));
  expect(clocks.map(({ clock: name, state }) => [name, state])).toEqual([
    ['first-response', 'met'],
    ['solution', 'met'],
  ]);
});

test('a standard customer has the promises of a standard contract', () => {
  const clocks = clocksOf(promises, facts([]), 'standard', at('08:00'));
  expect(clocks.map(({ clock: name, targetMs }) => [name, targetMs / 3_600_000])).toEqual([
    ['first-response', 9],
    ['solution', 90],
  ]);
});

test('the escalation follows its path until somebody takes the case', () => {
  const open = facts([], { severity: 'danger', openedAt: at('22:00') });
  expect(escalationOf(promises, open, 'premium').map(({ notify, at: when }) => [notify, when - at('22:00')])).toEqual([
    ['duty', 600_000],
    ['deputy', 1_200_000],
    ['lead', 1_800_000],
  ]);
  // A standard contract waits for the office: opened at 22:00, due half an hour after it opens.
  expect(escalationOf(promises, open, 'standard')[0]?.at).toBe(at('08:30', '2026-03-03'));
  const taken = facts([staff('acknowledged', at('08:05'))], { status: 'acknowledged', severity: 'danger' });
  expect(escalationOf(promises, taken, 'premium')).toEqual([]);
  expect(escalationOf(promises, facts([], { severity: 'notice' }), 'premium')).toEqual([]);
});

test('a policy that cannot be is told with every place; the one the house begins with can', () => {
  expect(policyProblems(DEFAULT_POLICY)).toEqual([]);
  const wrong: ServicePolicy = {
    ...DEFAULT_POLICY,
    targets: [{ calendar: 'nights', firstResponse: 'soon', nextUpdate: null, solution: '0h' }],
    escalation: [
      {
        calendar: 'always',
        steps: [
          { after: '20m', notify: 'duty' },
          { after: '10m', notify: 'lead' },
        ],
      },
    ],
  };
  expect(policyProblems(wrong).map(({ path }) => path)).toEqual([
    'targets[0].calendar',
    'targets[0].firstResponse',
    'targets[0].solution',
    'escalation[0].steps[1].after',
  ]);
});
