import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '#shared/model/api/common.ts';
import type { BacktestAnswer } from '#shared/model/api/rule.ts';
import type { Rule } from '#shared/model/rule.ts';
import type { Reading } from '#shared/readings/port.ts';
import type { Browser } from '#test/portal/browser.ts';
import { EventReader } from '#test/portal/event-reader.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { addCase } from '#test/portal/seed.ts';
import { waitFor } from '#test/servers/tools.ts';
import { Turns } from './turns.ts';

const HOUR = 3_600_000;
const FROM = START - 24 * HOUR;
const RANGE = { from: new Date(FROM).toISOString(), to: new Date(START).toISOString() };
const HOT: Rule = { id: 'tried', when: { sensor: 'bearing-temp', above: 90 }, severity: 'danger' };
/** So much that a backtest of it is still running when the test does the next thing. */
const LONG: Rule = { ...HOT, when: { sensor: 'oil-pressure', mean: '1h', above: 1e6 } };

let portal: TestPortal;
let technician: Browser;
beforeAll(async () => {
  portal = await startPortal();
  technician = await portal.as('technician');
  const temp = (machine: string, hot: readonly number[]): Reading[] =>
    Array.from({ length: 24 * 60 }, (_, i) => {
      return {
        machine,
        sensor: 'bearing-temp',
        ts: FROM + i * 60_000,
        value: hot.includes(Math.floor(i / 60)) ? 95 : 60,
      };
    });
  await portal.readings.write([...temp('press-1', [3, 20]), ...temp('guss-1', [5])], []);
  for (let part = 0; part < 20; part++) {
    const oil = Array.from({ length: 30_000 }, (_, i) => {
      return {
        machine: 'press-3',
        sensor: 'oil-pressure',
        ts: FROM + (part * 30_000 + i) * 100,
        value: 4 + (i % 7) / 10,
      };
    });
    await portal.readings.write(oil, []);
  }
});
afterAll(() => portal.stop());

const tried = (body: object, browser = technician) =>
  browser.post<BacktestAnswer & Problem>('/rules/backtest', { rule: HOT, ...RANGE, ...body });
const stream = (body: object, signal?: AbortSignal) =>
  technician.open('POST', '/rules/backtest', {
    body: { rule: LONG, ...RANGE, ...body },
    headers: { accept: 'text/event-stream' },
    ...(signal ? { signal } : {}),
  });

describe('what a backtest answers', () => {
  test('alarms with their reasons, cases, coverage and agreement with past verdicts', async () => {
    const at = (hours: number) => FROM + hours * HOUR;
    const component = 'spindle-bearing';
    const found = await addCase(portal, { machine: 'press-1', component, status: 'closed', openedAt: at(3.1) });
    const missed = await addCase(portal, { machine: 'press-2', component, status: 'closed', openedAt: at(9) });
    await portal.database.kysely
      .updateTable('service_case')
      .set({ verdict: 'valid' })
      .where('id', 'in', [found, missed])
      .execute();
    const { status, body } = await tried({});
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...RANGE,
      machines: 4,
      total: 3,
      cases: 2,
      standingAtStart: 0,
      alarmsAnHour: 3 / 24,
      coverage: { total: 4, unknown: [] },
      agreement: {
        found: {
          count: 1,
          items: [{ id: found, machine: 'press-1', component, openedAt: new Date(at(3.1)).toISOString() }],
        },
        missed: { count: 1, items: [{ id: missed }] },
        repeated: { count: 0 },
        new: 1,
      },
    });
    expect(body.alarms.map(({ machine, raisedAt, clearedAt }) => [machine, raisedAt, clearedAt])).toEqual([
      ['press-1', new Date(at(3)).toISOString(), new Date(at(4)).toISOString()],
      ['guss-1', new Date(at(5)).toISOString(), new Date(at(6)).toISOString()],
      ['press-1', new Date(at(20)).toISOString(), new Date(at(21)).toISOString()],
    ]);
    expect(body.alarms[0]).toMatchObject({
      rule: 'tried',
      severity: 'danger',
      component,
      reason: { delayMs: 0, fact: { test: 'above', sensor: 'bearing-temp', value: 95, limit: 90 } },
    });
    // a value a minute where one every 10 s is expected: stale after 30 s
    const sensors = new Map(body.coverage.sensors.map(({ machine, share }) => [machine, share]));
    expect(sensors.get('press-1')).toBeCloseTo(0.5, 2);
    expect(sensors.get('press-2')).toBe(0);
  });

  test('a rule of the rulebook by its id, on single machines, until now at most', async () => {
    const { body } = await tried({ rule: 'spindle-bearing-hot', machines: ['press-1'], to: '2030-01-01T00:00:00Z' });
    expect(body).toMatchObject({ machines: 1, to: RANGE.to, coverage: { total: 1 } });
    expect((await tried({ rule: { ...HOT, mode: 'off' }, machines: ['guss-1'] })).body).toMatchObject({
      total: 1,
      cases: 1,
    });
  });

  test('a program asks with its token; others may not', async () => {
    for (const login of ['customer', 'partner']) expect((await tried({}, await portal.as(login))).status).toBe(403);
    expect((await tried({}, await portal.as('integrator'))).status).toBe(200);
  });
});

