/** Every request is measured by route, and told to the log with the id of its answer; never with headers or bodies. */
import type { RequestHandler } from 'express';
import { pinoHttp } from 'pino-http';
import type { Log } from '#shared/process/log.ts';
import type { Metrics } from '#shared/process/metrics.ts';

const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function measured(metrics: Metrics): RequestHandler {
  const seconds = metrics.histogram('http_request_seconds', 'Time to answer', ['method', 'route', 'status'], BUCKETS_S);
  return (req, res, next) => {
    const begun = process.hrtime.bigint();
    res.once('finish', () => {
      const route = typeof res.locals['route'] === 'string' ? res.locals['route'] : 'other';
      seconds.observe(
        { method: req.method, route, status: String(res.statusCode) },
        Number(process.hrtime.bigint() - begun) / 1e9,
      );
    });
    next();
  };
}

export function logged(log: Log): RequestHandler {
  return pinoHttp({
    logger: log,
    genReqId: (_req, res) => String(res.getHeader('x-request-id')),
    customLogLevel: (_req, res) => (res.statusCode >= 500 ? 'warn' : 'debug'),
    serializers: {
      req: ({ id, method, url }: { id: unknown; method: string; url: string }) => ({
        id,
        method,
        path: url.split('?')[0],
      }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
    wrapSerializers: true,
  });
}
