/** Rollups in InfluxDB 1.x: measurements `reading_1m` and `reading_1h`, in a retention policy of their own where we may make one. */
import type { InfluxOrders } from '../influx-orders.ts';
import { type InfluxQueries, type ResultSeries, UnreadableAnswer } from '../influx-query.ts';
import { names, whole } from '../influx-terms.ts';
import type { InfluxWriter } from '../influx-write.ts';
import { type RangeQuery, type SeriesName, StoreUnavailable } from '../port.ts';
import type { Span } from '../spans.ts';
import type { Grid, Mark, Outdated, Rolled, Rollups, RollupState, Share, Unit } from './port.ts';

/** Keeps rollups when the database's own policy lets raw readings go; longer shards make a year a few of them. */
const POLICY = 'leitwarte';
const SHARD = '4w';
const TABLES: Readonly<Record<Unit, string>> = { minute: 'reading_1m', hour: 'reading_1h' };

export class InfluxRollups implements Rollups {
  readonly #queries: InfluxQueries;
  readonly #orders: InfluxOrders;
  readonly #writer: InfluxWriter;
  /** Whether the policy is there; asked again until it is. */
  #hasPolicy = false;

  constructor(parts: { queries: InfluxQueries; orders: InfluxOrders; writer: InfluxWriter }) {
    this.#queries = parts.queries;
    this.#orders = parts.orders;
    this.#writer = parts.writer;
  }

