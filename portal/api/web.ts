/** The built pages: hashed files for ever, everything else asked again; unknown paths are the page's own to route. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { Router } from 'express';

const YEAR_S = 31_536_000;

/** Nothing but the API where the pages were not built. */
export function webPages(folder: string | undefined): Router {
  const router = Router();
  if (folder === undefined || !existsSync(join(folder, 'index.html'))) return router;
  router.use(
    '/assets',
    express.static(join(folder, 'assets'), { immutable: true, maxAge: YEAR_S * 1000, index: false, fallthrough: true }),
  );
  router.use(
    express.static(folder, {
      cacheControl: false,
      setHeaders: (res) => void res.setHeader('cache-control', 'no-cache'),
    }),
  );
  router.get('/{*path}', (req, res, next) => {
    const isPage = req.accepts('html') !== false && !/^\/(api|assets)(\/|$)/.test(req.path) && !/\.\w+$/.test(req.path);
    if (!isPage) return next();
    res.setHeader('cache-control', 'no-cache');
    res.sendFile(join(folder, 'index.html'));
  });
  return router;
}
