/** Grammar of `when`: one condition, or conditions joined by all, any, not, sequence. References are checked elsewhere. */
import { AGGREGATES, type Condition, type LimitCondition } from '../model/rule.ts';
import { compact } from './compact.ts';
import type { FileReader, Mapping } from './field.ts';
import type { Field } from './value.ts';

const MAX_DEPTH = 16;
const MAX_CONDITIONS = 1000;

/** How deep in the condition of a rule we are, and how many conditions it has had so far. */
interface Scope {
  readonly depth: number;
  readonly rule: { conditions: number };
}

const LIMITS = ['outside', 'above', 'below'] as const;
const TESTS = ['changes', 'frozen', 'silent', 'trend', 'deviates'] as const;
const JOINS = ['all', 'any', 'not', 'sequence'] as const;
const SENSOR_TESTS: readonly string[] = [...LIMITS, ...TESTS];
const ANY_KEY = ['sensor', ...SENSOR_TESTS, ...AGGREGATES, 'deadband', 'event', 'count', 'state', ...JOINS, 'within'];
const ALLOWED = {
  limit: ['sensor', ...LIMITS, ...AGGREGATES, 'deadband'],
  event: ['event', 'count', 'within'],
  sequence: ['sequence', 'within'],
};
const HINTS = {
  for: 'for stands beside when, not in it',
  clear: 'clear stands beside when, not in it',
  severity: 'severity stands beside when, not in it',
  outsite: 'write outside',
  and: 'write all: [ … ]',
  or: 'write any: [ … ]',
};

/** Reads one condition; undefined after its problems were told. */
export function readCondition(
  reader: FileReader,
  field: Field,
  { depth, rule }: Scope = { depth: 0, rule: { conditions: 0 } },
): Condition | undefined {
  if (++rule.conditions > MAX_CONDITIONS) {
    if (rule.conditions > MAX_CONDITIONS + 1) return undefined;
    return reader.tell(field, `is condition ${MAX_CONDITIONS + 1} of this rule: split the rule up`);
  }
  const below = { depth: depth + 1, rule };
  if (depth > MAX_DEPTH) return reader.tell(field, `is nested deeper than ${MAX_DEPTH} levels: simplify the condition`);
  const map = reader.mapping(field, 'a condition, such as { sensor: bearing-temp, above: 80 }');
  if (!map) return undefined;
  const kinds = ['sensor', 'event', 'state', ...JOINS].filter((key) => map.has(key));
  const kind = kinds[0];
  if (kind === undefined) {
    map.only(ANY_KEY, HINTS);
    return reader.tell(field, 'names neither sensor, event, state, all, any, not nor sequence: write one of them');
  }
  if (kinds.length > 1)
    return reader.tell(
      field,
      `has ${kinds.join(' and ')} in one condition: put each into an item of all: [ … ] or any: [ … ]`,
    );
  switch (kind) {
    case 'sensor':
      return readSensorCondition(reader, map);
    case 'event':
      return readEvent(reader, map.only(ALLOWED.event, HINTS));
    case 'state': {
      const state = map.only(['state'], HINTS).need('state', 'the state, such as running', (f) => reader.text(f, 64));
      return state === undefined ? undefined : { state };
    }
    case 'not': {
      const not = map.only(['not'], HINTS).need('not', 'a condition', (f) => readCondition(reader, f, below));
      return not && { not };
    }
    case 'sequence': {
      map.only(ALLOWED.sequence, HINTS);
      const sequence = readConditions(reader, map, 'sequence', 2, below);
      const within = map.need('within', 'the time from first to last, such as within: 1m', (f) => reader.duration(f));
      return sequence && within !== undefined ? { sequence, within } : undefined;
    }
    case 'all': {
      const all = readConditions(reader, map.only(['all'], HINTS), 'all', 1, below);
      return all && { all };
    }
    default: {
      const any = readConditions(reader, map.only(['any'], HINTS), 'any', 1, below);
      return any && { any };
    }
  }
}

function readConditions(
  reader: FileReader,
  map: Mapping,
  key: string,
  least: number,
  below: Scope,
): Condition[] | undefined {
  return map.need(key, 'a list of conditions', (field) => {
    const items = reader.list(field, 'conditions');
    if (!items) return undefined;
    if (items.length < least)
      return reader.tell(
        field,
        `has ${items.length === 0 ? 'no condition' : 'one condition'}: write ${least === 1 ? 'one' : 'two'} at least`,
      );
    const read = items.map((item) => readCondition(reader, item, below));
    return read.every((condition) => condition !== undefined) ? read : undefined;
  });
}

function readSensorCondition(reader: FileReader, map: Mapping): Condition | undefined {
  const tests = SENSOR_TESTS.filter((key) => map.has(key));
  const test = tests[0];
  const sensor = map.need('sensor', 'the id of a sensor', (f) => reader.id(f));
  if (test === undefined) {
    map.only(ALLOWED.limit.concat(TESTS), HINTS);
    return reader.tell(map.field, `says nothing about the sensor: add one of ${SENSOR_TESTS.join(', ')}`);
  }
  if (tests.length > 1) {
    return reader.tell(
      map.field,
      `has ${tests.join(' and ')} in one condition: keep one, and put the other into an item of any: [ … ] or all: [ … ]`,
    );
  }
  if (!(TESTS as readonly string[]).includes(test)) return readLimit(reader, map, sensor);
  map.only(['sensor', test], {
    ...HINTS,
    deadband: 'only outside, above and below take a deadband',
    within: `within stands inside ${test}: { … }`,
  });
  const rest = readTest(reader, map, test as (typeof TESTS)[number]);
  return sensor !== undefined && rest ? ({ sensor, ...rest } as Condition) : undefined;
}

