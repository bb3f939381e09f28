import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProposalsAnswer } from '#shared/model/api/kpi.ts';
import type { Reading } from '#shared/readings/port.ts';
import { EventReader } from '#test/portal/event-reader.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addAlarm, addCase } from '#test/portal/seed.ts';
import { waitFor } from '#test/servers/tools.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BEGIN = START - 12 * HOUR;

let portal: TestPortal;
/** The oil pressure touches its limit for 20 s now and then; once, on press-2, it stays below for a quarter of an hour. */
beforeAll(async () => {
  portal = await startPortal();
  const readings: Reading[] = [];
  for (const machine of ['press-1', 'press-2']) {
    for (let ts = BEGIN; ts < START; ts += 10_000) {
      const touches = (ts - BEGIN) % (10 * MINUTE) < 20_000;
      const real = machine === 'press-2' && ts >= START - 3 * HOUR && ts < START - 3 * HOUR + 15 * MINUTE;
      readings.push({ machine, sensor: 'oil-pressure', ts, value: real ? 1.5 : touches ? 2.45 : 2.55 });
    }
  }
  await portal.readings.write(readings, []);
  const caseId = await addCase(portal, { machine: 'press-2', status: 'closed', openedAt: START - 3 * HOUR });
  await portal.database.kysely.updateTable('service_case').set({ verdict: 'valid' }).where('id', '=', caseId).execute();
  const at = START - 3 * HOUR;
  await addAlarm(portal, { machine: 'press-2', rule: 'oil-low', raisedAt: at, clearedAt: at + 15 * MINUTE, caseId });
  for (let n = 0; n < 20; n++) {
    const raisedAt = BEGIN + n * 10 * MINUTE;
    await addAlarm(portal, { machine: 'press-1', rule: 'oil-low', raisedAt, clearedAt: raisedAt + 20_000 });
  }
});
afterAll(() => portal.stop());

const RANGE = `from=${new Date(BEGIN - HOUR).toISOString()}&to=${new Date(START).toISOString()}`;

test('a chattering rule gets changes with numbers, each backed by a backtest that still finds the valid case', async () => {
  const lead = await portal.as('lead');
  const { status, body } = await lead.get<ProposalsAnswer>(`/kpi/alarms/proposals?rule=oil-low&${RANGE}`);
  expect(status).toBe(200);
  const [item] = body.items;
  expect(item).toMatchObject({ rule: 'oil-low', validCases: 1, machines: { tried: 4, of: 4 }, problem: null });
  expect(item?.before).toMatchObject({ alarms: 143, cases: 2, validFound: 1 });
  expect(item?.proposals.length).toBeGreaterThan(1);
  for (const { after, rule, changes } of item?.proposals ?? []) {
    expect(after.validFound).toBe(1);
    expect(after.alarms).toBeLessThan(120);
    expect(changes.length).toBeGreaterThan(0);
    expect(rule.id).toBe('oil-low');
  }
  const delay = item?.proposals.find(({ kind }) => kind === 'on-delay');
  expect(delay).toMatchObject({
    changes: [{ path: 'for', before: '0s', after: '30s' }],
    after: { alarms: 1, cases: 1 },
    laterMs: 30_000,
    rule: { for: '30s' },
  });
  // it is put as it was proposed, and what was promised holds
  const again = await lead.post<{ total: number }>('/rules/backtest', {
    rule: delay?.rule,
    from: body.from,
    to: body.to,
  });
  expect(again.body.total).toBe(1);
});

test('a change that would miss the valid case is refused, however much it would quieten', async () => {
  const rule = { id: 'oil-brief', when: { sensor: 'oil-pressure', below: 2.5 }, severity: 'warning' };
  const lead = await portal.as('lead');
  await lead.put('/rules/oil-brief?reason=kurz', rule);
  const caseId = await addCase(portal, { machine: 'press-1', status: 'closed', openedAt: BEGIN + HOUR });
  await portal.database.kysely.updateTable('service_case').set({ verdict: 'valid' }).where('id', '=', caseId).execute();
  const raisedAt = BEGIN + HOUR;
  await addAlarm(portal, { machine: 'press-1', rule: 'oil-brief', raisedAt, clearedAt: raisedAt + 20_000, caseId });
  const { body } = await lead.get<ProposalsAnswer>(`/kpi/alarms/proposals?rule=oil-brief&${RANGE}`);
  const [item] = body.items;
  expect(item).toMatchObject({ validCases: 1, before: { validFound: 1 } });
  expect(item?.refused).toBeGreaterThan(2);
  expect(item?.proposals.map(({ kind }) => kind)).not.toContain('on-delay');
  await lead.delete('/rules/oil-brief?reason=weg');
});

test('without a name the rules that disturb are tried, and one hears how far it has come', async () => {
  const lead = await portal.as('lead');
  const reader = new EventReader(
    await lead.open('GET', `/kpi/alarms/proposals?${RANGE}`, { headers: { accept: 'text/event-stream' } }),
  );
  await reader.ended;
  expect(reader.events[1]?.data).toMatchObject({ state: 'running', rule: 'oil-low', trial: 1, place: 1, of: 1 });
  const found = reader.events.at(-1);
  expect(found).toMatchObject({ event: 'result', data: { items: [{ rule: 'oil-low' }], left: [] } });
});

test('who goes away ends the work', async () => {
  const lead = await portal.as('lead');
  const leaving = new AbortController();
  const path = `/kpi/alarms/proposals?rule=oil-low&${RANGE}`;
  const first = await lead.open('GET', path, { headers: { accept: 'text/event-stream' }, signal: leaving.signal });
  expect(first.status).toBe(200);
  leaving.abort();
  const quiet = `/kpi/alarms/proposals?rule=oil-trial&${RANGE}`;
  await waitFor('the turn is free again', async () => (await lead.get(quiet)).status === 200);
  expect(portal.logged.filter((line) => line.includes('a request failed'))).toEqual([]);
});

test('what makes no sense is refused', async () => {
  const lead = await portal.as('lead');
  expect((await lead.get('/kpi/alarms/proposals?rule=nothing')).status).toBe(422);
  expect((await lead.get('/kpi/alarms/proposals?from=2025-01-01T00:00:00Z')).status).toBe(422);
  expect((await (await portal.as('technician')).get('/kpi/alarms/proposals')).status).toBe(403);
});
