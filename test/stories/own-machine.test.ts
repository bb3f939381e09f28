/**
 * Someone connects a first real machine: plant and rules by the API, a reading by mosquitto_pub, and a case on the screen
 * within a second. The same story on embedded defaults and on real servers.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { CaseListItem } from '#shared/model/api/case.ts';
import type { MachineAnswer, RejectAnswer } from '#shared/model/api/machine.ts';
import type { ImportAnswer } from '#shared/model/api/rule.ts';
import type { Browser } from '#test/portal/browser.ts';
import { waitFor } from '#test/servers/tools.ts';
import { tell } from './tell.ts';
import { busy } from './busy.ts';
import { type Assembly, type Login, publish, startEmbedded, startOnServers, startRealServers } from './assembly.ts';

const MACHINE = 'sp200-0017';
const OTHER = 'sp200-0018';
/** Each breaks its rule once, one after the other: whatever else this computer does delays some of them, not all. */
const TIMED = [MACHINE, 'sp200-0019', 'sp200-0020'] as const;

const PLANT = `version: 1
customers:
  - { id: muster-ag, name: Muster Präzision AG, tier: premium }
models:
  - id: sp-200
    name: Spindelpresse SP-200
    components:
      - { id: spindle-bearing, name: { de: Spindellager, en: Spindle bearing } }
    sensors:
      - { id: bearing-temp, component: spindle-bearing, unit: °C, nominal: 60, tolerance: { low: 40, high: 80 } }
machines:
${[...TIMED, OTHER].map((id) => `  - { id: ${id}, model: sp-200, customer: muster-ag, site: Werk Bielefeld }`).join('\n')}
`;

const RULES = `version: 1
rules:
  - id: spindle-bearing-hot
    title: { de: Lagertemperatur außerhalb der Toleranz, en: Bearing temperature outside tolerance }
    when: { sensor: bearing-temp, outside: 20% }
    severity: danger
    endangers: spindle-bearing
    advice: Schmierung prüfen.
`;

interface Listed<T> {
  readonly items: readonly T[];
  readonly total: number;
}

const SHAPES: readonly (readonly [string, () => Promise<Assembly>])[] = [
  ['on embedded defaults, in one process', () => startEmbedded()],
  [
    'on mosquitto, InfluxDB and PostgreSQL, in three processes',
    async () => {
      const accounts = Object.fromEntries([...TIMED, OTHER].map((id) => [id, `password-of-${id}`]));
      return startOnServers(await startRealServers(accounts), accounts);
    },
  ],
];

describe.each(SHAPES)('%s', (shape, start) => {
  test('an own machine: imported, connected, broken, told, and still there after a restart', async () => {
    const house = await start();
    onTestFinished(() => house.stop());
    await importAll(house.admin, 'created');
    await importAll(house.admin, 'unchanged');

    const login = await loginOf(house, MACHINE);
    const told = listen(house.admin, ['case', 'alarm', 'machine']);
    await told.opened;
    const times = [await breakRule(house, login)];
    await told.all;
    for (const machine of TIMED.slice(1)) times.push(await breakRule(house, await loginOf(house, machine)));
    const rounded = times.map(({ machine, opened }) => `${machine.toFixed(0)}/${opened.toFixed(0)}`);
    tell(
      `${shape}: mosquitto_pub to machine page/case in ms: ${rounded.join(', ')} (${busy().toFixed(1)} programs a core)`,
    );
    expect(Math.min(...times.map(({ machine, opened }) => Math.max(machine, opened)))).toBeLessThan(1_000 * busy());

    await refuseOthers(house, login);
    await setAsideRubbish(house, login);

    const before = await caseOf(house.admin, MACHINE);
    await house.restart();
    expect(withoutTime(await caseOf(house.admin, MACHINE))).toEqual(withoutTime(before));
    await importAll(house.admin, 'unchanged');
    expect(await lastOf(house.admin, MACHINE)).toBe(99);
    // The machine's password still holds, and what follows goes to the case that is open.
    await say(house, login, 60);
    await say(house, login, 95);
    await waitFor('the second occurrence', async () => (await caseOf(house.admin, MACHINE))?.occurrences === 2);
    expect((await caseOf(house.admin, MACHINE))?.id).toBe(before?.id);
  }, 300_000);
});

/** The answers of both imports: everything `created` at first, everything `unchanged` from then on. */
async function importAll(admin: Browser, all: 'created' | 'unchanged'): Promise<void> {
  for (const [what, text] of [
    ['plant', PLANT],
    ['rules', RULES],
  ] as const) {
    const { status, body } = await admin.post<ImportAnswer>(`/import/${what}`, text);
    const { created, updated, unchanged, removed, warnings } = body;
    const touched = all === 'created' ? created : unchanged;
    expect({ status, all: created + updated + unchanged + removed, warnings }).toEqual({
      status: 200,
      all: touched,
      warnings: [],
    });
    expect(touched).toBeGreaterThan(0);
  }
}

/** By the API at the embedded broker; a broker elsewhere keeps its own. */
async function loginOf({ admin, accounts }: Assembly, machine: string): Promise<Login> {
  const known = accounts?.[machine];
  if (known !== undefined) return { username: machine, password: known };
  const { status, body } = await admin.post<Login>(`/machines/${machine}/credentials`);
  expect(status).toBe(201);
  expect(body.username).toBe(machine);
  return body;
}

