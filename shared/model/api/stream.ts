import { z } from 'zod';

/** GET /stream?sensors=press-1/oil-temp,press-1/torque: whose readings are wanted; left out: none. */
export const StreamQuery = z.object({ sensors: z.string().max(20_000).optional() });

/** Events of GET /stream; the id of `case`, `alarm`, `machine` is the change's id, for Last-Event-ID. */
export type StreamEvent =
  | { readonly event: 'case'; readonly data: { readonly id: string; readonly at: string } }
  | { readonly event: 'alarm'; readonly data: { readonly id: string; readonly at: string } }
  | { readonly event: 'machine'; readonly data: { readonly id: string; readonly at: string } }
  | {
      readonly event: 'reading';
      readonly data: { readonly machine: string; readonly sensor: string; readonly t: string; readonly value: number };
    }
  | { readonly event: 'heartbeat'; readonly data: { readonly at: string } }
  /** The client was away too long for a replay: it must read everything again. */
  | { readonly event: 'resync'; readonly data: { readonly why: string } };
