import { expect, test } from 'vitest';
import type { MachineListItem } from '#shared/model/api/machine.ts';
import { linesOf, readView, tally, writeView } from './view.ts';

const machine = (
  id: string,
  customer: string,
  site: string | null,
  condition: MachineListItem['condition'] = 'OK',
): MachineListItem => ({
  id,
  name: null,
  model: { id: 'sp-200', name: 'Spindelpresse SP-200' },
  customer: { id: customer, name: { de: `Kunde ${customer}`, en: `Customer ${customer}` }, tier: 'standard' },
  site,
  timezone: 'Europe/Berlin',
  reference: false,
  simulated: false,
  condition,
  since: null,
  worst: null,
  openCases: 0,
  owner: null,
  connectedAt: null,
  online: null,
  messageAt: null,
  readingAt: null,
  state: null,
});

test('the address holds what is looked at, and nothing that is as usual', () => {
  const params = writeView(new URLSearchParams('wall=1'), { condition: '?', sort: 'tier', group: 'none', q: 'kiel' });
  expect(params.toString()).toBe('wall=1&condition=%3F&sort=tier&q=kiel');
  expect(readView(params)).toEqual({ condition: '?', sort: 'tier', group: 'none', q: 'kiel' });
  expect(writeView(params, { condition: undefined, sort: 'severity', q: '' }).toString()).toBe('wall=1');
});

test('an address nobody wrote is read as far as it makes sense', () => {
  expect(readView(new URLSearchParams('condition=Z&sort=colour&group=moon'))).toEqual({
    condition: undefined,
    sort: 'severity',
    group: 'none',
    q: '',
  });
});

test('groups stand in the order of their first machine, each with its head', () => {
  const fleet = [machine('a', 'x', 'Kiel', 'F'), machine('b', 'y', 'Kiel'), machine('c', 'x', null, 'S')];
  const lines = linesOf(fleet, 'customer', 'de', 'ohne Standort');
  expect(lines.map((line) => (line.kind === 'group' ? line.name : line.id))).toEqual([
    'Kunde x',
    'a',
    'c',
    'Kunde y',
    'b',
  ]);
});

test('sites of two customers are two groups, and no site is one of its own', () => {
  const fleet = [machine('a', 'x', 'Kiel'), machine('b', 'y', 'Kiel'), machine('c', 'x', null)];
  const heads = linesOf(fleet, 'site', 'en', 'no site').flatMap((line) => (line.kind === 'group' ? [line.name] : []));
  expect(heads).toEqual(['Kiel, Customer x', 'Kiel, Customer y', 'no site, Customer x']);
});

test('a head counts what is not well, worst first', () => {
  expect(
    tally([
      machine('a', 'x', null, 'S'),
      machine('b', 'x', null, 'F'),
      machine('c', 'x', null),
      machine('d', 'x', null, 'S'),
    ]),
  ).toEqual([
    ['F', 1],
    ['S', 2],
  ]);
});
