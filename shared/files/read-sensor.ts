/** Sensors of a model and their overrides: tolerance, nominal, range, interval. */
import type { Limits, Sensor, SensorOverride } from '../model/plant.ts';
import { mergeSensor } from '../model/plant.ts';
import { nominalOf, sideWidth } from '../model/tolerance.ts';
import { compact } from './compact.ts';
import type { FileReader, Mapping } from './field.ts';
import type { Field } from './value.ts';
import { readDerivation } from './read-derivation.ts';
import type { UniqueIds } from './unique.ts';

const OVERRIDE_KEYS = ['id', 'name', 'nominal', 'tolerance', 'range', 'every'];
const SENSOR_KEYS = [...OVERRIDE_KEYS, 'component', 'quantity', 'unit', 'formula', 'inputs'];
const HINTS = {
  low: 'limits stand one level deeper: write tolerance: { low: …, high: … }',
  high: 'limits stand one level deeper: write tolerance: { low: …, high: … }',
};

/** A sensor of a model; undefined where not even its id can be read. */
export function readSensor(reader: FileReader, field: Field, ids: UniqueIds): Sensor | undefined {
  const map = reader.mapping(field, 'a sensor')?.only(SENSOR_KEYS, HINTS);
  const id = map?.need('id', 'an id, such as bearing-temp', ids.read);
  if (!map) return undefined;
  const sensor = compact<Sensor>({
    id: id ?? '',
    component: map.get('component', (f) => reader.id(f)),
    name: map.get('name', (f) => reader.name(f)),
    quantity: map.get('quantity', (f) => reader.text(f)),
    unit: map.get('unit', (f) => reader.text(f, 32)),
    ...readJudgement(reader, map),
    ...readDerivation(reader, map),
  });
  checkLimits(reader, map, sensor);
  return id === undefined ? undefined : sensor;
}

/** A machine's override of one of its model's `sensors`. */
export function readOverride(
  reader: FileReader,
  field: Field,
  sensors: ReadonlyMap<string, Sensor> | undefined,
  readId: (field: Field) => string | undefined,
): SensorOverride | undefined {
  const map = reader.mapping(field, 'an override of a sensor')?.only(OVERRIDE_KEYS, HINTS);
  const id = map?.need('id', 'the id of the sensor', readId);
  if (!map || id === undefined) return undefined;
  const override = compact<SensorOverride>({
    id,
    name: map.get('name', (f) => reader.name(f)),
    ...readJudgement(reader, map),
  });
  const sensor = sensors?.get(id);
  if (sensor) checkLimits(reader, map, mergeSensor(sensor, override));
  return override;
}

function readJudgement(reader: FileReader, map: Mapping) {
  return {
    nominal: map.get('nominal', (f) => reader.number(f)),
    tolerance: map.get('tolerance', (f) => readLimits(reader, f)),
    range: map.get('range', (f) => readLimits(reader, f)),
    every: map.get('every', (f) => reader.duration(f)),
  };
}

function readLimits(reader: FileReader, field: Field): Limits | undefined {
  const map = reader.mapping(field, 'limits')?.only(['low', 'high']);
  if (!map) return undefined;
  if (map.fields.size === 0) return reader.tell(field, 'has neither low nor high: write one of them or remove the key');
  return compact<Limits>({
    low: map.get('low', (f) => reader.number(f)),
    high: map.get('high', (f) => reader.number(f)),
  });
}

/** What must hold of the limits as they are valid for one machine, so that every percentage has a width. */
function checkLimits(reader: FileReader, map: Mapping, sensor: Sensor): void {
  const { tolerance, range, nominal } = sensor;
  // The place is the nearest of what this map itself gives: an override may give one side only.
  const at = (...paths: string[]) => {
    const found = paths.find((path) => reader.exists(`${map.field.path}.${path}`));
    return reader.locate(`${map.field.path}.${found ?? 'id'}`);
  };
  if (!checkOrder(range)) reader.tell(at('range.low', 'range.high'), orderMessage(range));
  if (!tolerance) return;
  if (!checkOrder(tolerance)) {
    reader.tell(at('tolerance.low', 'tolerance.high'), orderMessage(tolerance));
    return;
  }
  for (const side of ['low', 'high'] as const) {
    const limit = tolerance[side];
    const width = sideWidth(sensor, side);
    if (limit === undefined || width === undefined || (width > 0 && Number.isFinite(width))) continue;
    const place = at(`tolerance.${side}`, 'nominal');
    if (nominalOf(sensor) === undefined) {
      reader.tell(place, `the only limit is ${side}: 0: add nominal, so that a percentage has a width`);
    } else if (nominal === undefined) {
      reader.tell(place, 'the limits are too far or too near for the numbers of a computer: check them');
    } else {
      const relation = side === 'low' ? 'above' : 'below';
      const nearest = at('nominal', `tolerance.${side}`);
      reader.tell(
        nearest,
        `nominal ${nominal} is not ${relation} ${side} ${limit}: it must lie strictly inside the tolerance`,
      );
    }
  }
  if (beyond(tolerance, range)) {
    const place = at('tolerance', 'range');
    reader.warn(place, 'a limit lies outside range: such values are set aside as bad before they can raise anything');
  }
}

function checkOrder(limits: Limits | undefined): boolean {
  return limits?.low === undefined || limits.high === undefined || limits.low < limits.high;
}

function orderMessage(limits: Limits | undefined): string {
  const mend = limits?.low === limits?.high ? 'leave room between them' : 'exchange them';
  return `low ${limits?.low} is not below high ${limits?.high}: ${mend}`;
}

function beyond(tolerance: Limits, range: Limits | undefined): boolean {
  const over = tolerance.high !== undefined && range?.high !== undefined && tolerance.high >= range.high;
  const under = tolerance.low !== undefined && range?.low !== undefined && tolerance.low <= range.low;
  return over || under;
}
