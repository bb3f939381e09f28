/** The courses of a machine's sensors, each with the band that held then, and the events beside them. */
import { visibleMachines } from '#shared/database/queries/portal-machines.ts';
import { may, type Who } from '#shared/model/access.ts';
import { listOf, PageQuery } from '#shared/model/api/common.ts';
import { EventsQuery, MachineEventAnswer, ReadingsAnswer, ReadingsQuery } from '#shared/model/api/machine.ts';
import type { Sensor } from '#shared/model/plant.ts';
import type { Catalogue } from '../catalogue.ts';
import { sliced } from '../paging.ts';
import type { PortalParts } from '../parts.ts';
import { invalid, notFound } from '../problems.ts';
import { ById, type Route, route } from '../route.ts';
import { bandsOf } from './bands.ts';
import { rawPage } from './raw.ts';

export type ReadingParts = Pick<PortalParts, 'database' | 'readings'> & { readonly catalogue: Catalogue };

/** Charts show 6; an export may ask for more. */
const MOST_SENSORS = 50;
/** Events of one range; more than a chart could show. */
const MOST_EVENTS = 10_000;
const DAY_MS = 24 * 3_600_000;

export function readingRoutes(parts: ReadingParts): Route[] {
  const { database, readings } = parts;
  return [
    route({
      method: 'get',
      path: '/machines/{id}/readings',
      may: 'reading.see',
      summary: 'Readings of a range, as envelope of equal buckets or raw, with the tolerance that held then',
      params: ById,
      query: ReadingsQuery,
      answer: ReadingsAnswer,
      act: async ({ who, params, query, now }): Promise<ReadingsAnswer> => {
        const sensors = await sensorsOf(parts, who, params.id, query.sensors);
        const range = { machine: params.id, sensors: sensors.map(({ id }) => id), ...rangeOf(query, now) };
        const bands = may(who.role, 'alarm.see') ? await bandsOf(database.kysely, range) : undefined;
        const head = (sensor: Sensor) => ({ unit: sensor.unit ?? null, tolerance: bands?.get(sensor.id) ?? [] });
        const kept = await readings.rawFrom();
        const rawFrom = kept === undefined ? null : timeOf(kept);
        if (query.buckets === 0) {
          const { values, next } = await rawPage(readings, range, query);
          const answer = sensors.map((sensor) => [sensor.id, { ...head(sensor), values: values.get(sensor.id) ?? [] }]);
          return { sensors: Object.fromEntries(answer), bucketMs: null, rawFrom, next };
        }
        const { width, sensors: sensorBuckets } = await readings.buckets({ ...range, buckets: query.buckets });
        const answer = sensors.map((sensor) => [
          sensor.id,
          {
            ...head(sensor),
            buckets: (sensorBuckets.get(sensor.id) ?? []).map((bucket) => ({ ...bucket, t: timeOf(bucket.t) })),
          },
        ]);
        return {
          sensors: Object.fromEntries(answer),
          bucketMs: width,
          rawFrom,
          next: null,
        };
      },
    }),
    route({
      method: 'get',
      path: '/machines/{id}/events',
      may: 'reading.see',
      summary: 'Log codes of a range, oldest first',
      params: ById,
      query: EventsQuery.extend(PageQuery.shape),
      answer: listOf(MachineEventAnswer),
      act: async ({ who, params, query, now }) => {
        await machineSeen(parts, who, params.id);
        const found = await readings.events({
          machine: params.id,
          ...rangeOf(query, now),
          without: ['state'],
          limit: MOST_EVENTS,
        });
        return sliced(
          found.map(({ ts, code, text }) => ({ t: timeOf(ts), code, text })),
          query,
        );
      },
    }),
  ];
}

async function machineSeen({ database }: ReadingParts, who: Who, id: string): Promise<void> {
  if (!(await visibleMachines(database.kysely, who.scope, [id])).has(id)) throw notFound('machine', id);
}

async function sensorsOf(parts: ReadingParts, who: Who, machine: string, list: string): Promise<Sensor[]> {
  await machineSeen(parts, who, machine);
  const { plant } = await parts.catalogue.now();
  const known = plant.machine(machine)?.sensors ?? new Map<string, Sensor>();
  const ids = [...new Set(list.split(',').map((id) => id.trim()))];
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    throw invalid(
      unknown.map((id) => ({ path: 'query.sensors', message: `the machine has no sensor "${id.slice(0, 80)}"` })),
    );
  }
  if (ids.length > MOST_SENSORS)
    throw invalid([{ path: 'query.sensors', message: `ask for at most ${MOST_SENSORS} sensors at once` }]);
  return ids.flatMap((id) => known.get(id) ?? []);
}

interface RangeQuery {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

function rangeOf(query: RangeQuery, now: number): { from: number; to: number } {
  const to = query.to === undefined ? now : Date.parse(query.to);
  const from = query.from === undefined ? to - DAY_MS : Date.parse(query.from);
  if (from >= to) throw invalid([{ path: 'query.to', message: 'lies before `from` or is the same' }]);
  return { from, to };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
