/** The one table of all routes below /api/v1: Express, the documentation and the permission walk are made of it. */
import { Catalogue } from './catalogue.ts';
import { houseRoutes } from './house/routes.ts';
import { machineRoutes } from './machines/routes.ts';
import type { PortalParts } from './parts.ts';
import type { Route } from './route.ts';
import { sessionRoutes } from './session/routes.ts';
import { tokenRoutes } from './tokens/routes.ts';

export function allRoutes(given: PortalParts): readonly Route[] {
  const parts = { ...given, catalogue: new Catalogue(given.database) };
  return [...houseRoutes(parts), ...sessionRoutes(parts), ...tokenRoutes(parts), ...machineRoutes(parts)];
}
