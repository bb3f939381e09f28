/** MQTT packet by packet: a client and a broker that do exactly what a test says, and nothing else. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import mqttPacket, { type Packet } from 'mqtt-packet';

/** One end of a connection: remembers what it was sent. */
export class RawPeer {
  readonly received: Packet[] = [];
  readonly socket: Socket;
  readonly closed: Promise<void>;
  isClosed = false;
  #wake: (() => void)[] = [];

  constructor(socket: Socket, version: 4 | 5 = 4) {
    this.socket = socket;
    const parser = mqttPacket.parser({ protocolVersion: version });
    parser.on('packet', (packet) => {
      this.received.push(packet);
      for (const wake of this.#wake.splice(0)) wake();
    });
    socket.on('data', (bytes) => parser.parse(bytes));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.isClosed = true;
        for (const wake of this.#wake.splice(0)) wake();
        resolve();
      });
    });
  }

  send(packet: Packet, version: 4 | 5 = 4): void {
    this.socket.write(mqttPacket.generate(packet, { protocolVersion: version }));
  }

  /** All packets of one command so far. */
  all<C extends Packet['cmd']>(cmd: C): Extract<Packet, { cmd: C }>[] {
    return this.received.filter((packet): packet is Extract<Packet, { cmd: C }> => packet.cmd === cmd);
  }

  /** The `count` first packets of one command, once they are there; rejects when the connection ends before. */
  async some<C extends Packet['cmd']>(cmd: C, count = 1): Promise<Extract<Packet, { cmd: C }>[]> {
    while (this.all(cmd).length < count) {
      if (this.isClosed) throw new Error(`the connection ended before ${count} ${cmd}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    return this.all(cmd).slice(0, count);
  }
}

export interface RawLogin {
  readonly clientId?: string;
  readonly username?: string;
  readonly password?: string;
  readonly will?: { topic: string; payload: Buffer; qos: 0 | 1; retain: boolean };
}

/** A client that has sent CONNECT (MQTT 3.1.1). */
export async function rawConnect(url: string, login: RawLogin = {}): Promise<RawPeer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const peer = new RawPeer(socket);
  const { clientId = '', username, password, will } = login;
  peer.send({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId,
    keepalive: 60,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password: Buffer.from(password) }),
    ...(will && { will }),
  });
  return peer;
}

/** A client whose CONNECT was accepted. */
export async function rawClient(url: string, login: RawLogin = {}): Promise<RawPeer> {
  const peer = await rawConnect(url, login);
  const [connack] = await peer.some('connack');
  if (connack?.returnCode !== 0) throw new Error(`refused with ${connack?.returnCode}`);
  return peer;
}

/** A PUBLISH of QoS 1, or 0 where it has no id. */
export function publish(topic: string, payload: string | Buffer, id = 0, retain = false): Packet {
  const qos = id === 0 ? 0 : 1;
  return { cmd: 'publish', topic, payload, qos, messageId: id, retain, dup: false };
}

export interface RawBroker {
  readonly url: string;
  /** Each connection, once its CONNECT has come; answered by nobody but the test. */
  next(): Promise<RawPeer>;
  /** Connections accepted so far. */
  count(): number;
  close(): Promise<void>;
}

/** A broker that only listens; with `version` 5 it reads and writes MQTT 5. */
export async function rawBroker(version: 4 | 5 = 5): Promise<RawBroker> {
  const peers: RawPeer[] = [];
  let taken = 0;
  const server: Server = createServer((socket) => peers.push(new RawPeer(socket, version)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `mqtt://127.0.0.1:${port}`,
    async next() {
      while (peers.length <= taken) await once(server, 'connection');
      const peer = peers[taken++];
      if (peer === undefined) throw new Error('no connection');
      await peer.some('connect');
      return peer;
    },
    count: () => peers.length,
    async close() {
      for (const peer of peers) peer.socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
