/**
 * A journal of a busy, disorderly plant, the same at every call, and what became of it in the database in a form that can be
 * compared: without ids, which differ from run to run.
 */
import type { Database } from '#shared/database/database.ts';
import { applyConfiguration } from '#shared/database/queries/configuration.ts';
import type { Entry } from '#shared/journal/port.ts';
import type { Plant } from '#shared/model/plant.ts';
import type { Rulebook } from '#shared/model/rule.ts';

const START = Date.parse('2026-06-01T00:00:00Z');
const STEP_MS = 200;

function plantOf(machines: number, high = 80): Plant {
  return {
    version: 1,
    customers: [
      { id: 'muster', name: 'Muster', tier: 'premium' },
      { id: 'probe', name: 'Probe', tier: 'standard' },
    ],
    models: [
      {
        id: 'press',
        name: 'Presse',
        components: [
          { id: 'spindle', name: 'Spindel' },
          { id: 'pump', name: 'Pumpe' },
        ],
        sensors: [
          {
            id: 'temp',
            component: 'spindle',
            name: 'Temperatur',
            unit: '°C',
            tolerance: { low: 40, high },
            range: { low: -50, high: 250 },
          },
          { id: 'pressure', component: 'pump', unit: 'bar', tolerance: { low: 2, high: 8 }, every: '5s' },
          { id: 'load', component: 'spindle', formula: 'a * b', inputs: { a: 'temp', b: 'pressure' } },
        ],
      },
    ],
    machines: Array.from({ length: machines }, (_, n) => ({
      id: `press-${n}`,
      model: 'press',
      customer: n % 2 ? 'muster' : 'probe',
    })),
  };
}

const RULES: Rulebook = {
  version: 1,
  rules: [
    { id: 'hot', when: { sensor: 'temp', outside: '20%' }, severity: 'danger', for: '1s', clear: { for: '2s' } },
    { id: 'warm', when: { sensor: 'temp', mean: '10s', above: 78 }, severity: 'notice' },
    {
      id: 'low-pressure',
      when: { all: [{ sensor: 'pressure', below: 2 }, { state: 'running' }] },
      severity: 'warning',
    },
    { id: 'silent', when: { sensor: 'pressure', silent: '20s' }, severity: 'notice', endangers: 'pump' },
    { id: 'code', when: { event: 'E42', count: 2, within: '1m' }, severity: 'warning', endangers: 'pump' },
    { id: 'tried-out', mode: 'pilot', when: { sensor: 'load', above: 500 }, severity: 'warning' },
  ],
};

/** `entries` messages and their ticks, over time; some late, doubled, broken, of strangers. Deterministic. */
function workload(machines: number, entries: number): Entry[] {
  const random = mulberry32(42);
  const temps = new Map<number, number>();
  const journal: Entry[] = [];
  for (let n = 0; n < entries; n++) {
    const at = START + n * STEP_MS;
    const machine = Math.floor(random() * machines);
    const temp = Math.min(115, Math.max(30, (temps.get(machine) ?? 60) + (random() - 0.5) * 30));
    temps.set(machine, temp);
    const dice = random();
    const ts = dice > 0.97 ? at - 60_000 : at;
    const pressure = 1.5 + random() * 7;
    const topic = `machines/press-${machine}`;
    const say = (level: string, payload: unknown): void => {
      const bytes = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
      journal.push({ kind: 'message', at, topic: `${topic}/${level}`, payload: bytes });
    };
    if (dice < 0.02) say('telemetry', '{"values": {"temp": ');
    else if (dice < 0.04) say('telemetry', { ts, values: { temp: 999, pressure, unknown: 1 } });
    else if (dice < 0.06) say('state', random() < 0.8 ? 'running' : 'idle');
    else if (dice < 0.08) say('events', { ts, code: 'E42', text: 'Öldruck\u0000' });
    else if (dice < 0.09) say('connection', random() < 0.5 ? 'online' : 'offline');
    else if (dice < 0.6) say('telemetry', { ts, values: { temp, pressure } });
    else say('sensors/temp', { ts, value: temp });
    // Delivered twice, as QoS 1 allows.
    if (random() < 0.05) journal.push(journal.at(-1) as Entry);
    if (n % 5 === 4) journal.push({ kind: 'tick', at, topic: '', payload: new Uint8Array() });
  }
  return journal;
}

