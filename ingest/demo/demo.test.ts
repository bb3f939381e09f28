import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from '#rules/engine/compile.ts';
import { Engine } from '#rules/engine/engine.ts';
import type { Transition } from '#rules/engine/types.ts';
import { type Database, openDatabase } from '#shared/database/database.ts';
import { hashPassword } from '#shared/database/password.ts';
import { addAccount } from '#shared/database/queries/accounts.ts';
import { createLog } from '#shared/process/log.ts';
import { DuckDbReadings } from '#shared/readings/duckdb.ts';
import { interpret } from '#shared/telemetry/interpret.ts';
import type { Reject } from '#shared/telemetry/types.ts';
import { PlantIndex } from '#shared/model/plant.ts';
import { waitFor } from '#test/servers/tools.ts';
import { DAY, MINUTE } from '../simulator/calendar.ts';
import { Simulation } from '../simulator/simulation.ts';
import { DemoPast } from './demo-past.ts';
import { SEED } from './fleet.ts';
import { demoFiles, ensureDemoPlant, isDemoHouse } from './house.ts';
import { demoPeople } from './people.ts';

const demo = demoFiles();

describe('the demo tells a story', () => {
  const epoch = Date.parse('2026-11-22T03:10:00Z');
  const raised: Transition[] = [];
  const rejected: Reject[] = [];

  beforeAll(() => {
    const index = new PlantIndex(demo.plant);
    const engine = new Engine(compile(demo.plant, demo.rulebook));
    const sink = {
      transition: (transition: Transition) => void (transition.transition === 'raised' && raised.push(transition)),
    };
    const simulation = new Simulation(demo.plant, SEED, epoch);
    for (let at = epoch; at < epoch + 40 * MINUTE; at += 1000) {
      engine.feed({ kind: 'clock', at }, sink);
      const sent = at === epoch ? simulation.greetings(at) : simulation.messages(at - 1000, at);
      for (const { machine, topic, payload } of sent) {
        const entry = {
          kind: 'message',
          at,
          topic: `machines/${machine}/${topic}`,
          payload: Buffer.from(payload),
        } as const;
        const { snapshots, states, events, rejects } = interpret(entry, index, 'machines');
        rejected.push(...rejects.filter((r) => r.reason !== 'out-of-range'));
        for (const state of states) engine.feed({ kind: 'state', at, ...state }, sink);
        for (const event of events) engine.feed({ kind: 'event', at, ...event }, sink);
        for (const snapshot of snapshots) engine.feed({ kind: 'snapshot', at, ...snapshot }, sink);
      }
    }
  });
  const first = (rule: string) => ((raised.find((t) => t.rule === rule)?.t ?? Infinity) - epoch) / 1000;

  test('a leak is a case within 45 s, and nothing is before half that', () => {
    expect(first('hydraulic-leak')).toBeLessThan(45);
    expect(Math.min(...raised.map((t) => t.t)) - epoch).toBeGreaterThan(15_000);
  });

  test('a bearing and a filter get worse, a sensor is loose, a gateway dies', () => {
    expect(first('spindle-bearing-vibration')).toBeLessThan(3 * 60);
    expect(first('spindle-bearing-vibration-danger')).toBeLessThan(35 * 60);
    expect(first('filter-clogging')).toBeLessThan(4 * 60);
    expect(first('filter-clogged')).toBeLessThan(35 * 60);
    expect(first('oil-temp-implausible')).toBeLessThan(6 * 60);
    expect(first('press-silent')).toBeGreaterThan(4 * 60);
    expect(first('press-silent')).toBeLessThan(7 * 60);
  });

  test('nothing is set aside but the broken wire', () => {
    expect(rejected).toEqual([]);
  });

  test('most machines are well', () => {
    const ill = new Set(raised.map((t) => t.machine));
    expect(ill.size).toBeLessThanOrEqual(6);
  });
});

test('there are at least 12 machines, 3 models with a Mustermaschine each, 4 customers, 2 of them premium', () => {
  const { customers, models, machines } = demo.plant;
  expect(machines.length).toBeGreaterThanOrEqual(12);
  expect(machines.every((m) => m.simulated)).toBe(true);
  expect(
    machines
      .filter((m) => m.reference)
      .map((m) => m.model)
      .toSorted(),
  ).toEqual(models.map((m) => m.id).toSorted());
  expect(customers.filter((c) => c.tier === 'premium')).toHaveLength(2);
  expect(customers).toHaveLength(4);
});

test('people of every role belong to customers that there are', () => {
  const people = demoPeople('x');
  const customers = new Set(demo.plant.customers.map((c) => c.id));
  for (const { customer, assigned = [] } of people)
    for (const id of [...(customer ? [customer] : []), ...assigned]) expect(customers).toContain(id);
});

describe('the past', () => {
  let dir: string;
  let database: Database;
  let readings: DuckDbReadings;
  const log = createLog('error', { terminal: false });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'demo-'));
    database = openDatabase({ dataDir: dir });
    await database.start();
    readings = new DuckDbReadings(join(dir, 'readings.duckdb'));
    await readings.start();
  }, 60_000);
  afterAll(async () => {
    await readings.stop();
    await database.stop();
    await rm(dir, { recursive: true });
  });

  test('is written once, agrees with the physics, and is closed cases only', { timeout: 240_000 }, async () => {
    expect(await isDemoHouse(database)).toBe(true);
    const epoch = await ensureDemoPlant(database);
    for (const person of demoPeople('demo-password')) {
      const passwordHash = await hashPassword(person.password);
      await database.transaction((tx) => addAccount(tx, { ...person, id: person.login, passwordHash }, new Date()));
    }
    const parts = { database, readings, dataDir: dir, epoch, length: DAY, log };
    const cut = new DemoPast(parts);
    await cut.start();
    await waitFor('a part is written', async () => (await readings.count()) > 10_000);
    await cut.stop();
    const past = new DemoPast(parts);
    await past.start();
    await past.done();
    const written = await readings.count();
    expect(written).toBeGreaterThan(250_000);
    const again = new DemoPast(parts);
    await again.start();
    await again.done();
    expect(await readings.count()).toBe(written);

    const id = 'hp400-0107';
    const machine = new Simulation(demo.plant, SEED, epoch).senders.find((s) => s.machine.id === id)?.machine;
    const from = Math.floor((epoch - DAY / 2) / MINUTE) * MINUTE;
    const raw = await readings.raw({
      machine: id,
      sensor: 'system-pressure',
      from,
      to: from + 10 * MINUTE,
      limit: 100,
    });
    expect(raw).toEqual(
      Array.from({ length: 10 }, (_, i) => [
        from + i * MINUTE,
        machine?.valuesAt(from + i * MINUTE)['system-pressure'],
      ]),
    );
    const derived = await readings.raw({
      machine: id,
      sensor: 'hydraulic-power',
      from,
      to: from + 10 * MINUTE,
      limit: 100,
    });
    expect(derived).toHaveLength(10);

    const cases = await database.kysely.selectFrom('service_case').selectAll().execute();
    expect(cases.length).toBeGreaterThanOrEqual(5);
    expect(cases.every((c) => c.status === 'closed' && c.cause && c.remedy && c.owner === 'technik')).toBe(true);
    expect(cases.some((c) => c.verdict === 'false-alarm')).toBe(true);
    const standing = await database.kysely.selectFrom('alarm').select('id').where('cleared_at', 'is', null).execute();
    expect(standing).toEqual([]);
    const places = cases.map((c) => `${c.machine} ${c.component} ${c.opened_at.toISOString()}`);
    expect(new Set(places).size).toBe(places.length);
  });
});
