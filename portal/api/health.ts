/** What machines ask of the portal: does it live, is the house ready, what do its counters say. */
import { Router } from 'express';
import { heartbeatAges, measureHouse } from './house/metrics.ts';
import type { HealthCheck, PortalParts } from './parts.ts';

/** A neighbour that answers later counts as away, ms. */
const PATIENCE_MS = 3_000;

type HealthParts = Pick<PortalParts, 'checks' | 'metrics' | 'log' | 'database' | 'clock'>;

export function healthRoutes({ checks, metrics, log, database, clock }: HealthParts): Router {
  const router = Router();
  measureHouse(metrics, database, clock);
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    const states = await Promise.all(checks.map(async (check) => [check.name, await stateOf(check)] as const));
    const away = states.filter(([, error]) => error !== undefined);
    // A missing heartbeat is told, and raises an alarm; people can go on to work here.
    const answers = !away.some(([name]) => name === 'database');
    const heartbeat = answers ? await heartbeatAges(database, clock()).catch(() => undefined) : undefined;
    for (const [name, error] of away) log.warn({ err: error, neighbour: name }, 'a neighbour is away');
    res.status(away.length > 0 ? 503 : 200).json({
      status: away.length > 0 ? 'not ready' : 'ready',
      parts: Object.fromEntries(states.map(([name, error]) => [name, error === undefined ? 'ok' : 'away'])),
      ...(heartbeat && { heartbeatAgeSeconds: heartbeat }),
    });
  });
  router.get('/metrics', async (_req, res) => {
    const text = await metrics.registry.metrics();
    res.setHeader('content-type', metrics.registry.contentType);
    res.send(text);
  });
  return router;
}

/** Undefined where all is well, else what is wrong. */
async function stateOf(check: HealthCheck): Promise<Error | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error(`${check.name} does not answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  const asked = check.check().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  const state = await Promise.race([asked, late]);
  clearTimeout(timer);
  return state;
}
