/** One run from one seed: a plant at work, faults, then fair weather until all is quiet, then the checks. */
import { SimulatedBroker } from './broker.ts';
import { problems } from './check.ts';
import { SimulatedDatabase } from './database.ts';
import { SimulatedDisk } from './disk.ts';
import { makeFair, plan } from './faults.ts';
import { Observer } from './observer.ts';
import { CONFIGURATIONS, Fleet } from './plant.ts';
import { Random } from './random.ts';
import type { Mutant, Site } from './site.ts';
import { SimulatedStore } from './store.ts';
import { Supervisor } from './supervisor.ts';
import { World } from './world.ts';

export interface Run {
  readonly seed: number;
  /** What went wrong in the run, by the seed's will. */
  readonly faults: readonly string[];
  /** What must hold and does not. */
  readonly problems: readonly string[];
  /** What came of it, the same at every run of the seed. */
  readonly print: string;
}

const HEAL_WITHIN_MS = 180_000;
const QUIET_MS = 5_000;

export async function simulate(seed: number, mutant?: Mutant): Promise<Run> {
  const random = new Random(seed);
  const world = new World(random.fork());
  const restore = world.install();
  try {
    return await run(seed, world, random, mutant);
  } finally {
    restore();
  }
}

async function run(seed: number, world: World, random: Random, mutant: Mutant | undefined): Promise<Run> {
  const segmentBytes = random.pick([1_500, 6_000, 20_000]);
  const site: Site = {
    world,
    random,
    disk: new SimulatedDisk(random.fork()),
    broker: new SimulatedBroker(world, random.fork()),
    store: new SimulatedStore(random.fork()),
    database: new SimulatedDatabase(random.fork(), mutant?.unguarded !== true),
    mutant,
    segmentBytes,
    limitBytes: random.pick([40_000, 200_000, 10_000_000]),
    // Of the seed itself: no run of another seed is another one for it.
    readingsPerSecond: seed % 5 === 1 ? 2 : undefined,
    isOneProcess: random.chance(0.5),
    locks: new Set(),
    ingest: undefined,
    rules: undefined,
  };
  site.database.addConfiguration(random.int(0, CONFIGURATIONS.length - 1));
  const supervisor = new Supervisor(site);
  const observer = new Observer(site.disk);
  const during = random.between(5_000, 25_000);
  const fleet = publish(site, during);
  const faults = plan(site, supervisor, random, during, 12);
  supervisor.start();
  await world.run(during);

  makeFair(site);
  const unhealed = await heal(site, supervisor, observer, during);
  const found = unhealed === undefined ? await problems(site, observer, fleet.sent) : [unhealed];
  const print = [...site.database.outcome.lines(), ...site.store.readings.keys(), ...site.broker.ledger].join('\n');
  return { seed, faults, problems: found, print };
}

/** Machines send at their own pace, in bursts now and then. */
function publish({ world, broker, random: seeded }: Site, until: number): Fleet {
  const random = seeded.fork();
  const fleet = new Fleet(random.fork());
  const pace = random.between(40, 400);
  const next = (): void => {
    if (world.elapsed >= until) return;
    for (let count = random.chance(0.05) ? random.int(5, 60) : 1; count > 0; count--)
      broker.publish(fleet.next(world.now));
    world.after(random.between(0, 2 * pace), next);
  };
  next();
  return fleet;
}

/** Waits until the broker holds nothing and both readers have all; answers what does not come about. */
async function heal(
  site: Site,
  supervisor: Supervisor,
  observer: Observer,
  since: number,
): Promise<string | undefined> {
  const { world, broker, database } = site;
  const until = since + HEAL_WITHIN_MS;
  const step = async (done: () => boolean): Promise<boolean> => {
    while (world.elapsed < until && !done()) {
      await world.run(world.elapsed + 500);
      await observer.look();
    }
    return done();
  };
  const isConnected = (): boolean => site.ingest?.isRunning === true && broker.isSubscribed;
  if (!(await step(() => world.elapsed > since + QUIET_MS && isConnected()))) return 'ingest does not come back';
  if (!(await step(() => broker.isDrained))) return 'the broker keeps messages that nobody takes';
  const end = site.ingest?.journal.end() ?? 0;
  if (!(await step(() => (site.ingest?.stored ?? 0) >= end))) return 'not all was stored in the end';
  if (!(await step(() => database.position >= end))) return 'not all was judged in the end';
  supervisor.stop('rules', Infinity);
  supervisor.stop('ingest', Infinity);
  const isOver = (): boolean => site.rules?.process.alive !== true && site.ingest?.process.alive !== true;
  await world.run(world.elapsed + 20_000, isOver);
  await observer.look();
  return isOver() ? undefined : 'a part does not stop';
}
