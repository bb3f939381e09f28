import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CheckAnswer, ConnectionAnswer } from '#shared/model/api/connection.ts';
import { PlantIndex } from '#shared/model/plant.ts';
import { interpret } from '#shared/telemetry/interpret.ts';
import { PLANT } from '#test/portal/plant.ts';
import { BROKER, START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { heard } from '#test/portal/seed.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal();
});
afterAll(() => portal.stop());

async function checked(payload: string, topic = 'machines/press-1/telemetry'): Promise<CheckAnswer> {
  const technician = await portal.as('technician');
  const { status, body, text } = await technician.post<CheckAnswer>('/machines/press-1/check', { topic, payload });
  if (status !== 200) throw new Error(text);
  return body;
}

test('a message that would be taken is told with the readings it brings', async () => {
  const answer = await checked(`{"ts": ${START - 1_000}, "values": {"bearing-temp": 61.5}}`);
  expect(answer).toEqual({
    verdict: 'taken',
    taken: { readings: 1, events: 0, states: 0, connections: 0 },
    setAside: 0,
    findings: [],
    readings: [{ sensor: 'bearing-temp', value: 61.5, t: new Date(START - 1_000).toISOString() }],
    place: null,
  });
  expect(await checked('running', 'machines/press-1/state')).toMatchObject({ verdict: 'taken', taken: { states: 1 } });
  expect(await checked('{}')).toMatchObject({ verdict: 'nothing', setAside: 0 });
});

test('what would not be taken is told with the place and the mend', async () => {
  const partly = await checked('{"values": {"bearing-temp": 61.5, "bearing-tmp": 1, "oil-pressure": "4.2"}}');
  expect(partly).toMatchObject({ verdict: 'partly', taken: { readings: 1 }, setAside: 2 });
  expect(partly.findings.map(({ reason, sensor, path }) => ({ reason, sensor, path }))).toEqual([
    { reason: 'not-a-number', sensor: 'oil-pressure', path: 'values.oil-pressure' },
    { reason: 'unknown-sensor', sensor: 'bearing-tmp', path: null },
  ]);
  expect(partly.findings[0]?.detail).toContain('send 4.2 without quotes');
  expect(await checked('{"values":\n {"bearing-temp": 61,5}}')).toMatchObject({
    verdict: 'refused',
    findings: [{ reason: 'not-json' }],
    place: { line: 2, column: 22, text: ' {"bearing-temp": 61,5}}' },
  });
  const future = await checked(`{"ts": ${START + 3_600_000}, "values": {"bearing-temp": 61}}`);
  expect(future).toMatchObject({ verdict: 'refused', findings: [{ reason: 'future' }] });
  expect(await checked('1', 'machines/press-1/nonsense')).toMatchObject({ findings: [{ reason: 'unknown-topic' }] });
});

test('of another machine nothing is told, whether there is one or not', async () => {
  const there = await checked('{"bearing-temp": 61}', 'machines/guss-1/telemetry');
  const nowhere = await checked('{"bearing-temp": 61}', 'machines/no-such/telemetry');
  expect(there).toMatchObject({ verdict: 'refused', readings: [], findings: [{ reason: 'other-machine' }] });
  expect(there).toEqual(nowhere);
});

test('nothing that is checked is kept', async () => {
  await checked('{"values": {"no-such-sensor": 1}}');
  const technician = await portal.as('technician');
  const { body } = await technician.get<{ total: number }>('/quality/rejects?machine=press-1');
  expect(body.total).toBe(0);
});

test('what arrives is shown as it came, each message with its verdict, beside the times and the broker', async () => {
  await heard(portal, 'press-2', START - 60_000);
  portal.live.tell('press-2', 'bearing-temp', START - 2_000, 61);
  const index = new PlantIndex(PLANT);
  const said = (payload: string, at: number) => {
    const entry = { kind: 'message', at, topic: 'machines/press-2/telemetry', payload: Buffer.from(payload) } as const;
    const telemetry = interpret(entry, index, 'machines');
    return { at, topic: entry.topic, payload, bytes: entry.payload.length, telemetry };
  };
  portal.live.messages.set('press-2', [said('{"a":', START), said('{"seq":7,"values":{"bearing-temp":61}}', START)]);
  const technician = await portal.as('technician');
  const { body } = await technician.get<ConnectionAnswer>('/machines/press-2/connection');
  expect(body).toMatchObject({ prefix: 'machines', broker: BROKER, readingAt: new Date(START - 2_000).toISOString() });
  expect(body.clock?.ts).toBe(new Date(START - 2_000).toISOString());
  expect(body.messages.map(({ verdict, seq, payload }) => [verdict, seq, payload])).toEqual([
    ['refused', null, '{"a":'],
    ['taken', 7, '{"seq":7,"values":{"bearing-temp":61}}'],
  ]);
  expect(body.messages[0]?.findings[0]?.reason).toBe('not-json');
});

test('a machine that is not there has no connection, and customers see none', async () => {
  const technician = await portal.as('technician');
  expect((await technician.get('/machines/no-such/connection')).status).toBe(404);
  expect((await technician.post('/machines/no-such/check', { topic: 'a', payload: '1' })).status).toBe(404);
  const customer = await portal.as('customer');
  expect((await customer.get('/machines/press-1/connection')).status).toBe(403);
});