  async state(): Promise<RollupState | undefined> {
    const [series] = await this.#queries.ask(
      `SELECT rolled_from, rolled_to, raw_from, minutes_from FROM ${await this.#table('reading_rollup')} WHERE time = 0ms`,
    );
    const [, from, to, rawFrom, minutesFrom] = (series?.values?.[0] ?? []) as readonly number[];
    if (from === undefined || to === undefined || rawFrom === undefined || minutesFrom === undefined) return undefined;
    return { from, to, rawFrom, minutesFrom };
  }

  async save({ from, to, rawFrom, minutesFrom }: RollupState): Promise<void> {
    const fields = { rolled_from: from, rolled_to: to, raw_from: rawFrom, minutes_from: minutesFrom };
    const text = Object.entries(fields).map(([name, value]) => `${name}=${whole(value)}i`);
    await this.#write([`reading_rollup ${text.join(',')} 0`]);
  }

  async marks(of: Parameters<Rollups['marks']>[0]): Promise<readonly Mark[]> {
    const table = await this.#table('reading_mark');
    const [series] = await ('limit' in of
      ? this.#queries.ask(`SELECT pending, machine FROM ${table} WHERE pending = 1 LIMIT ${whole(of.limit)}`)
      : this.#queries.ask(
          `SELECT pending, machine FROM ${table} WHERE pending = 1 AND machine = $machine AND ${within(of)}`,
          { machine: of.machine },
        ));
    const rows = (series?.values ?? []) as readonly (readonly [number, number, string])[];
    return rows.map(([hour, , machine]) => ({ machine, hour }));
  }

  mark(marks: readonly Mark[]): Promise<void> {
    return this.#write(marks.map(({ machine, hour }) => `reading_mark,machine=${machine} pending=1i ${whole(hour)}`));
  }

  clear(marks: readonly Mark[]): Promise<void> {
    return this.#write(marks.map(({ machine, hour }) => `reading_mark,machine=${machine} pending=0i ${whole(hour)}`));
  }

  /** The sum goes by itself: InfluxDB leaves out a point of which one field is larger than any number. */
  async rollUp(span: Span, machine?: string): Promise<void> {
    const [minutes, hours] = [await this.#table(TABLES.minute), await this.#table(TABLES.hour)];
    const where = `${within(span)}${machine === undefined ? '' : ' AND machine = $machine'}`;
    const order = (select: string, into: string, from: string, width: string) =>
      this.#orders.give(
        `SELECT ${select} INTO ${into} FROM ${from} WHERE ${where} GROUP BY time(${width}), machine, sensor fill(none)`,
        machine === undefined ? {} : { machine },
      );
    await order('min(value) AS min, max(value) AS max, count(value) AS count', minutes, 'reading', '1m');
    await order('sum(value) AS sum', minutes, 'reading', '1m');
    await order('min(min) AS min, max(max) AS max, sum(count) AS count', hours, minutes, '1h');
    await order('sum(sum) AS sum', hours, minutes, '1h');
  }

  async rolled(unit: Unit, query: RangeQuery, grid: Grid): Promise<ReadonlyMap<string, readonly Share[]>> {
    return this.#shares('min(min), max(max), sum(count), sum(sum)', await this.#table(TABLES[unit]), query, grid);
  }

  async firsts(ts: number): Promise<readonly (SeriesName & { readonly t: number })[]> {
    const table = await this.#table(TABLES.hour);
    const series = await this.#queries.ask(
      `SELECT first(count) FROM ${table} WHERE time < ${whole(ts)}ms GROUP BY machine, sensor`,
    );
    return series.flatMap(({ tags, values }) => {
      const t = values?.[0]?.[0];
      return typeof t === 'number' ? [{ machine: tags?.['machine'] ?? '', sensor: tags?.['sensor'] ?? '', t }] : [];
    });
  }

  /** As integer, because that is what InfluxDB makes of a count. */
  put(unit: Unit, rows: readonly Rolled[]): Promise<void> {
    return this.#write(
      rows.map(({ machine, sensor, t, min, max, sum, count }) => {
        const fields = `min=${min},max=${max},count=${whole(count)}i${Number.isFinite(sum) ? `,sum=${sum}` : ''}`;
        return `${TABLES[unit]},machine=${machine},sensor=${sensor} ${fields} ${whole(t)}`;
      }),
    );
  }

  async raw(query: RangeQuery, grid: Grid): Promise<ReadonlyMap<string, readonly Share[]>> {
    const select = 'min(value), max(value), count(value)';
    try {
      return await this.#shares(`${select}, sum(value)`, 'reading', query, grid);
    } catch (error) {
      if (error instanceof UnreadableAnswer) return this.#shares(select, 'reading', query, grid);
      throw error;
    }
  }

  async newestBefore(ts: number): Promise<number | undefined> {
    const [series] = await this.#queries.ask(`SELECT last(value) FROM reading WHERE time < ${whole(ts)}ms`);
    return series?.values?.[0]?.[0] as number | undefined;
  }

  async ownLimit(): Promise<number | undefined> {
    const policies = await this.#policies();
    const own = policies.find(({ isDefault }) => isDefault)?.duration ?? 0;
    return own > 0 ? own : undefined;
  }

  /** By measurement, so that what others keep in the database is never touched. */
  async remove({ readings, minutes, hours, events }: Outdated): Promise<void> {
    const limits = { reading: readings, [TABLES.minute]: minutes, [TABLES.hour]: hours, event: events };
    for (const [table, before] of Object.entries(limits)) {
      if (before !== undefined) await this.#orders.give(`DELETE FROM ${table} WHERE time < ${whole(before)}ms`);
    }
  }

  async #shares(
    select: string,
    table: string,
    { machine, sensors, from, to }: RangeQuery,
    { start, width }: Grid,
  ): Promise<ReadonlyMap<string, readonly Share[]>> {
    const found = new Map<string, Share[]>(sensors.map((sensor) => [sensor, []]));
    if (sensors.length === 0 || to <= from) return found;
    const named = names('sensor', sensors);
    const offset = ((start % width) + width) % width;
    const series: readonly ResultSeries[] = await this.#queries.ask(
      `SELECT ${select} FROM ${table} WHERE machine = $machine AND (${named.condition}) AND ${within({ from, to })} GROUP BY time(${whole(width)}ms, ${whole(offset)}ms), sensor fill(none)`,
      { machine, ...named.values },
    );
    for (const { tags, values } of series) {
      const shares = found.get(tags?.['sensor'] ?? '');
      for (const [t, min, max, count, sum] of (values ?? []) as [number, number, number, number, number?][]) {
        shares?.push({ place: Math.round((t - start) / width), min, max, count, sum: sum ?? Number.NaN });
      }
    }
    return found;
  }

  async #write(texts: readonly string[]): Promise<void> {
    if (!(await this.#knowsPolicy())) await this.#makePolicy();
    const refused = await this.#writer.write(
      texts.map((text) => ({ text, of: text })),
      this.#hasPolicy ? POLICY : undefined,
    );
    if (refused[0]) throw new StoreUnavailable(`InfluxDB refuses what is rolled up: ${refused[0].detail}`);
  }

  async #table(name: string): Promise<string> {
    return (await this.#knowsPolicy()) ? `"${POLICY}"."${name}"` : `"${name}"`;
  }

  async #knowsPolicy(): Promise<boolean> {
    this.#hasPolicy ||= (await this.#policies()).some(({ name }) => name === POLICY);
    return this.#hasPolicy;
  }

  /** Whoever may not make one keeps rollups beside the raw readings, as long as those. */
  async #makePolicy(): Promise<void> {
    await this.#orders.makePolicy(POLICY, SHARD);
    await this.#knowsPolicy();
  }

  async #policies(): Promise<readonly { name: unknown; duration: number; isDefault: boolean }[]> {
    const [series] = await this.#queries.ask('SHOW RETENTION POLICIES');
    // by name: newer versions have more columns
    const of = (row: readonly unknown[], column: string) => row[series?.columns?.indexOf(column) ?? -1];
    return (series?.values ?? []).map((row) => {
      return {
        name: of(row, 'name'),
        duration: durationOf(String(of(row, 'duration'))),
        isDefault: of(row, 'default') === true,
      };
    });
  }
}

function within({ from, to }: Span): string {
  return `time >= ${whole(from)}ms AND time < ${whole(to)}ms`;
}

/** `720h0m0s` in ms. */
function durationOf(text: string): number {
  const [, hours = '0', minutes = '0', seconds = '0'] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
