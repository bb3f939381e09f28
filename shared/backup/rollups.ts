/** What is kept rolled up of readings that were given up; everything else is rolled up anew after a restore. */
import { FIRST, type Rolled, type Rollups, type Unit, UNIT_MS } from '#shared/readings/rollups/port.ts';
import { packColumns, unpackColumns } from './columns.ts';

/** Since when there are raw readings and rollups by minute, epoch ms. */
export interface GivenUp {
  readonly rawFrom: number;
  readonly minutesFrom: number;
}

export interface RolledPiece {
  readonly unit: Unit;
  readonly bytes: Buffer;
}

const SPAN_MS = 30 * 86_400_000;
const UNITS: readonly Unit[] = ['hour', 'minute'];

/** Undefined where every reading ever stored is kept. */
export async function givenUp(rollups: Rollups): Promise<GivenUp | undefined> {
  const state = await rollups.state();
  if (!state || state.rawFrom <= FIRST) return undefined;
  return { rawFrom: state.rawFrom, minutesFrom: state.minutesFrom };
}

export async function* rolledPieces(
  rollups: Rollups,
  { rawFrom, minutesFrom }: GivenUp,
): AsyncGenerator<RolledPiece, void, undefined> {
  const sensors = new Map<string, { sensor: string; t: number }[]>();
  for (const { machine, sensor, t } of await rollups.firsts(rawFrom))
    sensors.set(machine, [...(sensors.get(machine) ?? []), { sensor, t }]);
  for (const [machine, of] of sensors) {
    const first = Math.min(...of.map(({ t }) => t));
    const begins = { hour: first, minute: Math.max(first, minutesFrom) };
    for (const unit of UNITS) {
      for (let from = begins[unit]; from < rawFrom; from += SPAN_MS) {
        const range = { from, to: Math.min(rawFrom, from + SPAN_MS) };
        const rows = await rowsOf(rollups, unit, { machine, sensors: of.map(({ sensor }) => sensor), ...range });
        if (rows.length > 0) yield { unit, bytes: pack(rows) };
      }
    }
  }
}

async function rowsOf(rollups: Rollups, unit: Unit, query: Parameters<Rollups['rolled']>[1]): Promise<Rolled[]> {
  const width = UNIT_MS[unit];
  const { machine } = query;
  const shares = await rollups.rolled(unit, query, { start: 0, width });
  return [...shares].flatMap(([sensor, some]) =>
    some.map(({ place, min, max, sum, count }) => ({ machine, sensor, t: place * width, min, max, sum, count })),
  );
}

function pack(rows: readonly Rolled[]): Buffer {
  const places = new Map<string, number>();
  const series = rows.map(({ sensor }) => {
    if (!places.has(sensor)) places.set(sensor, places.size);
    return places.get(sensor) ?? 0;
  });
  const machine = rows[0]?.machine ?? '';
  return packColumns({
    names: [...places.keys()].map((sensor) => ({ machine, sensor })),
    series,
    ts: rows.map(({ t }) => t),
    values: [
      rows.map(({ min }) => min),
      rows.map(({ max }) => max),
      rows.map(({ sum }) => sum),
      rows.map(({ count }) => count),
    ],
  });
}

export function unpackRolled(bytes: Buffer): Rolled[] {
  return unpackColumns(bytes, (series, t, [min = 0, max = 0, sum = 0, count = 0]) => ({
    ...series,
    t,
    min,
    max,
    sum,
    count,
  }));
}

/** What came before is there rolled up; the rest is to be rolled up from the readings. */
export function saveGivenUp(rollups: Rollups, { rawFrom, minutesFrom }: GivenUp): Promise<void> {
  return rollups.save({ from: FIRST, to: rawFrom, rawFrom, minutesFrom });
}
