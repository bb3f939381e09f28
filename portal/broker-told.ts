/** Whether the broker is there, asked of a portal in a process of its own: as ingest has told it last. */
import type { Database } from '#shared/database/database.ts';
import { stageReports } from '#shared/database/queries/house.ts';
import type { HealthCheck } from './api/parts.ts';

/** Older than this nothing is known of it: that ingest is silent is another matter. */
const FRESH_MS = 30_000;

export function brokerAsToldBy({ database }: { readonly database: Database }): HealthCheck {
  return {
    name: 'broker',
    check: async () => {
      const ingest = (await stageReports(database.kysely)).get('ingest');
      if (ingest === undefined || Date.now() - ingest.toldAt > FRESH_MS) return;
      const { more, waitsFor } = ingest.figures ?? {};
      if (more?.['connected'] === 0) throw new Error(waitsFor ?? 'ingest is not connected to the broker');
    },
  };
}
