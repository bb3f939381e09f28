/** A TCP proxy between two processes, that cuts, holds or slows what passes. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export class Proxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isHolding = false;
  #delayMs = 0;

  private constructor(target: { host: string; port: number }) {
    this.#server = createServer((client) => {
      const server = connect(target.port, target.host);
      this.#join(client, server);
      this.#join(server, client);
    });
  }

  /** Listens on a free port of this computer, in front of the server the URL names. */
  static async before(url: string): Promise<Proxy> {
    const { hostname, port } = new URL(url);
    const proxy = new Proxy({ host: hostname, port: Number(port) });
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends all connections at once. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** From here on nothing passes and nobody is told, as with a cable that is pulled out. */
  hold(): void {
    this.#isHolding = true;
  }

  /** Passes everything again; what was held back is lost with its connections. */
  release(): void {
    this.#isHolding = false;
    this.cut();
  }

  /** Every piece passes so much later. */
  slow(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    // In order, whatever becomes of the delay meanwhile: a stream whose pieces overtake each other is no slow one but a broken one.
    let passing: Promise<void> | undefined;
    from.on('data', (bytes) => {
      if (this.#isHolding) return;
      if (this.#delayMs === 0 && passing === undefined) {
        to.write(bytes);
        return;
      }
      const due = performance.now() + this.#delayMs;
      const mine = (passing ?? Promise.resolve()).then(async () => {
        await sleep(Math.max(0, due - performance.now()));
        if (to.writable) to.write(bytes);
        if (passing === mine) passing = undefined;
      });
      passing = mine;
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      if (!this.#isHolding) to.destroy();
    });
  }
}
