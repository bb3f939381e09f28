/** The alarms of the fleet as the house raised them, and as `npm run backtest` raises them over the same readings. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { backtestCommand } from '#rules/backtest-cli.ts';
import type { Database } from '#shared/database/database.ts';
import { toYaml, rulebookToYaml } from '#shared/files/write.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { type Books, cameLate } from './accounts.ts';
import { MACHINES, PLANT, RULEBOOK, said } from './fleet.ts';

/** Alarms up to a time of the machines, one a line, ascending; what ends later stands open. */
export async function alarmsOf({ kysely }: Database, until: number): Promise<readonly string[]> {
  const rows = await kysely.selectFrom('alarm').select(['machine', 'rule', 'raised_at', 'cleared_at']).execute();
  return rows
    .map(({ machine, rule, raised_at, cleared_at }) => ({
      machine,
      rule,
      raised: raised_at.getTime(),
      cleared: cleared_at?.getTime(),
    }))
    .filter(({ raised }) => raised <= until)
    .map(({ cleared, ...alarm }) => lineOf({ ...alarm, cleared: (cleared ?? Infinity) <= until ? cleared : undefined }))
    .toSorted();
}

/**
 * What the command says of the readings that are stored; `acknowledged` messages were sent. Those that came behind later ones are left
 * out: live they were late, which is stored and not judged.
 */
export async function alarmsByBacktest(acknowledged: number, books: Books, until: number): Promise<readonly string[]> {
  const dir = await tempDir('backtest');
  const files = ['plant.yaml', 'rules.yaml', 'readings.csv'].map((name) => path.join(dir, name));
  const [plant = '', rules = '', readings = ''] = files;
  await writeFile(plant, toYaml(PLANT));
  await writeFile(rules, rulebookToYaml(RULEBOOK));
  const rows = ['time,machine,sensor,value'];
  for (let n = 0; n < acknowledged; n++) {
    const { machine, ts, temp, pressure } = said(n);
    if (cameLate(n, books)) continue;
    if (books.temp.has(n)) rows.push(`${ts},${machine},temp,${temp}`);
    if (books.pressure.has(n)) rows.push(`${ts},${machine},pressure,${pressure}`);
  }
  await writeFile(readings, `${rows.join('\n')}\n`);
  const told: string[] = [];
  const complaints: string[] = [];
  const args = ['--plant', plant, '--rules', rules, '--until', new Date(until).toISOString(), readings];
  const status = await backtestCommand(args, { out: (line) => told.push(line), err: (line) => complaints.push(line) });
  if (status !== 0) throw new Error(complaints.join('\n'));
  await removeDir(dir);
  return paired(told.map((line) => JSON.parse(line) as Transition));
}

interface Transition {
  readonly t: string;
  readonly machine: string;
  readonly rule: string;
  readonly transition: 'raised' | 'cleared';
}

function paired(transitions: readonly Transition[]): readonly string[] {
  const standing = new Map<string, { machine: string; rule: string; raised: number; cleared: number | undefined }>();
  const all: string[] = [];
  for (const { t, machine, rule, transition } of transitions) {
    const key = `${machine} ${rule}`;
    const known = standing.get(key);
    if (transition === 'raised') standing.set(key, { machine, rule, raised: Date.parse(t), cleared: undefined });
    else if (known) {
      all.push(lineOf({ ...known, cleared: Date.parse(t) }));
      standing.delete(key);
    }
  }
  return [...all, ...[...standing.values()].map(lineOf)].toSorted();
}

function lineOf(alarm: { machine: string; rule: string; raised: number; cleared: number | undefined }): string {
  const { machine, rule, raised, cleared } = alarm;
  return `${machine} ${rule} ${new Date(raised).toISOString()} ${cleared ? new Date(cleared).toISOString() : 'stands'}`;
}

/** The time every machine has passed with its last messages. */
export function horizon(acknowledged: number): number {
  return said(Math.max(0, acknowledged - 4 * MACHINES)).ts;
}
