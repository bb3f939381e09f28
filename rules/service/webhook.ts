/**
 * Tells a program, signed by Standard Webhooks; the one door to standardwebhooks. Addresses of inner networks are refused where
 * the connection is made, so that no name can mean one address when it is checked and another when it is used. Redirects are
 * not followed.
 */
import { lookup } from 'node:dns';
import { type ClientRequest, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { isAddress, isPublicAddress } from '#shared/model/service/public-address.ts';
import { Permanent } from './channel.ts';

export interface Call {
  /** Stays over all attempts; the receiver knows by it what it has already. */
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  readonly body: string;
  /** Time of the attempt, epoch ms. */
  readonly at: number;
}

const ANSWER_WITHIN_MS = 15_000;

export interface WebhookOptions {
  /** Whether programs in inner networks, and such without TLS, may be told. */
  readonly inner: boolean;
}

/** Resolves when the program took it (2xx). Rejects with Permanent where it never will (410), else with why not this time. */
export async function callWebhook({ id, url, secret, body, at }: Call, { inner }: WebhookOptions): Promise<void> {
  const { protocol, hostname } = new URL(url);
  if (!inner && protocol !== 'https:') throw new Permanent('Only https: may be told, unless WEBHOOK_INNER is on.');
  if (!inner && isAddress(hostname) && !isPublicAddress(hostname)) throw new Permanent(refusal(hostname));
  const status = await post(url, {
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'Leitwarte',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, new Date(at), body),
    },
    body,
    options: inner ? {} : { lookup: publicLookup },
  });
  if (status >= 200 && status < 300) return;
  if (status === 410) throw new Permanent('The receiver is gone (410).');
  throw new Error(`The receiver answered ${status}.`);
}

const refusal = (host: string): string => `${host} is no address of the public internet (WEBHOOK_INNER allows it).`;

/** Resolves names as ever, but answers with an error where any address is not public. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '');
    if (addresses.length === 0 || addresses.some(({ address }) => !isPublicAddress(address)))
      return callback(new Permanent(refusal(hostname)), '');
    if (options.all) return callback(null, addresses);
    const [{ address, family } = { address: '', family: 4 }] = addresses;
    return callback(null, address, family);
  });
};

function post(
  url: string,
  { headers, body, options }: { headers: RequestOptions['headers']; body: string; options: RequestOptions },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const begin: (u: string, o: RequestOptions, answered: (answer: IncomingMessage) => void) => ClientRequest =
      url.startsWith('https:') ? httpsRequest : httpRequest;
    const request = begin(url, { method: 'POST', agent: false, ...options, headers: headers ?? {} }, (answer) => {
      resolve(answer.statusCode ?? 0);
      // What it says is of no interest, however long it is.
      answer.destroy();
    });
    const late = setTimeout(
      () => request.destroy(new Error(`No answer within ${ANSWER_WITHIN_MS / 1000} s.`)),
      ANSWER_WITHIN_MS,
    );
    request.on('error', reject);
    request.on('close', () => clearTimeout(late));
    request.end(body);
  });
}
