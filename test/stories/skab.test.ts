/**
 * Real recordings over MQTT at full speed: every reading is stored exactly once, and the alarms are those of `backtest` on the
 * same files. On real servers in three processes, and on embedded defaults in one.
 */
import { readFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { backtestCommand } from '#rules/backtest-cli.ts';
import type { AlarmAnswer, CaseListItem } from '#shared/model/api/case.ts';
import type { ReadingsAnswer } from '#shared/model/api/machine.ts';
import type { Influx } from '#test/servers/influx.ts';
import { waitFor } from '#test/servers/tools.ts';
import { lookAtCases } from './case-pictures.ts';
import { type Assembly, INFLUX_DATABASE, startEmbedded, startOnServers, startRealServers } from './assembly.ts';
import { type Run, RUNS, SENSOR_IDS, type SkabFiles, skabIsThere, tellSkab, writeSkabFiles } from './skab-house.ts';
import { tell } from './tell.ts';

/** Values of one machine: sensor, then time in ms, then value. */
type Course = Readonly<Record<string, readonly (readonly [number, number])[]>>;

interface Shape {
  readonly name: string;
  /** In the names of pictures. */
  readonly shape: string;
  readonly start: () => Promise<Assembly & { stored: (machine: string) => Promise<Course> }>;
}

const SHAPES: readonly Shape[] = [
  {
    name: 'mosquitto, InfluxDB and PostgreSQL, three processes',
    shape: 'servers',
    start: async () => {
      const servers = await startRealServers();
      const house = await startOnServers(servers);
      return Object.assign(house, { stored: (machine: string) => courseInInflux(servers.influx, machine) });
    },
  },
  {
    name: 'embedded defaults, one process',
    shape: 'embedded',
    start: async () => {
      const house = await startEmbedded();
      return Object.assign(house, { stored: (machine: string) => courseByApi(house, machine) });
    },
  },
];

describe.each(SHAPES)('$name', ({ name, shape, start }) => {
  test('SKAB: each reading once, each alarm as in backtest', async () => {
    if (!skabIsThere()) return tell('SKAB is not beside this repository: nothing was replayed');
    const files = await writeSkabFiles();
    const expected = await alarmsOfBacktest(files);
    const house = await start();
    onTestFinished(() => house.stop());

    const begin = performance.now();
    const said = await tellSkab(house, files);
    const replayed = performance.now();
    const readings = said.reduce((sum, line) => sum + Number(/^(\d+) readings in/.exec(line)?.[1] ?? 0), 0);

    const recorded = new Map(
      await Promise.all(RUNS.map(async (run) => [run.machine, await courseInFile(run)] as const)),
    );
    const last = RUNS.at(-1)?.machine ?? '';
    const rows = (course: Course | undefined): number => Object.values(course ?? {}).flat().length;
    await waitFor('the last run is stored', async () => rows(await house.stored(last)) === rows(recorded.get(last)));
    const stored = performance.now();
    for (const { machine } of RUNS) {
      expect({ machine, course: await house.stored(machine) }).toEqual({ machine, course: recorded.get(machine) });
    }

    // What was pending or clearing when a recording ended goes on by the server's clock: 10 s here, none there.
    const alarms = await waitFor(
      'the last delays have passed',
      async () => {
        const found = await alarmsOf(house);
        return sameLines(found, expected) && found;
      },
      30_000,
    ).catch(() => alarmsOf(house));
    expect(difference(alarms, expected)).toEqual(difference(expected, expected));
    const cases = await casesMatch(house, expected);
    await lookAtCases(house, `skab-${shape}`, cases);
    tell(
      `${name}: ${readings} readings of ${RUNS.length} files replayed in ${seconds(replayed - begin)}, stored after ${seconds(stored - begin)}; ` +
        `${alarms.length} alarms as in backtest, ${cases} cases`,
    );
    expect(readings).toBe([...recorded.values()].reduce((sum, course) => sum + rows(course), 0));
  }, 180_000);
});

interface Alarm {
  readonly machine: string;
  readonly rule: string;
  readonly severity: string;
  readonly component: string | null;
  readonly raisedAt: string;
  readonly clearedAt: string | null;
}

/** An hour on the clock after the last reading, so that what is pending then is decided as it is live. */
async function alarmsOfBacktest(files: SkabFiles): Promise<Alarm[]> {
  const alarms: Alarm[] = [];
  for (const { machine, file } of RUNS) {
    const standing = new Map<string, Alarm>();
    const out = (line: string): void => {
      const { t, rule, transition, severity, component } = JSON.parse(line) as Record<string, string>;
      const before = standing.get(rule ?? '');
      if (transition === 'raised' && rule !== undefined && t !== undefined) {
        const alarm = {
          machine,
          rule,
          severity: severity ?? '',
          component: component ?? null,
          raisedAt: t,
          clearedAt: null,
        };
        standing.set(rule, alarm);
      } else if (before) {
        alarms.push({ ...before, clearedAt: t ?? null });
        standing.delete(before.rule);
      }
    };
    const args = ['--plant', files.plant, '--rules', files.rules, '--machine', machine, '--until', '2020-03-10', file];
    expect(await backtestCommand(args, { out, err: () => undefined })).toBe(0);
    alarms.push(...standing.values());
  }
  // A rule that watches nothing proves nothing.
  const [rules, cleared] = [new Set(alarms.map(({ rule }) => rule)), alarms.filter(({ clearedAt }) => clearedAt)];
  expect(rules.size).toBeGreaterThanOrEqual(6);
  expect(cleared.length).toBeGreaterThan(100);
  return alarms.toSorted(byTime);
}

async function alarmsOf(house: Assembly): Promise<Alarm[]> {
  const alarms = await all<AlarmAnswer>(house, '/alarms?limit=1000');
  return alarms
    .map(({ machine, rule, severity, component, raisedAt, clearedAt }) => {
      return { machine, rule, severity, component, raisedAt, clearedAt };
    })
    .toSorted(byTime);
}

function byTime(a: Alarm, b: Alarm): number {
  const [one, other] = [a, b].map(({ raisedAt, machine, rule }) => `${raisedAt} ${machine} ${rule}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

const linesOf = (alarms: readonly Alarm[]): string[] => alarms.map((alarm) => JSON.stringify(alarm));

function sameLines(found: readonly Alarm[], expected: readonly Alarm[]): boolean {
  return linesOf(found).join('\n') === linesOf(expected).join('\n');
}

/** How many there are, and the first that only one side has. */
function difference(found: readonly Alarm[], expected: readonly Alarm[]): object {
  const [have, want] = [linesOf(found), linesOf(expected)];
  const [haveSet, wantSet] = [new Set(have), new Set(want)];
  return {
    alarms: have.length,
    extra: have.filter((line) => !wantSet.has(line)).slice(0, 5),
    missing: want.filter((line) => !haveSet.has(line)).slice(0, 5),
  };
}

/** One case a machine and component, with as many occurrences as alarms were raised there; answers how many. */
async function casesMatch(house: Assembly, alarms: readonly Alarm[]): Promise<number> {
  const expected: Record<string, number> = {};
  for (const { machine, component } of alarms) {
    const place = `${machine} ${component}`;
    expected[place] = (expected[place] ?? 0) + 1;
  }
  const cases = await all<CaseListItem>(house, '/cases?status=all&limit=1000');
  const found = cases.map(({ machine, component, occurrences }) => [`${machine} ${component}`, occurrences] as const);
  expect(Object.fromEntries(found)).toEqual(expected);
  expect(found).toHaveLength(Object.keys(expected).length);
  return found.length;
}

async function all<T>({ admin }: Assembly, path: string): Promise<T[]> {
  const items: T[] = [];
  let next: string | null = '';
  while (next !== null) {
    const cursor: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`;
    const page: { items: T[]; next: string | null } = (await admin.get<typeof page>(path + cursor)).body;
    items.push(...page.items);
    next = page.next;
  }
  return items;
}

/** Read here by itself: the columns before the two labels, in the order of the header. */
async function courseInFile({ file }: Run): Promise<Course> {
  const [header = '', ...lines] = (await readFile(file, 'utf8')).trim().split(/\r?\n/);
  const columns = header.split(';').map((name) => COLUMNS[name]);
  const course: Record<string, [number, number][]> = Object.fromEntries(SENSOR_IDS.map((id) => [id, []]));
  for (const line of lines) {
    const cells = line.split(';');
    const ts = Date.parse(`${cells[0]?.replace(' ', 'T')}Z`);
    for (const [i, sensor] of columns.entries()) if (sensor !== undefined) course[sensor]?.push([ts, Number(cells[i])]);
  }
  return course;
}

const COLUMNS: Readonly<Record<string, string>> = {
  Accelerometer1RMS: 'accelerometer1-rms',
  Accelerometer2RMS: 'accelerometer2-rms',
  Current: 'current',
  Pressure: 'pressure',
  Temperature: 'temperature',
  Thermocouple: 'thermocouple',
  Voltage: 'voltage',
  'Volume Flow RateRMS': 'volume-flow-rate-rms',
};

async function courseInInflux(influx: Influx, machine: string): Promise<Course> {
  const query = `SELECT "value" FROM "reading" WHERE "machine" = '${machine}' GROUP BY "sensor"`;
  const series = await influx.query(query, INFLUX_DATABASE);
  return Object.fromEntries(
    series.map(({ tags, values }) => [tags?.['sensor'] ?? '', values.map(([t, value]) => [Number(t), Number(value)])]),
  );
}

async function courseByApi({ admin }: Assembly, machine: string): Promise<Course> {
  const range = 'from=2020-03-09T00:00:00Z&to=2020-03-10T00:00:00Z&buckets=0&limit=100000';
  const { body } = await admin.get<ReadingsAnswer>(
    `/machines/${machine}/readings?sensors=${SENSOR_IDS.join(',')}&${range}`,
  );
  expect(body.next).toBeNull();
  return Object.fromEntries(
    Object.entries(body.sensors).map(([sensor, { values = [] }]) => [
      sensor,
      values.map(([t, value]) => [Date.parse(t), value] as const),
    ]),
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
