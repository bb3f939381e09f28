/** Machine events, operating state and connection. */
import type { Draft } from './draft.ts';
import { isObject, own, readJson } from './payload.ts';
import { describe, quote } from './quote.ts';

const MAX_CODE = 128;
const MAX_STATE = 64;
const MAX_TEXT = 16_000;

/** `{ts, code, text, severity}` or an array of these. */
export function readEvents(json: unknown, draft: Draft): void {
  if (Array.isArray(json)) json.forEach((item, i) => readEvent(item, draft, `[${i}]`));
  else readEvent(json, draft, '');
}

function readEvent(item: unknown, draft: Draft, path: string): void {
  if (!isObject(item))
    return draft.reject('wrong-shape', `${describe(item)}, not an event; send {"code": "E42", "text": "…"}`, path);
  const ts = draft.time(item);
  draft.number(item, path);
  if (typeof ts === 'string') return draft.reject('bad-time', ts, path);
  const given = own(item, 'code');
  const code = name(Number.isSafeInteger(given) ? String(given) : given, MAX_CODE);
  if (code === undefined) return draft.reject('wrong-shape', mendName('code', given, MAX_CODE), path);
  const text = freeText(own(item, 'text'), MAX_TEXT);
  if (text === undefined)
    return draft.reject(
      'wrong-shape',
      `the event ${quote(code)} has a "text" that is none or has more than ${MAX_TEXT} characters; shorten it`,
      path,
    );
  const severity = freeText(own(item, 'severity'), MAX_STATE);
  if (severity === undefined)
    return draft.reject(
      'wrong-shape',
      `the event ${quote(code)} has a "severity" that is no short text; send "warning" or leave it out`,
      path,
    );
  draft.events.push({ machine: draft.machine, ts, code, ...(text ? { text } : {}), ...(severity ? { severity } : {}) });
}

/** Plain `running`, or `{ts, state}`. */
export function readState(text: string, draft: Draft): void {
  const item = plainOrJson(text);
  const row = isObject(item) ? item : { state: item };
  const ts = draft.time(row);
  draft.number(row, '');
  if (typeof ts === 'string') return draft.reject('bad-time', ts, '');
  const given = own(row, 'state');
  const state = name(given, MAX_STATE);
  if (state === undefined) return draft.reject('wrong-shape', mendName('state', given, MAX_STATE), '');
  draft.states.push({ machine: draft.machine, ts, state });
}

/** `online` or `offline`. */
export function readConnection(text: string, draft: Draft): void {
  const said = plainOrJson(text);
  if (said === 'online' || said === 'offline')
    draft.connections.push({ machine: draft.machine, online: said === 'online' });
  else draft.reject('wrong-shape', `${describe(said)}; a connection is online or offline`, '');
}

/** Text that does not begin like JSON stands for itself. */
function plainOrJson(text: string): unknown {
  const plain = text.trim();
  if (!/^[[{"]/.test(plain)) return plain;
  const read = readJson(plain);
  return 'ok' in read ? read.ok : plain;
}

/** A code or state: one line, without control characters; undefined where it is none. */
function name(value: unknown, max: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed !== '' && trimmed.length <= max && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(trimmed) ? trimmed : undefined;
}

function mendName(field: string, value: unknown, max: number): string {
  return `${describe(value)} where "${field}" should be; send 1 to ${max} characters of one line`;
}

/** Free text, empty where there is none. NUL and halves of surrogate pairs, which no store keeps, become U+FFFD. */
function freeText(value: unknown, max: number): string | undefined {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string' || value.length > max) return undefined;
  return value.replace(/\0|\p{Cs}/gu, '\uFFFD');
}
