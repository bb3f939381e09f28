import { createLog } from '#shared/process/log.ts';

/** What the product logs of the faults it meets is no part of a run. */
export const SILENT = createLog('silent');
