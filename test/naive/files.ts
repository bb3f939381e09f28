/** A random world as the files of the command `backtest`: rows in any order and form the page allows. */
import { rulebookToYaml, toYaml } from '#shared/files/write.ts';
import type { Fed, World } from './arbitrary.ts';

/** How a file is written; each is told by the page. */
export interface Form {
  readonly separator: ',' | ';';
  readonly times: 'iso' | 'offset' | 'space' | 'epoch';
  readonly wide: boolean;
  /** Rows of later times before those of earlier ones; rows of one time keep their order. */
  readonly backwards: boolean;
  /** Lines that are no rows, between the others. */
  readonly rubbish: boolean;
}

type Snapshot = Extract<Fed, { kind: 'snapshot' }>;

const HOUR_MS = 3_600_000;

function timeIn(form: Form, ts: number): string {
  const iso = new Date(ts).toISOString();
  if (form.times === 'epoch') return String(ts);
  if (form.times === 'space') return iso.slice(0, 19).replace('T', ' ');
  if (form.times === 'offset') return `${new Date(ts + 2 * HOUR_MS).toISOString().slice(0, -1)}+02:00`;
  return iso;
}

/** Readings of one machine in a wide file: one row a snapshot. */
function wide(snapshots: readonly Snapshot[], form: Form): readonly string[] {
  const sensors = ['b', 'a'];
  const rows = snapshots.map(({ ts, readings }) => {
    const cells = sensors.map((id) => readings.find(({ sensor }) => sensor === id)?.value ?? '');
    return [timeIn(form, ts), ...cells];
  });
  return [['time', ...sensors], ...arranged(rows, form)].map((cells) => cells.join(form.separator));
}

function long(snapshots: readonly Snapshot[], form: Form): readonly string[] {
  const rows = snapshots.flatMap(({ machine, ts, readings }) =>
    readings.map(({ sensor, value }) => [timeIn(form, ts), machine, sensor, value]),
  );
  const header = ['time', 'machine', 'sensor', 'value'];
  return [header, ...arranged(rows, form)].map((cells) => cells.join(form.separator));
}

/** Rows of one time stay as they are among each other. */
function arranged<T extends readonly (string | number)[]>(rows: readonly T[], form: Form): readonly T[] {
  if (!form.backwards) return rows;
  const times = [...new Set(rows.map(([time]) => time))].reverse();
  return times.flatMap((time) => rows.filter(([of]) => of === time));
}

function withRubbish(lines: readonly string[], { rubbish, separator }: Form): readonly string[] {
  if (!rubbish) return lines;
  return lines.flatMap((line, i) => (i === 0 ? [line] : [['when', 'm1', 'a', '5'].join(separator), line, '']));
}

export interface Files {
  readonly 'plant.yaml': string;
  readonly 'rules.yaml': string;
  readonly 'readings.csv': string;
  readonly 'events.csv': string;
}

/** `world.inputs` as files; wide ones hold the machine m1 alone. */
export function filesOf({ plant, rulebook, inputs }: World, form: Form): Files {
  const snapshots = inputs.filter((input) => input.kind === 'snapshot');
  const readings = form.wide ? wide(snapshots, form) : long(snapshots, form);
  const events = inputs.flatMap((input) => {
    if (input.kind === 'snapshot') return [];
    const what = input.kind === 'state' ? ['state', input.state] : [input.code, ''];
    return [[timeIn(form, input.ts), input.machine, ...what]];
  });
  return {
    'plant.yaml': toYaml(plant),
    'rules.yaml': rulebookToYaml(rulebook),
    'readings.csv': withRubbish(readings, form).join('\r\n'),
    'events.csv': [['time', 'machine', 'code', 'text'], ...arranged(events, form)]
      .map((cells) => cells.join(form.separator))
      .join('\n'),
  };
}

/** What the files say, as the page reads them: events before readings of one time, neighbouring rows are one snapshot. */
export function readingOf({ inputs }: World, form: Form): readonly Fed[] {
  const joined: Fed[] = [];
  const rank = ({ kind }: Fed): number => (kind === 'snapshot' ? 1 : 0);
  for (const input of inputs.toSorted((a, b) => a.ts - b.ts || rank(a) - rank(b))) {
    const before = joined.at(-1);
    const together =
      !form.wide && before?.kind === 'snapshot' && before.ts === input.ts && before.machine === input.machine;
    if (input.kind === 'snapshot' && together) {
      joined[joined.length - 1] = { ...before, readings: [...before.readings, ...input.readings] };
    } else joined.push(input);
  }
  return joined;
}
