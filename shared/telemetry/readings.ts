/** The JSON forms in which readings come. */
import type { Draft } from './draft.ts';
import { isObject, type JsonObject } from './payload.ts';
import { describe, step } from './quote.ts';

/** `{ts, values: {…}}`, flat `{ts, sensor: value, …}`, or an array of these. */
export function readTelemetry(json: unknown, draft: Draft): void {
  if (Array.isArray(json)) json.forEach((item, i) => readRow(item, draft, `[${i}]`));
  else readRow(json, draft, '');
}

function readRow(row: unknown, draft: Draft, path: string): void {
  if (!isObject(row)) {
    const said = `${describe(row)}, not an object of sensors and values; send {"ts": …, "values": {"sensor": 1.5}}`;
    return draft.reject('wrong-shape', said, path);
  }
  const ts = draft.time(row);
  if (!Object.hasOwn(row, 'values') || typeof row['values'] === 'number') return takeAll(row, 'ts', ts, draft, path);
  const values = row['values'];
  if (isObject(values)) {
    draft.number(row, path);
    return takeAll(values, undefined, ts, draft, join(path, '.values'));
  }
  draft.reject(
    'wrong-shape',
    `${describe(values)} under "values"; send an object of sensors and numbers`,
    join(path, '.values'),
  );
}

/** Each key is a sensor, but for the row's own `timeKey`. */
function takeAll(
  values: JsonObject,
  timeKey: string | undefined,
  ts: number | string,
  draft: Draft,
  path: string,
): void {
  for (const sensor of Object.keys(values)) {
    if (sensor === timeKey) continue;
    const value = values[sensor];
    if (!draft.keep(sensor, value, ts)) draft.refuse(sensor, value, ts, join(path, step(sensor)));
  }
}

/** A number, `{ts, value}`, or an array of these, of the sensor the topic names. */
export function readSensor(json: unknown, sensor: string, draft: Draft): void {
  if (Array.isArray(json)) json.forEach((item, i) => readValue(item, sensor, draft, `[${i}]`));
  else readValue(json, sensor, draft, '');
}

function readValue(item: unknown, sensor: string, draft: Draft, path: string): void {
  const row = isObject(item) ? item : { value: item };
  if (!Object.hasOwn(row, 'value')) {
    return draft.reject('wrong-shape', 'the object has no "value"; send {"ts": …, "value": 1.5}', path, sensor);
  }
  const ts = draft.time(row);
  draft.number(row, path);
  const place = row === item ? join(path, '.value') : path;
  if (!draft.keep(sensor, row['value'], ts)) draft.refuse(sensor, row['value'], ts, place);
}

function join(path: string, next: string): string {
  return path === '' && next.startsWith('.') ? next.slice(1) : path + next;
}
