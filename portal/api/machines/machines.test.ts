import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MachineAnswer, MachineList } from '#shared/model/api/machine.ts';
import { conditionOf, NO_DATA_AFTER_MS } from '#shared/model/condition.ts';
import type { Severity } from '#shared/model/rule.ts';
import { PLANT } from '#test/portal/plant.ts';
import { addAlarm, addCase, heard } from '#test/portal/seed.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { costOf } from '#test/servers/tools.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startPortal();
  portal.live.tell('press-1', 'bearing-temp', START - 2_000, 96.4);
  portal.live.tell('press-2', 'bearing-temp', START - 60_000, 61);
  await heard(portal, 'press-1', START - 5_000);
  await heard(portal, 'press-2', START - 60_000);
  await heard(portal, 'guss-1', START - NO_DATA_AFTER_MS - 60_000);
  const case1 = await addCase(portal, {
    machine: 'press-1',
    component: 'spindle-bearing',
    severity: 'danger',
    owner: 'technician',
  });
  await addAlarm(portal, {
    machine: 'press-1',
    rule: 'oil-low',
    severity: 'warning',
    component: 'hydraulics',
    raisedAt: START - 3_600_000,
  });
  await addAlarm(portal, {
    machine: 'press-1',
    rule: 'spindle-bearing-hot',
    severity: 'danger',
    component: 'spindle-bearing',
    raisedAt: START - 300_000,
    caseId: case1,
  });
  await addAlarm(portal, {
    machine: 'press-2',
    rule: 'oil-low',
    severity: 'warning',
    raisedAt: START - 7_200_000,
    clearedAt: START - 3_600_000,
  });
  await addAlarm(portal, {
    machine: 'press-2',
    rule: 'oil-trial',
    severity: 'notice',
    raisedAt: START - 7_200_000,
    mode: 'pilot',
  });
  await addAlarm(portal, {
    machine: 'press-2',
    rule: 'spindle-bearing-hot',
    severity: 'danger',
    raisedAt: START - 7_200_000,
    shelvedUntil: START + 60_000,
  });
});
afterAll(() => portal.stop());

test('the fleet stands worst first, with the cause, the owner and the three times', async () => {
  const { body } = await (await portal.as('technician')).get<MachineList>('/machines');
  expect(body.items.map(({ id, condition }) => `${id} ${condition}`)).toEqual([
    'press-1 F',
    'press-3 ?',
    'guss-1 ?',
    'press-2 OK',
  ]);
  expect(body).toMatchObject({ total: 4, next: null, summary: { F: 1, S: 0, M: 0, C: 0, OK: 1, '?': 2 } });
  expect(body.items[0]).toMatchObject({
    name: 'Presse Eins',
    model: { id: 'sp-200', name: 'Spindelpresse SP-200' },
    customer: { id: 'muster-ag', name: 'Muster Präzision AG', tier: 'premium' },
    since: new Date(START - 300_000).toISOString(),
    worst: {
      component: 'spindle-bearing',
      name: { de: 'Spindellager', en: 'Spindle bearing' },
      sensor: 'bearing-temp',
      sensorName: { de: 'Lagertemperatur', en: 'Bearing temperature' },
    },
    openCases: 1,
    owner: { name: 'Tina Technik' },
    readingAt: new Date(START - 2_000).toISOString(),
  });
  expect(body.items.map(({ since }) => since && Date.parse(since) - START)).toEqual([
    -300_000,
    null,
    -60_000,
    -3_600_000,
  ]);
});

test('the fleet is filtered, sorted and paged, and pages neither repeat nor lose a machine', async () => {
  const browser = await portal.as('lead');
  const ids = async (query: string): Promise<string[]> =>
    (await browser.get<MachineList>(`/machines?${query}`)).body.items.map(({ id }) => id);
  expect(await ids('condition=F')).toEqual(['press-1']);
  expect(await ids('condition=%3F&customer=beta-gmbh')).toEqual(['guss-1']);
  expect(await ids('q=bielefeld')).toEqual(['press-1']);
  expect(await ids('q=100%25')).toEqual([]);
  expect(await ids('sort=name')).toEqual(['guss-1', 'press-3', 'press-1', 'press-2']);
  for (const sort of ['severity', 'name', 'tier', 'since']) {
    const all = await ids(`sort=${sort}`);
    const paged: string[] = [];
    let cursor: string | null = '';
    do {
      const { body }: { body: MachineList } = await browser.get(
        `/machines?sort=${sort}&limit=1${cursor && `&cursor=${cursor}`}`,
      );
      paged.push(...body.items.map(({ id }) => id));
      cursor = body.next;
    } while (cursor !== null);
    expect(paged).toEqual(all);
  }
});

test.each([
  'limit=0',
  'limit=1001',
  'condition=X',
  'cursor=nonsense',
  'cursor=WzFd',
  'sort=id',
  'customer=A%20B',
  'limit=5&limit=6',
])('a question that makes no sense is refused with its place: %s', async (query) => {
  const { status, body } = await (await portal.as('lead')).get<{ errors: { path: string }[] }>(`/machines?${query}`);
  expect(status).toBe(422);
  expect(body.errors[0]?.path).toBe(`query.${query.split('=')[0]}`);
});