async function say({ mqtt }: Assembly, login: Login, value: number): Promise<void> {
  const { code, stderr } = await publish(
    mqtt,
    login,
    `machines/${login.username}/telemetry`,
    `{"bearing-temp": ${value}}`,
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
}

/** Publishes a reading 95 % outside its tolerance; ms from before mosquitto_pub is started until it can be seen. */
async function breakRule(house: Assembly, login: Login): Promise<{ machine: number; opened: number }> {
  const { admin } = house;
  const id = login.username;
  const begin = performance.now();
  const seen = async (probe: () => Promise<boolean>): Promise<number> => {
    while (!(await probe())) await sleep(20);
    return performance.now() - begin;
  };
  const [machine, opened] = await Promise.all([
    seen(async () => (await lastOf(admin, id)) === 99),
    seen(async () => (await caseOf(admin, id)) !== undefined),
    say(house, login, 99),
  ]);
  expect(await caseOf(admin, id)).toMatchObject({
    component: 'spindle-bearing',
    severity: 'danger',
    status: 'new',
    occurrences: 1,
    simulated: false,
  });
  expect((await admin.get<MachineAnswer>(`/machines/${id}`)).body.condition).toBe('F');
  return { machine, opened };
}

async function lastOf(admin: Browser, machine: string): Promise<number | undefined> {
  const { body } = await admin.get<MachineAnswer>(`/machines/${machine}`);
  return body.sensors.find(({ id }) => id === 'bearing-temp')?.last?.value;
}

async function caseOf(admin: Browser, machine: string): Promise<CaseListItem | undefined> {
  const { body } = await admin.get<Listed<CaseListItem>>(`/cases?machine=${machine}`);
  expect(body.total).toBeLessThanOrEqual(1);
  return body.items[0];
}

/** The case without what runs on: the time its clocks have left. */
function withoutTime(item: CaseListItem | undefined): unknown {
  return item && { ...item, clocks: item.clocks?.map(({ remainingMs: _, ...clock }) => clock) };
}

/** A wrong password, and a machine that speaks for another: nothing of it arrives. */
async function refuseOthers(house: Assembly, login: Login): Promise<void> {
  const topic = `machines/${OTHER}/telemetry`;
  const wrong = await publish(
    house.mqtt,
    { username: OTHER, password: 'guessed-password' },
    topic,
    '{"bearing-temp":1}',
  );
  expect(wrong.code).not.toBe(0);
  expect(wrong.stderr).toMatch(/not authori[sz]ed|bad user name or password/i);
  await publish(house.mqtt, login, topic, '{"bearing-temp": 2}');
  // What was sent after it has arrived, so it would have as well.
  await say(house, await loginOf(house, OTHER), 61);
  await waitFor("the other machine's own reading", async () => (await lastOf(house.admin, OTHER)) === 61);
  const range = `from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${new Date(Date.now() + 60_000).toISOString()}`;
  const stored = await waitFor('the stored reading', async () => {
    const { body } = await house.admin.get<{ sensors: Record<string, { values: [string, number][] }> }>(
      `/machines/${OTHER}/readings?sensors=bearing-temp&buckets=0&${range}`,
    );
    const values = body.sensors['bearing-temp']?.values ?? [];
    return values.length > 0 && values;
  });
  expect(stored.map(([, value]) => value)).toEqual([61]);
}

/** What cannot be used is kept with its reason, and the good reading beside it counts. */
async function setAsideRubbish(house: Assembly, login: Login): Promise<void> {
  const topic = `machines/${MACHINE}/telemetry`;
  await publish(house.mqtt, login, topic, 'heiß');
  await publish(house.mqtt, login, topic, '{"bearing-temp": "heiß", "speed": 3}');
  const rejects = await waitFor('the rejects', async () => {
    const { body } = await house.admin.get<Listed<RejectAnswer>>('/quality/rejects');
    return body.items.length >= 3 && body.items;
  });
  const kept = rejects.map(({ machine, sensor, reason, payload }) => ({ machine, sensor, reason, payload }));
  const second = '{"bearing-temp": "heiß", "speed": 3}';
  expect(kept).toHaveLength(3);
  expect(kept).toEqual(
    expect.arrayContaining([
      { machine: MACHINE, sensor: null, reason: 'not-json', payload: 'heiß' },
      { machine: MACHINE, sensor: 'bearing-temp', reason: 'not-a-number', payload: second },
      { machine: MACHINE, sensor: 'speed', reason: 'unknown-sensor', payload: second },
    ]),
  );
  expect(rejects.every(({ detail }) => detail.length > 10)).toBe(true);
}

/** Follows the live stream until it has told each of these events. */
function listen(admin: Browser, events: readonly string[]): { opened: Promise<void>; all: Promise<void> } {
  const end = new AbortController();
  onTestFinished(() => end.abort());
  const response = admin.open('GET', '/stream', { signal: end.signal });
  const opened = response.then(({ status }) => expect(status).toBe(200));
  const all = response.then(async ({ body }) => {
    const missing = new Set(events);
    let rest = '';
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      rest += chunk;
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('event: ')) missing.delete(line.slice(7));
      if (missing.size === 0) return;
    }
    throw new Error(`the stream ended without telling ${[...missing].join(', ')}`);
  });
  all.catch(() => undefined);
  return { opened, all };
}
