/** The one table of all routes below /api/v1: Express, the documentation and the permission walk are made of it. */
import { alarmRoutes } from './alarms/routes.ts';
import { auditRoutes } from './audit/routes.ts';
import { backupRoutes } from './backup/routes.ts';
import { caseRoutes } from './cases/routes.ts';
import { calendarRoutes } from './calendars/routes.ts';
import { Catalogue } from './catalogue.ts';
import { connectionRoutes } from './connection/routes.ts';
import { customerRoutes } from './customers/routes.ts';
import { deliveryRoutes } from './deliveries/routes.ts';
import { dutyRoutes } from './duty/routes.ts';
import { houseRoutes } from './house/routes.ts';
import { importRoutes } from './import/routes.ts';
import { jobRoutes } from './jobs/routes.ts';
import { kpiRoutes } from './kpi/routes.ts';
import { credentialRoutes } from './machines/credentials.ts';
import { machineRoutes } from './machines/routes.ts';
import { maintenanceRoutes } from './maintenance/routes.ts';
import { notificationRoutes } from './notifications/routes.ts';
import type { PortalParts } from './parts.ts';
import { qualityRoutes } from './quality/routes.ts';
import { readingRoutes } from './readings/routes.ts';
import type { Route } from './route.ts';
import { ruleRoutes } from './rules/routes.ts';
import { sessionRoutes } from './session/routes.ts';
import { slaRoutes } from './sla/routes.ts';
import { streamRoutes } from './stream/routes.ts';
import { Streams } from './stream/streams.ts';
import { tokenRoutes } from './tokens/routes.ts';
import { userRoutes } from './users/routes.ts';
import { webhookRoutes } from './webhooks/routes.ts';

export function allRoutes(given: PortalParts): readonly Route[] {
  const streams = new Streams();
  given.metrics.gauge('portal_streams_open', 'Live streams of browsers', () => streams.size);
  const parts = { ...given, catalogue: new Catalogue(given.database), streams };
  return [
    ...houseRoutes(parts),
    ...backupRoutes(parts),
    ...sessionRoutes(parts),
    ...tokenRoutes(parts),
    ...machineRoutes(parts),
    ...readingRoutes(parts),
    ...credentialRoutes(parts),
    ...connectionRoutes(parts),
    ...alarmRoutes(parts),
    ...maintenanceRoutes(parts),
    ...caseRoutes(parts),
    ...ruleRoutes(parts),
    ...kpiRoutes(parts),
    ...importRoutes(parts),
    ...qualityRoutes(parts),
    ...customerRoutes(parts),
    ...userRoutes(parts),
    ...auditRoutes(parts),
    ...slaRoutes(parts),
    ...calendarRoutes(parts),
    ...dutyRoutes(parts),
    ...jobRoutes(parts),
    ...notificationRoutes(parts),
    ...deliveryRoutes(parts),
    ...webhookRoutes(parts),
    ...streamRoutes(parts),
  ];
}
