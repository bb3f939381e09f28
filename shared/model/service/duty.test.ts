import { expect, test } from 'vitest';
import { Duty, type DutyRota, rotaProblems } from './duty.ts';

const at = (text: string): number => Date.parse(text);
const solo = (person: string) => ({ person, deputy: null });

/** In office hours the desk; else ada and bob by weeks, each the other's deputy; on holidays cleo. */
const ROTA: DutyRota = {
  timezone: 'Europe/Berlin',
  land: 'DE-NW',
  lead: 'lena',
  layers: [
    {
      id: 'holidays',
      name: 'Feiertage',
      hours: null,
      holidays: 'only',
      start: '2026-01-01T00:00',
      everyDays: 1,
      turns: [solo('cleo')],
    },
    {
      id: 'desk',
      name: 'Leitstand',
      hours: { mon: ['08:00-17:00'], tue: ['08:00-17:00'], thu: ['08:00-17:00'] },
      holidays: 'also',
      start: '2026-01-01T00:00',
      everyDays: 1,
      turns: [solo('desk')],
    },
    {
      id: 'weeks',
      name: 'Bereitschaft',
      hours: null,
      holidays: 'also',
      start: '2026-03-02T08:00',
      everyDays: 7,
      turns: [
        { person: 'ada', deputy: 'bob' },
        { person: 'bob', deputy: 'ada' },
      ],
    },
  ],
  exceptions: [
    {
      from: '2026-03-10T18:00:00+01:00',
      to: '2026-03-10T22:00:00+01:00',
      person: 'dora',
      deputy: null,
      reason: 'Bob ist beim Arzt',
    },
  ],
};
const duty = new Duty(ROTA);
const who = (text: string): string | undefined => duty.at(at(text))?.person;

test('the first layer that covers an instant decides', () => {
  expect(who('2026-03-02T10:00+01:00')).toBe('desk');
  expect(who('2026-03-02T17:00+01:00')).toBe('ada');
  expect(duty.at(at('2026-03-03T02:00+01:00'))).toEqual({ person: 'ada', deputy: 'bob', layer: 'weeks' });
  expect(who('2026-03-01T10:00+01:00')).toBeUndefined();
});

test('a turn ends on the wall clock, also over the change of clocks', () => {
  expect(who('2026-03-09T07:59+01:00')).toBe('ada');
  expect(who('2026-03-09T08:00+01:00')).toBe('desk');
  expect(who('2026-03-09T17:00+01:00')).toBe('bob');
  expect(who('2026-03-30T07:59+02:00')).toBe('bob');
  expect(who('2026-04-01T10:00+02:00')).toBe('ada');
});

test('an exception comes before all, and a holiday before the week', () => {
  expect(who('2026-03-10T20:00+01:00')).toBe('dora');
  expect(who('2026-03-10T22:00+01:00')).toBe('bob');
  // Fronleichnam, a Thursday.
  expect(who('2026-06-04T10:00+02:00')).toBe('cleo');
});

test('the coming days are told whole and without seams', () => {
  const spans = duty.spans(at('2026-03-09T00:00+01:00'), at('2026-03-11T12:00+01:00'));
  expect(spans.map(({ from, onDuty }) => [new Date(from).toISOString().slice(5, 16), onDuty?.person])).toEqual([
    ['03-08T23:00', 'ada'],
    ['03-09T07:00', 'desk'],
    ['03-09T16:00', 'bob'],
    ['03-10T07:00', 'desk'],
    ['03-10T16:00', 'bob'],
    ['03-10T17:00', 'dora'],
    ['03-10T21:00', 'bob'],
  ]);
  expect(spans.every(({ to }, i) => to === (spans[i + 1]?.from ?? at('2026-03-11T12:00+01:00')))).toBe(true);
});

test('over the change of clocks each minute belongs to the one asked for it', () => {
  const from = at('2026-03-20T00:00+01:00');
  for (const span of duty.spans(from, from + 30 * 86_400_000)) {
    for (const moment of [span.from, (span.from + span.to) / 2, span.to - 1])
      expect(duty.at(moment)).toEqual(span.onDuty);
  }
});

test('a rota that cannot be is told with every place', () => {
  const layer = ROTA.layers[0] as DutyRota['layers'][number];
  const wrong: DutyRota = {
    ...ROTA,
    timezone: 'Berlin',
    layers: [layer, { ...layer, start: 'Montag', turns: [], everyDays: 0, hours: { mon: ['8-17'] } }],
    exceptions: [{ ...solo('x'), from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z', reason: '' }],
  };
  expect(rotaProblems(wrong).map(({ path }) => path)).toEqual([
    'timezone',
    'layers[1].id',
    'layers[1].start',
    'layers[1].turns',
    'layers[1].everyDays',
    'layers[1].hours.mon[0]',
    'exceptions[0].to',
  ]);
  expect(rotaProblems(ROTA)).toEqual([]);
});