test('SQL and conditionOf judge every machine alike', async () => {
  const severities: Severity[][] = [
    [],
    ['danger'],
    ['warning'],
    ['notice'],
    ['notice', 'warning'],
    ['notice', 'danger'],
  ];
  const ages = [undefined, 0, NO_DATA_AFTER_MS, NO_DATA_AFTER_MS + 1];
  const cases = severities.flatMap((standing) => ages.map((age) => ({ standing, age })));
  const machines = cases.map((_, i) => ({ id: `m-${i}`, model: 'sp-200', customer: 'muster-ag' }));
  const own = await startPortal({
    plant: { ...PLANT, machines },
  });
  try {
    for (const [i, { standing, age }] of cases.entries()) {
      if (age !== undefined) await heard(own, `m-${i}`, START - age);
      for (const [n, severity] of standing.entries())
        await addAlarm(own, { machine: `m-${i}`, rule: `r-${n}`, severity, raisedAt: START - n });
    }
    const { body } = await (await own.as('admin')).get<MachineList>('/machines?limit=1000');
    const judged = new Map(body.items.map(({ id, condition }) => [id, condition]));
    for (const [i, { standing, age }] of cases.entries()) {
      expect([i, judged.get(`m-${i}`)]).toEqual([
        i,
        conditionOf(standing, age === undefined ? undefined : START - age, START),
      ]);
    }
  } finally {
    await own.stop();
  }
});

test('a machine shows its tree with the worst bubbling up, and its sensors with the arithmetic', async () => {
  const { body } = await (await portal.as('technician')).get<MachineAnswer>('/machines/press-1');
  expect(body.components.map(({ id, condition }) => [id, condition])).toEqual([
    ['spindle', 'F'],
    ['spindle-bearing', 'F'],
    ['hydraulics', 'S'],
  ]);
  expect(body.sensors[0]).toEqual({
    id: 'bearing-temp',
    component: 'spindle-bearing',
    name: { de: 'Lagertemperatur', en: 'Bearing temperature' },
    quantity: 'temperature',
    unit: '°C',
    tolerance: { low: 40, high: 80, nominal: 60 },
    every: '10s',
    derived: false,
    formula: null,
    last: { t: new Date(START - 2_000).toISOString(), value: 96.4, excess: expect.closeTo(82, 6) as number },
    stale: false,
  });
  expect(body.sensors[2]).toMatchObject({ id: 'half-pressure', derived: true, formula: 'p / 2', last: null });
  const second = await (await portal.as('technician')).get<MachineAnswer>('/machines/press-2');
  expect(second.body.sensors[0]).toMatchObject({ stale: true, last: { value: 61 } });
  const third = await (await portal.as('technician')).get<MachineAnswer>('/machines/press-3');
  expect(third.body.sensors[0]?.tolerance).toEqual({ low: 40, high: 85, nominal: 60 });
});

test('a customer sees own machines, their values, and no threshold', async () => {
  const browser = await portal.as('customer');
  const list = await browser.get<MachineList>('/machines');
  expect(list.body.items.map(({ id }) => id)).toEqual(['press-1', 'press-3', 'press-2']);
  expect(list.body.summary).toEqual({ F: 1, S: 0, M: 0, C: 0, OK: 1, '?': 1 });
  const { body } = await browser.get<MachineAnswer>('/machines/press-1');
  expect(body.sensors[0]).toMatchObject({ tolerance: null, last: { value: 96.4, excess: null } });
  expect(body.sensors[2]).toMatchObject({ formula: null });
  expect((await browser.get('/machines/guss-1')).status).toBe(404);
  expect((await browser.get('/machines?customer=beta-gmbh')).body).toMatchObject({
    items: [],
    total: 0,
    summary: { '?': 0 },
  });
});

test('a machine that speaks again is OK from its first word on', async () => {
  const browser = await portal.as('technician');
  expect((await browser.get<MachineAnswer>('/machines/press-3')).body.condition).toBe('?');
  portal.live.tell('press-3', 'bearing-temp', START - 1_000, 60);
  expect((await browser.get<MachineAnswer>('/machines/press-3')).body).toMatchObject({ condition: 'OK', since: null });
});

test('ten thousand machines are listed in a moment', async () => {
  const machines = Array.from({ length: 10_000 }, (_, i) => ({
    id: `m-${i}`,
    name: `Maschine ${i}`,
    model: 'sp-200',
    customer: 'muster-ag',
  }));
  const big = await startPortal({
    plant: { ...PLANT, machines },
  });
  try {
    const browser = await big.as('admin');
    await browser.get('/machines?limit=100');
    const cost = await costOf(async () => {
      const { body } = await browser.get<MachineList>('/machines?limit=100');
      expect(body).toMatchObject({ total: 10_000, summary: { '?': 10_000 } });
      expect(body.items).toHaveLength(100);
    });
    expect(cost).toBeLessThan(1_000);
  } finally {
    await big.stop();
  }
});
