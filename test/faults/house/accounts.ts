/**
 * The books of a whole house: each reading that was acknowledged is stored, or set aside with its reason, or lies in a hole that
 * the machine's own count has shown; nothing is anywhere that was never sent.
 */
import type { Database } from '#shared/database/database.ts';
import type { Influx } from '#test/servers/influx.ts';
import { INFLUX_DATABASE } from '#test/stories/assembly.ts';
import { MACHINES, numberOf, said } from './fleet.ts';

/** Messages of the fleet by what is known of them. */
export interface Books {
  readonly temp: ReadonlySet<number>;
  readonly pressure: ReadonlySet<number>;
  /** Set aside, with a reason. */
  readonly aside: ReadonlySet<number>;
  /** Machine and number of its own count. */
  readonly holes: ReadonlySet<string>;
}

export async function readBooks(influx: Influx, database: Database): Promise<Books> {
  const [temp, pressure] = [await stored(influx, 'temp'), await stored(influx, 'pressure')];
  return { temp, pressure, aside: await setAside(database), holes: await holes(database) };
}

export interface Audit {
  /** Sentences that say what is wrong; none where the books agree. */
  readonly problems: readonly string[];
  /** Messages that were acknowledged and are in a recorded hole. */
  readonly lost: readonly number[];
}

/** Whether a message came behind later ones of its machine: its number was missed, and then it was there after all. */
export function cameLate(n: number, { temp, holes }: Books): boolean {
  return temp.has(n) && isIn(n, holes);
}

/** Holds what was acknowledged (messages 0 to `acknowledged` − 1) against the books. */
export function audit(acknowledged: number, { temp, pressure, aside, holes }: Books): Audit {
  const lost: number[] = [];
  const problems: string[] = [];
  for (let n = 0; n < acknowledged; n++) {
    const { machine, seq, isBroken, isImpossible } = said(n);
    const buckets = [temp.has(n), pressure.has(n), aside.has(n)].join();
    const must = [!isBroken, !isBroken && !isImpossible, isBroken || isImpossible].join();
    if (buckets === must) continue;
    const isNowhere = buckets === 'false,false,false';
    if (isNowhere && seq !== undefined && holes.has(`${machine} ${seq}`)) lost.push(n);
    // What is broken off bears no number: it can only be missed among its neighbours.
    else if (isNowhere && isBroken && (isIn(n - MACHINES, holes) || isIn(n + MACHINES, holes))) lost.push(n);
    else problems.push(`message ${n}: stored or set aside ${buckets} instead of ${must}`);
  }
  for (const n of new Set([...temp, ...pressure, ...aside])) {
    if (n >= acknowledged) problems.push(`message ${n} was never acknowledged, and is there`);
  }
  return { problems, lost };
}

function isIn(n: number, holes: ReadonlySet<string>): boolean {
  const { machine, seq } = said(n);
  return holes.has(`${machine} ${seq}`);
}

/** Numbers of the messages whose reading of a sensor is stored; throws where value or time are none that was sent, or twice. */
async function stored(influx: Influx, sensor: 'temp' | 'pressure'): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (let machine = 0; machine < MACHINES; machine++) {
    const name = `press-${machine}`;
    const [series] = await influx.query(
      `SELECT value FROM reading WHERE machine = '${name}' AND sensor = '${sensor}'`,
      INFLUX_DATABASE,
    );
    for (const [time, value] of series?.values ?? []) {
      const n = numberOf(name, Number(time));
      if (n === undefined || said(n)[sensor] !== value)
        throw new Error(`${name} never said ${sensor} ${String(value)} at ${String(time)}`);
      if (found.has(n)) throw new Error(`${sensor} of message ${n} is stored twice`);
      found.add(n);
    }
  }
  return found;
}

async function setAside({ kysely }: Database): Promise<ReadonlySet<number>> {
  const rows = await kysely.selectFrom('reject').select(['topic', 'payload', 'reason']).execute();
  return new Set(
    rows.map(({ topic, payload, reason }) => {
      const ts = Number(/"ts":(\d+)/.exec(payload)?.[1]);
      const n = numberOf(topic.split('/')[1] ?? '', ts);
      const must = n === undefined ? 'nothing' : said(n).isBroken ? 'not-json' : 'out-of-range';
      if (n === undefined || reason !== must) throw new Error(`${payload} on ${topic} was set aside for ${reason}`);
      return n;
    }),
  );
}

async function holes({ kysely }: Database): Promise<ReadonlySet<string>> {
  const rows = await kysely
    .selectFrom('sequence_break')
    .select(['machine', 'first', 'last'])
    .where('kind', '=', 'hole')
    .execute();
  return new Set(
    rows.flatMap(({ machine, first, last }) =>
      Array.from({ length: last - first + 1 }, (_, i) => `${machine} ${first + i}`),
    ),
  );
}

/** Places with more than one open case, and live alarms that neither belong to a case nor say why not. */
export async function caseProblems({ kysely }: Database): Promise<readonly string[]> {
  const places = await kysely
    .selectFrom('service_case')
    .select(['machine', 'component'])
    .select((e) => e.fn.countAll<number>().as('open'))
    .where('status', '!=', 'closed')
    .where('merged_into', 'is', null)
    .groupBy(['machine', 'component'])
    .having((e) => e.fn.countAll(), '>', 1)
    .execute();
  const alarms = await kysely
    .selectFrom('alarm')
    .select(['machine', 'rule', 'raised_at'])
    .where('mode', '=', 'live')
    .where('case_id', 'is', null)
    .where('suppressed', 'is', null)
    .execute();
  return [
    ...places.map(({ machine, component, open }) => `${open} open cases of ${machine} ${component}`),
    ...alarms.map(({ machine, rule, raised_at }) => `${rule} on ${machine} at ${raised_at.toISOString()} has no case`),
  ];
}