test.each([
  [
    {
      rule: {
        ...HOT,
        when: {
          any: [
            { sensor: 'bearing-tmp', above: 1 },
            { sensor: 'oil', below: 1 },
          ],
        },
      },
    },
    ['body.rule.when.any[0].sensor', 'body.rule.when.any[1].sensor'],
  ],
  [{ rule: {} }, ['body.rule.id', 'body.rule.severity', 'body.rule.when']],
  [{ rule: 'nothing' }, ['body.rule']],
  [{ rule: 7 }, ['body.rule']],
  [{ from: 'yesterday' }, ['body.from']],
  [{ from: RANGE.to }, ['body.to']],
  [{ from: '2030-01-01T00:00:00Z', to: '2030-02-01T00:00:00Z' }, ['body.from']],
  [{ machines: [] }, ['body.machines']],
  [{ rule: { ...HOT, applies: { machines: ['press-1'] } }, machines: ['press-1', 'press-2'] }, ['body.machines[1]']],
])('what makes no sense is refused with every place: %j', async (body, paths) => {
  const answer = await tried(body);
  expect([answer.status, answer.body.errors?.map(({ path }) => path).sort()]).toEqual([422, paths]);
  const streamed = await stream({ rule: HOT, ...body });
  expect([streamed.status, streamed.headers.get('content-type')]).toEqual([
    422,
    expect.stringContaining('problem+json'),
  ]);
});

test('a machine nobody knows does not exist', async () => {
  expect((await tried({ machines: ['press-1', 'press-9'] })).status).toBe(404);
});

describe('long backtests', () => {
  test('tell how far they have come, then the result', async () => {
    const reader = new EventReader(await stream({}));
    await reader.ended;
    const names = reader.events.map(({ event }) => event);
    expect(names).toEqual([...names.slice(0, -1).fill('progress'), 'result']);
    expect(reader.events[0]?.data).toEqual({ state: 'waiting' });
    expect(reader.events[1]?.data).toMatchObject({ state: 'running', total: 600_000 });
    expect(reader.events.at(-1)?.data).toMatchObject({ total: 0, machines: 4, readings: 600_000 });
  });

  test('end with a problem where there is no answer', async () => {
    const chatter: Rule = { ...HOT, when: { sensor: 'oil-pressure', above: 4.05 } };
    const reader = new EventReader(await stream({ rule: chatter }));
    await reader.ended;
    expect(reader.events.at(-1)).toMatchObject({
      event: 'problem',
      data: { status: 422, detail: expect.stringContaining('more than 40,000 times') as string },
    });
    expect(await tried({ rule: chatter })).toMatchObject({ status: 422, body: { errors: [{ path: 'body' }] } });
  });

  test('two run at once, six wait, more are asked to come again; who goes away frees the place', async () => {
    const leaving = Array.from({ length: 8 }, () => new AbortController());
    const readers: EventReader[] = [];
    for (const { signal } of leaving)
      readers.push(new EventReader(await stream({ from: '2020-01-01T00:00:00Z' }, signal)));
    const refused = await tried({});
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    for (const one of leaving) one.abort();
    await waitFor('there is room again', async () => (await tried({})).status === 200);
    expect(readers.every(({ events }) => events.every(({ event }) => event === 'progress'))).toBe(true);
    expect(portal.logged.filter((line) => line.includes('a request failed'))).toEqual([]);
  });

  test('a turn is passed on, whatever became of the one before', async () => {
    const turns = new Turns(1, 2);
    const { signal } = new AbortController();
    const order: string[] = [];
    const leaving = new AbortController();
    const first = turns.run(signal, () => Promise.reject(new Error('broken')));
    const second = turns.run(leaving.signal, () => Promise.resolve(order.push('second')));
    const third = turns.run(signal, () => Promise.resolve(order.push('third')));
    expect(turns.full).toBe(true);
    leaving.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    await expect(first).rejects.toThrow('broken');
    await third;
    expect(order).toEqual(['third']);
    expect(turns.full).toBe(false);
  });
});
