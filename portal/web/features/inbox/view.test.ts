import { expect, test } from 'vitest';
import { queryOf, readView, viewsFor, writeView } from './view.ts';

test('who works on cases begins with the new ones, who looks on with the open ones', () => {
  expect(readView(new URLSearchParams(), true).view).toBe('new');
  expect(readView(new URLSearchParams('view=mine'), false).view).toBe('open');
  expect(viewsFor(false)).toEqual(['open', 'closed']);
});

test('filters are in the address and go to the server beside the view', () => {
  const params = writeView(new URLSearchParams('view=open'), { severity: 'danger', owner: 'none', sort: 'last' });
  expect(params.toString()).toBe('view=open&severity=danger&owner=none&sort=last');
  expect(queryOf(readView(params, true))).toMatchObject({
    status: 'open',
    severity: 'danger',
    owner: 'none',
    sort: 'last',
  });
  expect(writeView(params, { severity: undefined, owner: undefined, sort: 'urgency' }).toString()).toBe('view=open');
});

test('my cases are the open ones that are mine, whatever the filter on the owner says', () => {
  expect(queryOf(readView(new URLSearchParams('view=mine&owner=none'), true))).toMatchObject({
    status: 'open',
    owner: 'me',
  });
});

test('no view of open cases has a limit of time', () => {
  for (const view of viewsFor(true))
    expect(Object.keys(queryOf(readView(new URLSearchParams({ view }), true)))).not.toContain('from');
});
