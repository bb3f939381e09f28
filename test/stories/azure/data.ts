/** Azure PdM beside this repository: 20 machines, 90 days, hourly; as the files the command `backtest` takes. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const FOLDER = path.resolve(process.env['LEITWARTE_SHARED'] ?? '../shared', 'data/azure_pdm');

/** The recordings are no part of the repository. */
export const azureIsThere = (): boolean => existsSync(FOLDER);

export const SENSORS = ['volt', 'rotate', 'pressure', 'vibration'] as const;
export type SensorId = (typeof SENSORS)[number];
const MACHINES = 20;

/** Rules were written from what was known at `known`; they are judged on what came until `end`. Epoch ms. */
export const PERIOD = { known: Date.UTC(2015, 1, 15, 6), end: Date.UTC(2015, 3, 1, 5) };

export interface Row {
  readonly machine: string;
  readonly t: number;
  readonly values: readonly number[];
}

export interface Happened {
  readonly machine: string;
  readonly t: number;
  /** Error, or component. */
  readonly what: string;
}

const time = (cell: string): number => Date.parse(`${cell.replace(' ', 'T')}Z`);
const idOf = (number: string): string => `pdm-${number.padStart(2, '0')}`;

function rows(text: string): readonly (readonly string[])[] {
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(','));
}

export function telemetry(): readonly Row[] {
  const text = gunzipSync(readFileSync(path.join(FOLDER, 'PdM_telemetry_machines1-20_90days.csv.gz'))).toString('utf8');
  return rows(text).map(([t = '', machine = '', ...values]) => {
    return { machine: idOf(machine), t: time(t), values: values.map(Number) };
  });
}

/** Of these machines; failures after the end of the recording too, for alarms shortly before it. */
function happened(file: string): readonly Happened[] {
  return rows(readFileSync(path.join(FOLDER, file), 'utf8'))
    .filter(([, machine]) => Number(machine) <= MACHINES)
    .map(([t = '', machine = '', what = '']) => ({ machine: idOf(machine), t: time(t), what }));
}

export const errors = (): readonly Happened[] => happened('PdM_errors.csv');
export const failures = (): readonly Happened[] => happened('PdM_failures.csv');
export const replacements = (): readonly Happened[] => happened('PdM_maint.csv');

export function readingsCsv(all: readonly Row[]): string {
  const lines = all.flatMap(({ machine, t, values }) => {
    return SENSORS.map((sensor, i) => `${t},${machine},${sensor},${values[i]}`);
  });
  return ['time,machine,sensor,value', ...lines].join('\n');
}

export function eventsCsv(all: readonly Happened[]): string {
  return ['time,machine,code', ...all.map(({ t, machine, what }) => `${t},${machine},${what}`)].join('\n');
}
