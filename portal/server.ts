/** Listens for the app; says clearly why it cannot. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SilentSockets } from '#shared/process/silent-sockets.ts';

/** Slow or silent clients hold a connection no longer than this, ms. */
const HEADERS_WITHIN_MS = 20_000;
const REQUEST_WITHIN_MS = 60_000;
/** How often that is looked at. */
const LOOK_EVERY_MS = 5_000;
/** Connections that have not sent a request yet. */
const MOST_SILENT = 1_000;
/** Connections at all: far more than people and their streams, and fewer than a process may open files. */
const MOST_CONNECTIONS = 8_000;

export class PortalServer {
  readonly name = 'portal';
  readonly #options: { readonly host: string; readonly port: number };
  readonly #server: Server;

  constructor(app: RequestListener, options: { readonly host: string; readonly port: number }) {
    this.#options = options;
    this.#server = createServer(
      {
        headersTimeout: HEADERS_WITHIN_MS,
        requestTimeout: REQUEST_WITHIN_MS,
        connectionsCheckingInterval: LOOK_EVERY_MS,
      },
      app,
    );
    this.#server.maxConnections = MOST_CONNECTIONS;
    const silent = new SilentSockets(MOST_SILENT);
    this.#server.on('connection', (socket) => silent.add(socket));
    this.#server.on('request', ({ socket }) => silent.spoke(socket));
  }

  async start(): Promise<void> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(listenProblem(error, host, port))));
      this.#server.listen(port, host, resolve);
    });
  }

  /** Open streams are cut: browsers come back by themselves and lose nothing. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const patience = setTimeout(() => this.#server.closeAllConnections(), 1_000);
    await closed;
    clearTimeout(patience);
  }

  /** Throws before `start`. */
  url(): string {
    const { port } = this.#server.address() as AddressInfo;
    const { host } = this.#options;
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }
}

function listenProblem(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') {
    return `port ${port} on ${host} is in use by another program: end it, or set PORT to a free one (0 takes any)`;
  }
  if (error.code === 'EADDRNOTAVAIL') return `${host} is no address of this computer: set HOST to one it has`;
  if (error.code === 'EACCES') return `port ${port} may not be opened by this user: set PORT to one above 1023`;
  return `cannot listen on ${host}:${port}: ${error.message}`;
}
