/** Where the embedded broker listens: plain, by TLS, or both. */
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

export interface DoorOptions {
  readonly host: string;
  /** Without TLS; 0 takes a free one. */
  readonly port: number | 'off';
  /** `cert` and `key` in PEM. */
  readonly tls?: { readonly port: number; readonly cert: string; readonly key: string };
  /** Most connections at once, of each door. */
  readonly maxConnections: number;
}

interface DoorHandlers {
  accept(socket: Socket): void;
  /** A connection that came to nothing; one sentence. */
  refuse(detail: string): void;
}

interface Door {
  readonly server: Server;
  readonly port: number;
  readonly setting: 'MQTT_PORT' | 'MQTT_TLS_PORT';
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

const HANDSHAKE_WITHIN_MS = 10_000;

export class Doors {
  readonly #host: string;
  readonly #handlers: DoorHandlers;
  readonly #plain: Door | undefined;
  readonly #tls: Door | undefined;

  constructor({ host, port, tls, maxConnections }: DoorOptions, handlers: DoorHandlers) {
    this.#host = host;
    this.#handlers = handlers;
    const accept = (socket: Socket) => handlers.accept(socket);
    if (port !== 'off') this.#plain = { server: createServer(accept), port, setting: 'MQTT_PORT' };
    if (tls !== undefined) {
      const { cert, key } = tls;
      const server = createTlsServer(
        { cert, key, handshakeTimeout: HANDSHAKE_WITHIN_MS, minVersion: 'TLSv1.2' },
        accept,
      );
      server.on('tlsClientError', (error, socket) =>
        handlers.refuse(`A connection from ${socket.remoteAddress ?? 'somewhere'} speaks no TLS: ${error.message}.`),
      );
      this.#tls = { server, port: tls.port, setting: 'MQTT_TLS_PORT' };
    }
    for (const { server } of this.#all()) server.maxConnections = maxConnections;
  }

  /** Rejects with a sentence where a port cannot be had; then none is. */
  async listen(): Promise<void> {
    try {
      for (const door of this.#all()) await this.#open(door);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Takes no more; resolves when the last connection has ended. */
  async close(): Promise<void> {
    await Promise.all(this.#all().map(({ server }) => new Promise<void>((resolve) => server.close(() => resolve()))));
  }

  /** Throws before `listen`, and where there is no such door. */
  address(kind: 'plain' | 'tls'): Address {
    const address = (kind === 'tls' ? this.#tls : this.#plain)?.server.address();
    if (address === null || address === undefined || typeof address === 'string')
      throw new Error('the embedded broker does not listen');
    return { host: address.address, port: address.port };
  }

  /** `mqtt://host:port` and `mqtts://host:port`, those that are open. */
  urls(): readonly string[] {
    const host = this.#host.includes(':') ? `[${this.#host}]` : this.#host;
    return [
      ...(this.#plain ? [`mqtt://${host}:${this.address('plain').port}`] : []),
      ...(this.#tls ? [`mqtts://${host}:${this.address('tls').port}`] : []),
    ];
  }

  #all(): readonly Door[] {
    return [this.#plain, this.#tls].flatMap((door) => (door === undefined ? [] : [door]));
  }

  #open({ server, port, setting }: Door): Promise<void> {
    const host = this.#host;
    return new Promise((resolve, reject) => {
      const refuse = (error: NodeJS.ErrnoException) => {
        const inUse = `Port ${port} on ${host} is in use, so the embedded broker cannot listen. Set ${setting} to a free one, or MQTT_URL to the broker that runs there.`;
        const other = `The embedded broker cannot listen on ${host}:${port} (${error.code ?? error.message}). Check HOST and ${setting}.`;
        reject(new Error(error.code === 'EADDRINUSE' ? inUse : other, { cause: error }));
      };
      server.once('error', refuse);
      server.listen(port, host, () => {
        server.off('error', refuse);
        server.on('error', (error) => this.#handlers.refuse(`A connection could not be accepted: ${error.message}.`));
        resolve();
      });
    });
  }
}
