/** The live stream of a browser: what has changed, values of the sensors its tabs show, and a heartbeat. */
import type { Request } from 'express';
import { visibleMachines } from '#shared/database/queries/portal-machines.ts';
import type { Who } from '#shared/model/access.ts';
import { StreamQuery } from '#shared/model/api/stream.ts';
import { MOST_SENSORS } from '#shared/model/live.ts';
import type { Catalogue } from '../catalogue.ts';
import type { PortalParts } from '../parts.ts';
import { invalid, notFound } from '../problems.ts';
import { type Context, type Route, route } from '../route.ts';
import { authenticate } from '../session/authenticate.ts';
import { ChangeSender } from './changes.ts';
import { sendReadings } from './readings.ts';
import type { Streams } from './streams.ts';
import { Wire } from './wire.ts';

export type StreamParts = Pick<PortalParts, 'database' | 'changes' | 'live' | 'clock' | 'log'> & {
  readonly catalogue: Catalogue;
  readonly streams: Streams;
};

const HEARTBEAT_MS = 15_000;

export function streamRoutes(parts: StreamParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/stream',
      may: 'machine.see',
      summary: 'Server-sent events: case, alarm, machine, reading, heartbeat, resync; replayed from Last-Event-ID',
      query: StreamQuery,
      answer: null,
      act: async (context) => {
        const sensors = await sensorsOf(parts, context.who, context.query.sensors);
        await follow(parts, context, sensors);
      },
    }),
  ];
}

async function follow(
  parts: StreamParts,
  { who, via, now, req, res }: Context,
  sensors: readonly string[],
): Promise<void> {
  const { database, changes, live, clock, log, streams } = parts;
  const wire = new Wire(res);
  const release = streams.add({
    account: who.id,
    credential: via.kind === 'none' ? '' : via.id,
    end: () => wire.end(),
  });
  const missed = lastEventOf(req);
  const sender = new ChangeSender(wire, who, missed ?? changes.position);
  const unsubscribe = changes.subscribe(sender.take);
  const heartbeat = setInterval(() => void beat(), HEARTBEAT_MS);
  const stopReadings = sendReadings(live, sensors, wire, missed !== undefined);
  wire.onClose(() => {
    clearInterval(heartbeat);
    stopReadings();
    unsubscribe();
    release();
  });
  wire.open();
  wire.send(
    { event: 'heartbeat', data: { at: new Date(now).toISOString() } },
    missed === undefined ? changes.position : undefined,
  );
  await sender.begin(database, changes, missed !== undefined);

  /** Each heartbeat asks anew who this is: a session that ended elsewhere ends the stream, rights that changed count. */
  async function beat(): Promise<void> {
    try {
      const identity = await authenticate(database.kysely, req, clock());
      if (!identity) return wire.end();
      if (JSON.stringify(identity.who.scope) !== JSON.stringify(who.scope)) return wire.end();
      sender.who = identity.who;
      wire.send({ event: 'heartbeat', data: { at: new Date(clock()).toISOString() } });
    } catch (error) {
      log.warn({ err: error }, 'a stream could not be checked; the browser opens it again');
      wire.end();
    }
  }
}

/** Undefined without the header; -1, which is before every change, where it is none of ours. */
function lastEventOf(req: Request): number | undefined {
  const header = req.get('last-event-id');
  if (header === undefined || header === '') return undefined;
  return /^\d{1,15}$/.test(header) ? Number(header) : -1;
}

async function sensorsOf({ database, catalogue }: StreamParts, who: Who, list: string | undefined): Promise<string[]> {
  const keys = [...new Set((list ?? '').split(',').filter(Boolean))];
  if (keys.length > MOST_SENSORS)
    throw invalid([{ path: 'query.sensors', message: `ask for at most ${MOST_SENSORS} sensors` }]);
  const pairs = keys.map((key) => key.split('/', 2) as [string, string | undefined]);
  const seen = await visibleMachines(database.kysely, who.scope, [...new Set(pairs.map(([machine]) => machine))]);
  const { plant } = await catalogue.now();
  for (const [machine, sensor] of pairs) {
    if (!seen.has(machine) || sensor === undefined || !plant.machine(machine)?.sensors.has(sensor)) {
      throw notFound('sensor', `${machine}/${sensor ?? ''}`);
    }
  }
  return keys;
}
