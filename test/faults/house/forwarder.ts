/**
 * Stands before a portal and does what the world does to HTTP: lets an answer get lost after the portal has acted. As a mutant it
 * hides a header, so that the portal behind it is one that does not look at it.
 */
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Weather {
  /** Header the portal never sees. */
  readonly hides?: string;
  /** Of so many unsafe requests the answer of one is lost. */
  readonly losesEvery?: number;
}

export class Forwarder {
  readonly #server: Server;
  #unsafe = 0;

  private constructor(target: string, { hides, losesEvery = Infinity }: Weather) {
    const { hostname, port } = new URL(target);
    this.#server = createServer((incoming, outgoing) => {
      const headers = { ...incoming.headers };
      if (hides !== undefined) delete headers[hides];
      const isLost = incoming.method === 'POST' && ++this.#unsafe % losesEvery === 0;
      const asked = request({ hostname, port, path: incoming.url, method: incoming.method, headers }, (answer) => {
        if (isLost) {
          answer.resume().once('end', () => outgoing.destroy());
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      asked.on('error', () => outgoing.destroy());
      incoming.pipe(asked);
    });
  }

  /** Listens on a free port of this computer. */
  static async before(target: string, weather: Weather): Promise<Forwarder> {
    const forwarder = new Forwarder(target, weather);
    forwarder.#server.listen(0, '127.0.0.1');
    await once(forwarder.#server, 'listening');
    return forwarder;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
