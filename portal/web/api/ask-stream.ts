import type { ConnectionParts } from './connection.ts';
import { urlOf } from './client.ts';

/** Asks the server this page came from, with the session's cookie. */
export const askStream: ConnectionParts['ask'] = (sensors, lastId, signal) => {
  const headers = new Headers({ accept: 'text/event-stream' });
  if (lastId !== undefined) headers.set('last-event-id', lastId);
  const url = urlOf('/stream', { sensors: sensors.join(',') || undefined });
  return fetch(url, { headers, signal, credentials: 'same-origin' });
};
