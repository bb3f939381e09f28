import { ID_PATTERN } from '#shared/model/plant.ts';
import type { Reject, RejectReason } from './types.ts';

/** A reject in the machine's name. A foreign name becomes its `sensor` only where it is an id, safe in every store. */
export function rejectOf(
  machine: string,
  reason: RejectReason,
  detail: string,
  sensor: string | undefined,
  path: string,
): Reject {
  const reject: { -readonly [K in keyof Reject]: Reject[K] } = { reason, detail, machine };
  if (sensor !== undefined && ID_PATTERN.test(sensor)) reject.sensor = sensor;
  if (path !== '') reject.path = path;
  return reject;
}
