/** Bad weather by a seed, for as long as it is told: servers die, wires are cut, hold or are slow, processes freeze. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '#test/simulation/random.ts';
import { VICTIMS, WIRES, type WholeHouse } from './house.ts';

/** From one trouble to the next, and how long one lasts, ms. */
const PAUSE_MS = [3_000, 9_000] as const;
const LASTS_MS = [300, 3_000] as const;
const SLOW_MS = 250;

type Trouble = (house: WholeHouse, random: Random) => Promise<void>;

const lasts = (random: Random): Promise<void> => sleep(random.between(...LASTS_MS));

const TROUBLES: Readonly<Record<string, Trouble>> = {
  'servers killed': async (house, random) => {
    const victim = random.pick(['mosquitto', 'influxd', 'postgres'] as const);
    await house.process(victim).kill();
    await lasts(random);
    await house.revive(victim);
  },
  'processes frozen': async (house, random) => {
    const victim = house.process(random.pick(VICTIMS));
    victim.pause();
    await lasts(random);
    victim.resume();
  },
  'connections cut': async (house, random) => house.wires[random.pick(WIRES)].cut(),
  'wires silent': async (house, random) => {
    const wire = house.wires[random.pick(WIRES)];
    wire.hold();
    await lasts(random);
    wire.release();
  },
  'wires slow': async (house, random) => {
    const wire = house.wires[random.pick(WIRES)];
    wire.slow(SLOW_MS);
    await lasts(random);
    wire.slow(0);
  },
};

/** Resolves after `forMs` and the end of the last trouble; answers how often there was which. */
export async function badWeather(house: WholeHouse, seed: number, forMs: number): Promise<ReadonlyMap<string, number>> {
  const random = new Random(seed);
  const had = new Map<string, number>();
  const until = performance.now() + forMs;
  while (performance.now() < until) {
    await sleep(Math.min(random.between(...PAUSE_MS), Math.max(0, until - performance.now())));
    const name = random.pick(Object.keys(TROUBLES));
    await TROUBLES[name]?.(house, random);
    had.set(name, (had.get(name) ?? 0) + 1);
  }
  return had;
}
