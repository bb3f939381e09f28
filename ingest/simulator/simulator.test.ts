import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demoFiles } from '#ingest/demo/house.ts';
import { type Plant, PlantIndex } from '#shared/model/plant.ts';
import { excessOf } from '#shared/model/tolerance.ts';
import { berlinOffset, DAY, HOUR, MINUTE } from './calendar.ts';
import { FaultPlan, HEALTHY } from './faults.ts';
import { white } from './noise.ts';
import { Schedule } from './schedule.ts';
import { Simulation } from './simulation.ts';
import { Simulator } from './simulator.ts';
import { VirtualMachine } from './virtual-machine.ts';

const { plant } = demoFiles();
const index = new PlantIndex(plant);
const epoch = Date.parse('2026-11-22T05:00:00Z');

/** A machine that never falls ill. */
function healthy(id: string, seed: number): VirtualMachine {
  const equipped = index.machine(id);
  if (!equipped) throw new Error(id);
  return new VirtualMachine(equipped, { seed, shifts: 'three', faults: new FaultPlan(seed, epoch, []) });
}

const anyMachine = fc.constantFrom(...plant.machines.map((m) => m.id));
const anyTime = fc.integer({ min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2027-12-31T00:00:00Z') });

describe('a simulated machine', () => {
  test('shows the same at the same time, whatever it was asked before', () => {
    fc.assert(
      fc.property(
        anyMachine,
        anyTime,
        fc.array(fc.integer({ min: -5 * DAY, max: 5 * DAY }), { maxLength: 4 }),
        (id, t, detours) => {
          const straight = healthy(id, 7).valuesAt(t);
          const wandering = healthy(id, 7);
          for (const detour of detours) wandering.valuesAt(t + detour);
          expect(wandering.valuesAt(t)).toEqual(straight);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('stays inside range and tolerance while healthy', () => {
    fc.assert(
      fc.property(anyMachine, anyTime, fc.integer({ min: 1, max: 1000 }), (id, t, seed) => {
        const machine = healthy(id, seed);
        for (let at = t; at < t + 2 * DAY; at += 17 * MINUTE) {
          const outside = Object.entries(machine.valuesAt(at)).filter(([sensor, value]) => {
            const known = index.machine(id)?.sensors.get(sensor);
            const { low = -Infinity, high = Infinity } = known?.range ?? {};
            return value < low || value > high || (excessOf(known ?? {}, value)?.percent ?? -1) >= 0;
          });
          expect({ at: new Date(at).toISOString(), outside }).toMatchObject({ outside: [] });
        }
      }),
      { numRuns: 25 },
    );
  });

  test('warms up like a first-order lag after a Sunday', () => {
    const machine = healthy('sp200-0011', 1);
    const sunday = machine.valuesAt(Date.parse('2026-06-15T03:00:00Z'));
    expect(sunday['motor-speed']).toBe(0);
    expect(Math.abs((sunday['bearing-temp'] ?? 0) - (sunday['hall-temp'] ?? 0))).toBeLessThan(0.6);
    const hour = [0, 1, 2].map(
      (h) => machine.valuesAt(Date.parse('2026-06-15T04:20:00Z') + h * HOUR)['bearing-temp'] ?? 0,
    );
    expect((hour[1] ?? 0) - (hour[0] ?? 0)).toBeGreaterThan(5);
    expect((hour[1] ?? 0) - (hour[0] ?? 0)).toBeGreaterThan((hour[2] ?? 0) - (hour[1] ?? 0));
  });

  test('has a torque and a speed that make its power plausible', () => {
    const machine = healthy('sp200-0023', 3);
    for (let t = epoch; t < epoch + DAY; t += 10 * MINUTE) {
      const { 'motor-torque': torque = 0, 'motor-speed': speed = 0 } = machine.valuesAt(t);
      const kilowatts = torque * speed * 0.000104719755;
      if (machine.stateAt(t) === 'running') expect(kilowatts).toBeGreaterThan(3);
      expect(kilowatts).toBeLessThan(8.8);
    }
  });
});

describe('faults', () => {
  const faulty = plant.machines
    .filter((m) => !m.reference)
    .map(
      (m) =>
        ({
          id: m.id,
          kind: m.model === 'sp-200' ? 'spindle-press' : m.model === 'hp-400' ? 'hydraulic-press' : 'compressor',
        }) as const,
    );
  const plan = new FaultPlan(1, epoch, faulty);
  const machineWith = (kind: keyof typeof HEALTHY, t: number) =>
    faulty.find(({ id }) => plan.levels(id, t)[kind] > 0)?.id;

  test('of every kind have begun, or begin, within the first five minutes', () => {
    expect(machineWith('leak', epoch + 30_000)).toBeDefined();
    expect(machineWith('filter', epoch)).toBeDefined();
    expect(machineWith('bearing', epoch)).toBeDefined();
    expect(machineWith('loose', epoch + 2 * MINUTE)).toBeDefined();
    expect(machineWith('gateway', epoch + 5 * MINUTE)).toBeDefined();
  });

  test('never touch a Mustermaschine', () => {
    const simulation = new Simulation(plant, 1, epoch);
    for (const { machine } of simulation.senders.filter((s) => index.machine(s.machine.id)?.machine.reference)) {
      for (let t = epoch - 14 * DAY; t < epoch + 14 * DAY; t += HOUR) expect(machine.truthAt(t)).toEqual(HEALTHY);
    }
  });

  test('grow worse: the clogged filter, minute by minute', () => {
    const simulation = new Simulation(plant, 1, epoch);
    const id = machineWith('filter', epoch);
    const machine = simulation.senders.find((s) => s.machine.id === id)?.machine;
    const mean = (from: number) =>
      Array.from({ length: 12 }, (_, i) => machine?.valuesAt(from + i * 5000)['filter-dp'] ?? 0).reduce(
        (a, b) => a + b,
      ) / 12;
    expect(mean(epoch + 12 * MINUTE)).toBeGreaterThan(mean(epoch) + 0.2);
    expect(mean(epoch + 25 * MINUTE)).toBeGreaterThan(2.3);
  });

  test('come again later, and are repaired', () => {
    for (let block = 1; block < 40; block++) {
      const from = epoch + block * 8 * HOUR;
      const times = Array.from({ length: 96 }, (_, i) => from + i * 5 * MINUTE);
      expect(times.some((t) => machineWith('leak', t))).toBe(true);
      expect(machineWith('leak', from + 8 * HOUR - MINUTE)).toBeUndefined();
    }
  });

  test('break the hydraulics within half a minute, and the rule sees it', () => {
    const id = machineWith('leak', epoch + 60_000);
    const machine = new Simulation(plant, 1, epoch).senders.find((s) => s.machine.id === id)?.machine;
    expect(machine?.valuesAt(epoch)['system-pressure']).toBeGreaterThan(200);
    expect(machine?.valuesAt(epoch + 25_000)['system-pressure']).toBeLessThan(186);
  });
});

test('shifts follow German local time, summer and winter', () => {
  expect(berlinOffset(Date.parse('2026-03-29T00:59:59Z'))).toBe(HOUR);
  expect(berlinOffset(Date.parse('2026-03-29T01:00:00Z'))).toBe(2 * HOUR);
  expect(berlinOffset(Date.parse('2026-10-25T01:00:00Z'))).toBe(HOUR);
  const two = new Schedule(42, 'two', () => undefined);
  const running = (iso: string) => two.at(Date.parse(iso)).state !== 'idle';
  expect(running('2026-07-06T07:30:00+02:00')).toBe(true);
  expect(running('2026-07-06T02:00:00+02:00')).toBe(false);
  expect(running('2026-12-07T21:30:00+01:00')).toBe(true);
  expect(running('2026-12-06T10:30:00+01:00')).toBe(false);
});

test('noise is bounded, with mean 0 and standard deviation 1', () => {
  const values = Array.from({ length: 20_000 }, (_, n) => white(12345, n * 10_000));
  const mean = values.reduce((a, b) => a + b) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(values.reduce((a, b) => a + b * b, 0) / values.length - 1)).toBeLessThan(0.05);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(3);
});

describe('messages', () => {
  test('are the same in one stretch and in many, and agree with the past at the seam', () => {
    const whole = new Simulation(plant, 1, epoch).messages(epoch - 30_000, epoch + 30_000);
    const parts = new Simulation(plant, 1, epoch);
    const pieces = [epoch - 30_000, epoch - 11_111, epoch, epoch + 17, epoch + 30_000];
    const joined = pieces.slice(1).flatMap((to, i) => parts.messages(pieces[i] ?? 0, to));
    expect(new Set(joined.map((m) => JSON.stringify(m)))).toEqual(new Set(whole.map((m) => JSON.stringify(m))));
    expect(joined).toHaveLength(whole.length);

    const [sender] = parts.senders;
    if (!sender) throw new Error('nobody sends');
    const live = whole
      .filter((m) => m.machine === sender.machine.id && m.topic === 'telemetry')
      .map((m) => JSON.parse(m.payload) as { ts: number; values: object });
    const past = [...new Simulation(plant, 1, epoch).course(sender, epoch - 30_000, epoch + 30_000, 1)];
    for (const { ts, values } of live) expect(past.find((moment) => moment.ts === ts)?.values).toEqual(values);
  });

  test('stop while a gateway is dead, which says so before and after', () => {
    const simulation = new Simulation(plant, 1, epoch);
    const all = simulation.messages(epoch + 3 * MINUTE, epoch + 11 * MINUTE);
    const dead = all.find((m) => m.topic === 'connection' && m.payload === 'offline');
    const of = all.filter((m) => m.machine === dead?.machine);
    const from = of.indexOf(dead as (typeof of)[number]);
    expect(of[from + 1]).toMatchObject({ topic: 'connection', payload: 'online' });
    const times = of.filter((m) => m.topic === 'telemetry').map((m) => (JSON.parse(m.payload) as { ts: number }).ts);
    const gap = Math.max(...times.slice(1).map((t, i) => t - (times[i] ?? t)));
    expect(gap).toBeGreaterThan(5 * MINUTE);
  });

  test('come from any model that is marked as simulated, and from no machine that is not', () => {
    const own: Plant = {
      version: 1,
      customers: [{ id: 'a', name: 'A', tier: 'standard' }],
      models: [
        {
          id: 'own',
          name: 'Own',
          components: [],
          sensors: [
            { id: 'x', tolerance: { low: 1, high: 2 }, every: '2s' },
            { id: 'y', formula: 'x', inputs: { x: 'x' } },
          ],
        },
      ],
      machines: [
        { id: 'm1', model: 'own', customer: 'a', simulated: true },
        { id: 'm2', model: 'own', customer: 'a' },
      ],
    };
    const sent = new Simulation(own, 1, epoch).messages(epoch + DAY, epoch + DAY + 10_000);
    const telemetry = sent.filter((m) => m.topic === 'telemetry');
    expect(telemetry).toHaveLength(5);
    expect(new Set(sent.map((m) => m.machine))).toEqual(new Set(['m1']));
    for (const { payload } of telemetry) {
      const { values } = JSON.parse(payload) as { values: Record<string, number> };
      expect(Object.keys(values)).toEqual(['x']);
      expect(excessOf({ tolerance: { low: 1, high: 2 } }, values['x'] ?? 0)?.percent).toBeLessThan(0);
    }
  });
});

test('the simulator sends each message once and in order, also when publishing fails for a while', async () => {
  let now = epoch + 10 * DAY;
  const sent: string[] = [];
  let away = false;
  let refusals = 0;
  const simulator = new Simulator({
    plant,
    seed: 1,
    epoch,
    prefix: 'works',
    clock: () => now,
    publish: async (topic, payload) => {
      if (away) {
        refusals++;
        throw new Error('the broker is away');
      }
      sent.push(`${topic} ${payload}`);
    },
  });
  const telemetry = (): string[] => sent.filter((line) => line.includes('/telemetry '));
  const due = (): string[] =>
    new Simulation(plant, 1, epoch)
      .messages(epoch + 10 * DAY, now)
      .filter((m) => m.topic === 'telemetry')
      .map((m) => `works/${m.machine}/telemetry ${m.payload}`);
  simulator.start();
  now += 10_000;
  await expect.poll(() => telemetry().length).toBe(due().length);
  away = true;
  now += 10_000;
  await expect.poll(() => refusals).toBeGreaterThan(0);
  away = false;
  now += 10_000;
  await expect.poll(() => telemetry().length).toBeGreaterThanOrEqual(due().length);
  await simulator.stop();
  expect(telemetry()).toEqual(due());
  expect(sent.some((line) => line.startsWith('works/') && line.includes('/state '))).toBe(true);
});
