/** What goes wrong, when, and for how long: all by the seed. */
import { FAIR_BROKER } from './broker.ts';
import { FAIR_DATABASE } from './database.ts';
import { FAIR_DISK } from './disk.ts';
import { CONFIGURATIONS } from './plant.ts';
import type { Random } from './random.ts';
import type { Site } from './site.ts';
import { FAIR_STORE } from './store.ts';
import type { Supervisor } from './supervisor.ts';

type Fault = (site: Site, supervisor: Supervisor, random: Random) => void;

/** Weather that lasts a while, then is fair again. */
function spell<T extends object>(weather: T, fair: Readonly<T>, change: Partial<T>, site: Site, random: Random): void {
  Object.assign(weather, change);
  const ends = Object.fromEntries(Object.keys(change).map((key) => [key, fair[key as keyof T]]));
  site.world.after(random.between(100, 8_000), () => Object.assign(weather, ends));
}

const FAULTS: Readonly<Record<string, Fault>> = {
  'ingest is killed': (_site, supervisor, random) => supervisor.kill('ingest', random.between(0, 3_000)),
  'rules are killed': (_site, supervisor, random) => supervisor.kill('rules', random.between(0, 3_000)),
  'power is cut': (_site, supervisor, random) => supervisor.cutPower(random.between(0, 3_000)),
  'ingest is stopped': (_site, supervisor, random) => supervisor.stop('ingest', random.between(0, 2_000)),
  'rules are stopped': (_site, supervisor, random) => supervisor.stop('rules', random.between(0, 2_000)),
  'connection is cut': ({ broker }) => broker.cut(),
  'broker restarts': (site, _supervisor, random) => {
    site.broker.restart(random.chance(0.5));
    spell(site.broker.weather, FAIR_BROKER, { away: true }, site, random);
  },
  'network is slow': (site, _supervisor, random) =>
    spell(site.broker.weather, FAIR_BROKER, { slowMs: random.between(5, 200) }, site, random),
  'disk is slow': (site, _supervisor, random) =>
    spell(site.disk.weather, FAIR_DISK, { slowMs: random.between(5, 400) }, site, random),
  'disk fails': (site, _supervisor, random) =>
    spell(site.disk.weather, FAIR_DISK, { failing: random.between(0.02, 0.6) }, site, random),
  'disk is full': (site, _supervisor, random) =>
    spell(site.disk.weather, FAIR_DISK, { room: site.disk.used + random.int(0, 4_000) }, site, random),
  'store is away': (site, _supervisor, random) => spell(site.store.weather, FAIR_STORE, { away: true }, site, random),
  'store fails at times': (site, _supervisor, random) =>
    spell(
      site.store.weather,
      FAIR_STORE,
      { partly: 0.3, answerLost: 0.3, slowMs: random.between(3, 900) },
      site,
      random,
    ),
  'database is away': (site, _supervisor, random) =>
    spell(site.database.weather, FAIR_DATABASE, { away: true }, site, random),
  'database loses answers': (site, _supervisor, random) =>
    spell(site.database.weather, FAIR_DATABASE, { answerLost: 0.3, slowMs: random.between(2, 300) }, site, random),
  'configuration changes': ({ database }, _supervisor, random) =>
    database.addConfiguration(random.int(0, CONFIGURATIONS.length - 1)),
  // The one in which an acknowledgement that comes late meets another message of the same id.
  'broker forgets while the disk is slow': (site, supervisor, random) => {
    spell(site.disk.weather, FAIR_DISK, { slowMs: random.between(600, 1_500) }, site, random);
    site.world.after(random.between(100, 600), () => {
      site.broker.restart(false);
      site.broker.whenSubscribed(() =>
        site.world.after(random.between(50, 1_500), () => supervisor.kill('ingest', random.between(0, 500))),
      );
    });
  },
};

/** Lets up to `most` faults happen within `during` ms; answers their names and times. */
export function plan(site: Site, supervisor: Supervisor, random: Random, during: number, most: number): string[] {
  const told: string[] = [];
  for (let count = random.int(1, most); count > 0; count--) {
    const name = random.pick(Object.keys(FAULTS));
    const time = random.between(0, during);
    told.push(`${(time / 1000).toFixed(1)} s ${name}`);
    site.world.after(time, () => FAULTS[name]?.(site, supervisor, random));
  }
  return told;
}

export function makeFair({ disk, store, database, broker }: Site): void {
  Object.assign(disk.weather, FAIR_DISK);
  Object.assign(store.weather, FAIR_STORE);
  Object.assign(database.weather, FAIR_DATABASE);
  Object.assign(broker.weather, FAIR_BROKER);
}
