/**
 * A house that has been told the SKAB recordings of a water circuit whose inlet valve is closed (16 runs at one rig, 2020):
 * each run is a machine, tolerances are learned from the recording in which nothing was wrong.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { replayCommand } from '#ingest/replay/command.ts';
import { learnPlant } from '#ingest/replay/tolerances.ts';
import { rulebookToYaml, toYaml } from '#shared/files/write.ts';
import type { Plant, Sensor } from '#shared/model/plant.ts';
import type { Rule } from '#shared/model/rule.ts';
import { readSettings } from '#shared/process/settings.ts';
import { tempDir } from '#test/servers/tools.ts';
import type { Assembly } from './assembly.ts';
import { ROOT } from './npm-start.ts';

const FOLDER = path.resolve(ROOT, '../shared/data/skab');

/** The recordings are no part of the repository. */
export const skabIsThere = (): boolean => existsSync(FOLDER);

export interface Run {
  readonly machine: string;
  readonly file: string;
}

export const RUNS: readonly Run[] = Array.from({ length: 16 }, (_, n) => ({
  machine: `rig-${String(n).padStart(2, '0')}`,
  file: path.join(FOLDER, 'valve1', `${n}.csv`),
}));

const COMPONENTS = [
  { id: 'motor', name: { de: 'Motor', en: 'Motor' } },
  { id: 'pump', name: { de: 'Pumpe', en: 'Pump' } },
  { id: 'circuit', name: { de: 'Wasserkreislauf', en: 'Water circuit' } },
];

/** By the ids that the columns' names become. */
const SENSORS: Readonly<Record<string, Omit<Sensor, 'id' | 'tolerance'>>> = {
  'accelerometer1-rms': { component: 'pump', unit: 'g', name: { de: 'Schwingung 1', en: 'Vibration 1' } },
  'accelerometer2-rms': { component: 'pump', unit: 'g', name: { de: 'Schwingung 2', en: 'Vibration 2' } },
  current: { component: 'motor', unit: 'A', name: { de: 'Motorstrom', en: 'Motor current' } },
  voltage: { component: 'motor', unit: 'V', name: { de: 'Motorspannung', en: 'Motor voltage' } },
  temperature: { component: 'motor', unit: '°C', name: { de: 'Motortemperatur', en: 'Motor temperature' } },
  pressure: { component: 'circuit', unit: 'bar', name: { de: 'Druck', en: 'Pressure' } },
  thermocouple: { component: 'circuit', unit: '°C', name: { de: 'Wassertemperatur', en: 'Water temperature' } },
  'volume-flow-rate-rms': { component: 'circuit', unit: 'l/min', name: { de: 'Volumenstrom', en: 'Volume flow' } },
};

export const SENSOR_IDS: readonly string[] = Object.keys(SENSORS);

/**
 * No delay is shorter than 5 s: at full speed a recorded second passes in a millisecond, and a shorter one could pass by the
 * server's clock while this computer is busy elsewhere.
 */
const RULES: readonly Rule[] = [
  ...SENSOR_IDS.map(
    (sensor): Rule => ({
      id: `${sensor}-outside`,
      title: { de: `${nameOf(sensor)} außerhalb der Toleranz`, en: `${sensor} outside tolerance` },
      when: { sensor, outside: '20%' },
      for: '5s',
      clear: { for: '10s' },
      severity: 'warning',
    }),
  ),
  {
    id: 'current-unsteady',
    title: { de: 'Motorstrom unruhig', en: 'Motor current unsteady' },
    when: { sensor: 'current', outside: '0%', deadband: 0 },
    for: '5s',
    clear: { for: '10s' },
    severity: 'notice',
  },
  {
    id: 'flow-drops',
    title: { de: 'Volumenstrom bricht ein', en: 'Volume flow breaks down' },
    when: { sensor: 'volume-flow-rate-rms', changes: { by: 2, within: '30s', direction: 'down' } },
    clear: { for: '10s' },
    severity: 'danger',
    advice: 'Stellung des Einlassventils prüfen.',
  },
];

function nameOf(sensor: string): string {
  const name = SENSORS[sensor]?.name;
  return typeof name === 'object' ? (name['de'] ?? sensor) : sensor;
}

export interface SkabFiles {
  readonly plant: string;
  readonly rules: string;
}

/** Writes plant.yaml and rules.yaml into a folder of their own. */
export async function writeSkabFiles(): Promise<SkabFiles> {
  const { plant } = await learnPlant({
    file: path.join(FOLDER, 'anomaly-free', 'anomaly-free.csv'),
    model: 'rig',
    machines: RUNS.map(({ machine }) => machine),
    method: { sigma: 3 },
  });
  const dir = await tempDir('skab');
  const files = { plant: path.join(dir, 'plant.yaml'), rules: path.join(dir, 'rules.yaml') };
  await writeFile(files.plant, toYaml(dressed(plant)));
  await writeFile(files.rules, rulebookToYaml({ version: 1, rules: RULES }));
  return files;
}

/** What was learned, with the names a person reads. */
function dressed(plant: Plant): Plant {
  return {
    ...plant,
    models: plant.models.map((model) => ({
      ...model,
      name: 'Kreislaufprüfstand',
      components: COMPONENTS,
      sensors: model.sensors.map((sensor) => ({ ...sensor, ...SENSORS[sensor.id] })),
    })),
    machines: plant.machines.map((machine, n) => ({ ...machine, name: `Ventilversuch ${n}`, site: 'Prüffeld' })),
  };
}

/**
 * Imports plant and rules into the house and replays every run at full speed; answers what replay said. `fromNow` moves each
 * run so that it ends now, for looking at the house as if it had just happened.
 */
export async function tellSkab(house: Assembly, files: SkabFiles, fromNow = false): Promise<readonly string[]> {
  for (const what of ['plant', 'rules'] as const) {
    const { status, text } = await house.admin.post(`/import/${what}`, await readFile(files[what], 'utf8'));
    if (status !== 200) throw new Error(`import of ${what}: ${status} ${text}`);
  }
  const { username, password } = house.gateway;
  const url = house.mqtt.replace('mqtt://', `mqtt://${username}:${password}@`);
  const said: string[] = [];
  for (const { machine, file } of RUNS) {
    const pace = ['--speed', 'max', ...(fromNow ? ['--from-now'] : [])];
    const args = ['--plant', files.plant, '--machine', machine, ...pace, '--url', url, file];
    const status = await replayCommand(args, {
      settings: readSettings({}),
      clock: Date.now,
      err: (line) => said.push(line),
    });
    if (status !== 0) throw new Error(`replay of ${file} ended with ${status}:\n${said.join('\n')}`);
  }
  return said;
}