function readTest(reader: FileReader, map: Mapping, test: (typeof TESTS)[number]): object | undefined {
  const such = {
    changes: '{ by: 5, within: 10m }',
    frozen: '30m',
    silent: '5m',
    trend: '{ over: 1h, reaches: high, within: 8h }',
    deviates: '{ sigmas: 4 }',
  };
  return map.need(test, `${test}: ${such[test]}`, (field) => {
    if (test === 'frozen' || test === 'silent') {
      const window = reader.duration(field);
      return window === undefined ? undefined : { [test]: window };
    }
    const inner = reader.mapping(field, such[test]);
    const values = inner && READ_INNER[test](reader, inner);
    return values && { [test]: values };
  });
}

const READ_INNER = {
  changes: (reader: FileReader, inner: Mapping) => {
    inner.only(['by', 'within', 'direction']);
    const by = inner.need('by', 'the change, in the unit of the sensor', (f) => positive(reader, f));
    const within = inner.need('within', 'the time, such as within: 10m', (f) => reader.duration(f));
    const direction = inner.get('direction', (f) => reader.oneOf(f, ['up', 'down', 'either']));
    return by === undefined || within === undefined ? undefined : compact({ by, within, direction });
  },
  trend: (reader: FileReader, inner: Mapping) => {
    inner.only(['over', 'reaches', 'within']);
    const over = inner.need('over', 'the time the line is fitted over, such as over: 1h', (f) => reader.duration(f));
    const reaches = inner.need('reaches', 'high, low or a number', (f) => readReaches(reader, f));
    const within = inner.need('within', 'how far ahead, such as within: 8h', (f) => reader.duration(f));
    return over === undefined || reaches === undefined || within === undefined ? undefined : { over, reaches, within };
  },
  deviates: (reader: FileReader, inner: Mapping) => {
    const sigmas = inner.only(['sigmas']).need('sigmas', 'a number, such as sigmas: 4', (f) => positive(reader, f));
    return sigmas === undefined ? undefined : { sigmas };
  },
};

function readReaches(reader: FileReader, field: Field): 'high' | 'low' | number | undefined {
  return reader.isNumber(field) ? reader.number(field) : reader.oneOf(field, ['high', 'low']);
}

function readLimit(reader: FileReader, map: Mapping, sensor: string | undefined): LimitCondition | undefined {
  map.only(ALLOWED.limit, { ...HINTS, within: 'the window stands with the aggregate: write mean: 10m' });
  const windows = AGGREGATES.filter((key) => map.has(key));
  if (windows.length > 1)
    return reader.tell(map.field, `has ${windows.join(' and ')} in one condition: keep one aggregate`);
  const [aggregate] = windows;
  const window = aggregate && map.get(aggregate, (f) => reader.duration(f));
  const outside = map.get('outside', (f) => readPercent(reader, f));
  const above = map.get('above', (f) => reader.number(f));
  const below = map.get('below', (f) => reader.number(f));
  const deadband = map.get('deadband', (f) => readDeadband(reader, f));
  if (sensor === undefined) return undefined;
  return compact<LimitCondition>({
    sensor,
    ...(aggregate ? { [aggregate]: window } : {}),
    outside,
    above,
    below,
    deadband,
  });
}

function readPercent(reader: FileReader, field: Field): string | undefined {
  const written = reader.written(field) ?? '';
  if (/^-?\d+(\.\d+)?%$/.test(written)) return written;
  const number = /^(-?\d+(?:[.,]\d+)?)\s*%?$/.exec(written.trim())?.[1];
  const mend = number === undefined ? '20%' : `${number.replace(',', '.')}%`;
  return reader.tell(field, `"${written.slice(0, 60)}" is no percentage outside tolerance: write ${mend}`);
}

function readDeadband(reader: FileReader, field: Field): number | undefined {
  const written = reader.written(field) ?? '';
  if (written.endsWith('%'))
    return reader.tell(
      field,
      `deadband is in percentage points without a sign: write ${Number.parseFloat(written) || 5}`,
    );
  const value = reader.number(field);
  return value !== undefined && value < 0
    ? reader.tell(field, `${value} is negative: write how far the value must come back, 0 or more`)
    : value;
}

function positive(reader: FileReader, field: Field): number | undefined {
  const value = reader.number(field);
  return value !== undefined && value <= 0
    ? reader.tell(field, `${value} is not above 0: write a number above 0`)
    : value;
}

function readEvent(reader: FileReader, map: Mapping): Condition | undefined {
  const event = map.need('event', 'the code of the event, such as E42', (f) => reader.text(f, 128));
  const count = map.get('count', (f) => reader.whole(f, 1, 1_000_000));
  const within = map.get('within', (f) => reader.duration(f));
  return event === undefined ? undefined : compact({ event, count, within });
}
