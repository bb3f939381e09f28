/** From bytes to text to JSON, guarded: nothing a machine sends may throw, block the loop or bend a prototype. */
import { Buffer, isUtf8 } from 'node:buffer';
import type { Reject } from './types.ts';

export const MAX_PAYLOAD_BYTES = 256 * 1024;
/** The contract's shapes are at most four deep; JSON.parse of deep nesting takes tens of ms. */
const MAX_DEPTH = 32;
/** Below this no nesting can take long. */
const DEPTH_CHECKED_FROM = 2048;

type Refusal = Pick<Reject, 'reason' | 'detail'>;
export type Read<T> = { readonly ok: T } | { readonly refusal: Refusal };

/** The payload as text, without a byte order mark. */
export function readText(payload: Uint8Array): Read<string> {
  if (payload.byteLength > MAX_PAYLOAD_BYTES) {
    const detail = `the payload has more than ${MAX_PAYLOAD_BYTES} bytes; send smaller messages`;
    return { refusal: { reason: 'too-large', detail } };
  }
  if (!isUtf8(payload))
    return { refusal: { reason: 'not-utf8', detail: 'the payload is not UTF-8; send uncompressed JSON in UTF-8' } };
  const marked = payload[0] === 0xef && payload[1] === 0xbb && payload[2] === 0xbf;
  const start = payload.byteOffset + (marked ? 3 : 0);
  return { ok: Buffer.from(payload.buffer, start, payload.byteLength - (marked ? 3 : 0)).toString('utf8') };
}

/**
 * The text as JSON. `NaN` and `Infinity`, which Python's and others' encoders write, are read as text, so that they cost
 * that one value and not its neighbours.
 */
export function readJson(text: string): Read<unknown> {
  if (text.trim() === '') return { refusal: { reason: 'not-json', detail: 'the payload is empty; send JSON' } };
  if (text.length >= DEPTH_CHECKED_FROM && deeperThan(text, MAX_DEPTH)) {
    return {
      refusal: { reason: 'wrong-shape', detail: `the JSON is nested deeper than ${MAX_DEPTH} levels; send it flat` },
    };
  }
  try {
    return { ok: JSON.parse(text) };
  } catch (error) {
    return (
      parseWithoutNaN(text) ?? {
        refusal: { reason: 'not-json', detail: `the payload is not JSON: ${(error as Error).message.slice(0, 120)}` },
      }
    );
  }
}

/** A whole string (an unfinished one to the end, so that no start is tried twice), or a number that is none. */
const STRING_OR_NON_FINITE = /"[^"\\]*(?:\\[^][^"\\]*)*(?:"|\\?$)|[-+]?\b(?:NaN|nan|Infinity|inf)\b/g;

function parseWithoutNaN(text: string): Read<unknown> | undefined {
  if (!/nan|inf/i.test(text)) return undefined;
  const quoted = text.replace(STRING_OR_NON_FINITE, (token) => (token.startsWith('"') ? token : `"${token}"`));
  if (quoted === text) return undefined;
  try {
    return { ok: JSON.parse(quoted) };
  } catch {
    return undefined;
  }
}

function deeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (inString) {
      if (c === 0x5c) i++;
      else if (c === 0x22) inString = false;
    } else if (c === 0x22) inString = true;
    else if (c === 0x5b || c === 0x7b) {
      if (++depth > limit) return true;
    } else if (c === 0x5d || c === 0x7d) depth--;
  }
  return false;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object's own property: a key such as `__proto__` or `toString` is only ever what the payload says. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
