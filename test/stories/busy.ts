import { availableParallelism, loadavg } from 'node:os';

/**
 * How many programs want each core of this computer, at least 1. Promises in seconds are kept by a free computer; beside other
 * tests each program gets that part of it.
 */
export function busy(): number {
  return Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}