/** Stores a configuration; answers its version, which is the same in every database that was treated alike. */
async function configure(database: Database, plant: Plant): Promise<number> {
  const { version } = await database.transaction((tx) =>
    applyConfiguration(tx, { plant, rulebook: RULES, author: null, reason: null }),
  );
  return version;
}

/** The workload between two configurations: in the middle a tolerance changes and two machines go. */
export async function configuredWorkload(database: Database, machines: number, entries: number): Promise<Entry[]> {
  const first = await configure(database, plantOf(machines));
  const second = await configure(database, plantOf(machines - 2, 75));
  const journal = workload(machines, entries);
  const half = Math.floor(journal.length / 2);
  const config = (version: number, at: number): Entry => {
    return { kind: 'config', at, topic: '', payload: Buffer.from(JSON.stringify({ version })) };
  };
  return [
    config(first, START),
    ...journal.slice(0, half),
    config(second, journal[half]?.at ?? START),
    ...journal.slice(half),
  ];
}

/** Everything the rules wrote, in an order of its own; a line a row, so that a difference can be read. */
export async function outcome({ kysely }: Database) {
  const alarms = await kysely
    .selectFrom('alarm as a')
    .leftJoin('service_case as c', 'c.id', 'a.case_id')
    .select(['a.machine', 'a.rule', 'a.rule_version', 'a.mode', 'a.severity', 'a.raised_at', 'a.noted_at', 'a.reason'])
    .select(['a.cleared_at', 'a.clear_reason', 'a.suppressed', 'a.suppressed_at', 'c.opened_at', 'c.component'])
    .orderBy('a.machine')
    .orderBy('a.rule')
    .orderBy('a.noted_at')
    .orderBy('a.raised_at')
    .execute();
  const cases = await kysely
    .selectFrom('service_case')
    .select(['machine', 'component', 'status', 'severity', 'highest_severity', 'occurrences', 'opened_at', 'last_at'])
    .select(['title', 'customer', 'revision'])
    .orderBy('machine')
    .orderBy('component')
    .orderBy('opened_at')
    .execute();
  const events = await kysely
    .selectFrom('case_event as e')
    .innerJoin('service_case as c', 'c.id', 'e.case_id')
    .select(['c.machine', 'c.component', 'e.at', 'e.kind', 'e.visibility', 'e.detail'])
    .orderBy('c.machine')
    .orderBy('c.component')
    .orderBy('e.id')
    .execute();
  const floods = await kysely
    .selectFrom('alarm_flood')
    .select(['machine', 'began_at', 'ends_at', 'ended_at', 'alarms', 'severity'])
    .orderBy('machine')
    .orderBy('began_at')
    .execute();
  const rejects = await kysely.selectFrom('reject').selectAll().orderBy('position').orderBy('ordinal').execute();
  const quality = await kysely
    .selectFrom('quality')
    .selectAll()
    .orderBy('machine')
    .orderBy('what')
    .orderBy('hour')
    .execute();
  const statuses = await kysely.selectFrom('machine_status').selectAll().orderBy('machine').execute();
  const lines = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(sorted(row)));
  return {
    alarms: lines(alarms),
    cases: lines(cases),
    events: lines(events.map(({ detail, ...event }) => ({ ...event, detail: withoutIds(detail) }))),
    floods: lines(floods),
    rejects: lines(rejects),
    quality: lines(quality),
    statuses: lines(statuses),
  };
}

function withoutIds(detail: Readonly<Record<string, unknown>>) {
  return { ...detail, alarm: undefined, flood: undefined };
}

type Outcome = Awaited<ReturnType<typeof outcome>>;

/** Rows that only one of two outcomes has at their place, told apart by their beginning. */
export function differences(found: Outcome, expected: Outcome): string[] {
  return Object.keys(expected).flatMap((key) => {
    const [ours, theirs] = [found[key as keyof Outcome], expected[key as keyof Outcome]];
    const only = (rows: readonly string[], others: readonly string[], mark: string): string[] =>
      rows.filter((row, place) => row !== others[place]).map((row) => `${mark} ${key} ${row}`);
    return [...only(ours, theirs, 'found'), ...only(theirs, ours, 'expected')];
  });
}

/** jsonb has no order of keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, sorted(inner)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
