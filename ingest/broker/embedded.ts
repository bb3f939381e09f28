/**
 * The broker within the house and the one door to aedes: in memory, MQTT 3.1.1. It asks the sink to store each message
 * before it acknowledges it. Sessions end with their connection: what a machine publishes needs none.
 */
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  Aedes,
  type AuthenticateError,
  type Client,
  type ConnectPacket,
  type PublishPacket,
  type Subscription,
} from 'aedes';
import { Brakes } from './brakes.ts';
import type { Credentials, Identity } from './credentials.ts';
import { type Address, type DoorOptions, Doors } from './doors.ts';
import { GroupCommit, type Held } from './group-commit.ts';
import { watchInlet } from './inlet.ts';
import { Listeners } from './listeners.ts';
import { SilentSockets } from '#shared/process/silent-sockets.ts';
import type { MessageSink, MessageSource, SourceCounts, SourceNotice, SourceState } from './port.ts';
import { mayPublish, mayRetain, maySubscribe, type TopicRules } from './topics.ts';

export interface EmbeddedBrokerOptions extends TopicRules, Omit<DoorOptions, 'maxConnections'> {
  readonly credentials: Credentials;
  /** Lets in who comes from this very computer and names no password, as the house (demo). */
  readonly trustLoopback: boolean;
  /** Hands in the time. */
  readonly now: () => number;
  /** Longest packet taken, in bytes; a longer one ends its connection. */
  readonly maxPacketBytes?: number;
  readonly maxConnections?: number;
  /** Packets a second of one machine, beyond which it is read more slowly; nobody is where undefined. */
  readonly packetsPerSecond?: number | undefined;
  readonly retryMs?: number;
}

interface HeldPublish extends Held {
  /** Who sends it again if it is not acknowledged. */
  readonly client: Client | undefined;
  readonly qos: number;
  readonly done: (error?: Error) => void;
}

const CONNECT_WITHIN_MS = 10_000;
const TCP_KEEPALIVE_MS = 60_000;
/** Packets a client may send behind its CONNECT before it is answered. */
const EAGER_PACKETS = 1_000;
/** Filters one machine may listen to on a connection: its own commands, and some. */
const MOST_SUBSCRIPTIONS = 100;
const MOST_CONNECTIONS = 5_000;
/** Connections that have not sent their CONNECT yet. */
const MOST_SILENT = 1_000;
const SERVER_UNAVAILABLE = 3;
const WRONG_LOGIN = 4;

export class EmbeddedBroker implements MessageSource {
  readonly #options: EmbeddedBrokerOptions;
  readonly #states = new Listeners<SourceState>();
  readonly #notices = new Listeners<SourceNotice>();
  readonly #counts = { stored: 0, retained: 0, refused: 0, failures: 0 };
  readonly #identities = new WeakMap<Client, Identity>();
  readonly #clients = new Set<Client>();
  readonly #brakes: Brakes;
  readonly #silent: SilentSockets;
  /** Filters each connection has ever asked for. */
  readonly #filters = new WeakMap<Client, Set<string>>();
  readonly #aedes: Aedes;
  readonly #doors: Doors;
  #held: GroupCommit<HeldPublish> | undefined;
  #forgetChanges: (() => void) | undefined;
  /** Counts changes of credentials. */
  #changes = 0;
  #storingFails = false;
  #stopping = false;
  #state: SourceState;

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = options;
    this.#state = { connected: false, since: options.now(), detail: 'The embedded broker does not listen yet.' };
    this.#brakes = new Brakes({
      perSecond: options.packetsPerSecond,
      steady: () => performance.now(),
      slowed: (machine) => this.#tellSlowed(machine),
    });
    this.#aedes = new Aedes({
      connectTimeout: CONNECT_WITHIN_MS,
      queueLimit: EAGER_PACKETS,
      maxClientsIdLength: 1_024,
      preConnect: (client, packet, done) => this.#preConnect(client, packet, done),
      authenticate: (client, username, password, done) =>
        void this.#authenticate(client, username, password?.toString(), done),
      authorizePublish: (client, packet, done) => this.#authorizePublish(client ?? undefined, packet, done),
      authorizeSubscribe: (client, subscription, done) => done(null, this.#authorizeSubscribe(client, subscription)),
    });
    const { maxConnections = MOST_CONNECTIONS } = options;
    this.#silent = new SilentSockets(Math.min(MOST_SILENT, Math.ceil(maxConnections / 2)));
    this.#doors = new Doors(
      { ...options, maxConnections },
      { accept: (socket) => this.#accept(socket), refuse: (detail) => this.#refuse(detail) },
    );
  }

  async start(sink: MessageSink): Promise<void> {
    const { retryMs, credentials } = this.#options;
    this.#held = new GroupCommit<HeldPublish>({
      sink,
      committed: (batch) => this.#committed(batch),
      failed: (error, forMs) => this.#failed(error, forMs),
      ...(retryMs !== undefined && { retryMs }),
    });
    await this.#aedes.listen();
    try {
      await this.#doors.listen();
    } catch (error) {
      this.#aedes.close();
      throw error;
    }
    this.#forgetChanges = credentials.onChange((machine, credential) => {
      this.#changes++;
      this.disconnect(machine, credential);
    });
    this.#tell(true, `The embedded broker listens on ${this.urls().join(' and ')}.`);
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#forgetChanges?.();
    const closed = this.#doors.close();
    // What has arrived is stored and acknowledged where the disk lets us; the machines send the rest again.
    if (this.#held?.isFailing === false) await this.#held.settled();
    await this.#held?.drop();
    // The last acknowledgements are written at the end of this turn.
    await nextTurn();
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    await closed;
    this.#tell(false, 'The embedded broker has ended.');
  }

  /** Where it listens without TLS; throws before `start`. */
  address(): Address {
    return this.#doors.address('plain');
  }

  /** Where it listens, `mqtt://…` and `mqtts://…`; throws before `start`. */
  urls(): readonly string[] {
    return this.#doors.urls();
  }

  /** Ends the live connections of a machine, or those made with one of its credentials. */
  disconnect(machine: string, credential?: string): void {
    for (const client of this.#clients) {
      const identity = this.#identities.get(client);
      if (identity === undefined || !('machine' in identity) || identity.machine !== machine) continue;
      if (credential === undefined || identity.credential === credential) client.close();
    }
  }

  /** Publishes on behalf of the house itself (simulated machines); resolves when the message is stored. */
  publish(topic: string, payload: Uint8Array): Promise<void> {
    const held = this.#held;
    if (held === undefined || this.#stopping) return Promise.reject(new Error('the embedded broker does not run'));
    return new Promise((resolve, reject) => {
      const done = (error?: Error) => {
        if (error !== undefined) return reject(error);
        const packet = {
          cmd: 'publish',
          topic,
          payload: Buffer.from(payload),
          qos: 0,
          retain: false,
          dup: false,
        } as const;
        this.#aedes.publish(packet, () => resolve());
      };
      held.add({ topic, payload, at: this.#options.now(), stale: false, client: undefined, qos: 0, done });
    });
  }

  state(): SourceState {
    return this.#state;
  }

  counts(): SourceCounts {
    return { ...this.#counts };
  }

  onState(listener: (state: SourceState) => void): () => void {
    return this.#states.add(listener);
  }

  onNotice(listener: (notice: SourceNotice) => void): () => void {
    return this.#notices.add(listener);
  }

  #accept(socket: Socket): void {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, TCP_KEEPALIVE_MS);
    this.#silent.add(socket);
    watchInlet(socket, {
      mostBytes: this.#options.maxPacketBytes ?? 1024 * 1024,
      brakes: this.#brakes,
      machine: () => machineOf(this.#identities.get(client)),
      tooLong: () =>
        this.#refuse(`A packet from ${socket.remoteAddress ?? 'somewhere'} is too long; its connection is ended.`),
    });
    const client = this.#aedes.handle(socket);
  }

  /** Client ids belong to their user: no machine takes over the connection of another one or of the house. */
  #preConnect(client: Client, packet: ConnectPacket, done: (error: Error | null, success: boolean) => void): void {
    this.#silent.spoke(client.conn as Socket);
    packet.clean = true;
    if (packet.clientId !== '') packet.clientId = `${packet.username ?? ''}/${packet.clientId}`;
    done(null, !this.#stopping);
  }

  async #authenticate(
    client: Client,
    username: string | undefined,
    password: string | undefined,
    done: (error: AuthenticateError | null, success: boolean) => void,
  ): Promise<void> {
    const from = (client.conn as Socket).remoteAddress ?? '';
    try {
      const identity = await this.#identify(username, password, from);
      this.#identities.set(client, identity);
      this.#clients.add(client);
      client.conn.once('close', () => this.#gone(client));
      done(null, true);
    } catch (error) {
      const user = JSON.stringify(username ?? '');
      this.#refuse(`Login of ${user} from ${from} is refused: ${messageOf(error)}.`);
      const returnCode = error instanceof WrongLogin ? WRONG_LOGIN : SERVER_UNAVAILABLE;
      done(Object.assign(new Error(messageOf(error)), { returnCode }), false);
    }
  }

  async #identify(username: string | undefined, password: string | undefined, from: string): Promise<Identity> {
    // While storing fails nobody new is let in: what they send could only be held in memory.
    if (this.#held?.isFailing === true && this.#held.isFull) throw new Error('messages cannot be stored at the moment');
    if (password === undefined) {
      if (this.#options.trustLoopback && isLoopback(from)) return { house: true };
      throw new WrongLogin('a password is needed');
    }
    for (;;) {
      const changes = this.#changes;
      const identity = await this.#options.credentials.verify(username ?? '', password, from);
      if (identity === null) throw new WrongLogin('user or password is wrong');
      // Revoked while it was checked: what was true then may not be true now.
      if (changes === this.#changes) return identity;
    }
  }

  #authorizeSubscribe(client: Client, subscription: Subscription): Subscription | null {
    const identity = this.#identities.get(client);
    if (identity !== undefined && maySubscribe(this.#options, identity, subscription.topic)) {
      const filters = this.#filters.get(client) ?? new Set();
      this.#filters.set(client, filters);
      if (filters.size < MOST_SUBSCRIPTIONS) filters.add(subscription.topic);
      if (filters.has(subscription.topic) || 'house' in identity) return subscription;
    }
    this.#refuse(`${nameOf(identity)} may not subscribe to ${JSON.stringify(subscription.topic)}.`);
    return null;
  }

  #authorizePublish(client: Client | undefined, packet: PublishPacket, done: (error?: Error | null) => void): void {
    const identity = client && this.#identities.get(client);
    // Wills of connections we end ourselves say nothing about the machines.
    if (this.#stopping || this.#held === undefined) return done(new Error('the broker is ending'));
    if (identity === undefined || !mayPublish(this.#options, identity, packet.topic)) {
      this.#refuse(`${nameOf(identity)} may not publish to ${JSON.stringify(packet.topic)}; its connection is ended.`);
      return done(new Error('not allowed to publish there'));
    }
    if (packet.retain && !mayRetain(this.#options, packet.topic)) packet.retain = false;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const { topic, qos } = packet;
    const at = this.#options.now();
    // The will of a client that is gone: nobody sends it again.
    const sender = client?.closed === true ? undefined : client;
    this.#held.add({ topic, payload, at, stale: false, client: sender, qos, done });
  }

  #committed(batch: readonly HeldPublish[]): void {
    this.#counts.stored += batch.length;
    if (this.#storingFails) {
      this.#storingFails = false;
      this.#notices.tell({ kind: 'storing-again', detail: 'Messages can be stored again.' });
    }
    for (const { done } of batch) done();
  }

  #failed(error: unknown, forMs: number): void {
    this.#counts.failures++;
    this.#storingFails = true;
    if (forMs === 0) {
      this.#notices.tell({ kind: 'storing-fails', detail: `Messages wait unacknowledged: ${messageOf(error)}` });
    }
    if (this.#stopping) void this.#held?.drop();
  }

  #gone(client: Client): void {
    this.#clients.delete(client);
    // What waited unacknowledged through a disk that fails is sent again by its machine.
    if (this.#held?.isFailing === true) this.#held.forget((item) => item.client === client && item.qos > 0);
  }

  #tellSlowed(machine: string): void {
    const { packetsPerSecond: perSecond = 0 } = this.#options;
    const detail = `Machine ${machine} sends more than ${perSecond} packets a second; it is read more slowly, and what it has waits there. Let it send less, or raise MACHINE_READINGS_PER_SECOND.`;
    this.#notices.tell({ kind: 'slowed', detail, machine, perSecond });
  }

  #refuse(detail: string): void {
    this.#counts.refused++;
    this.#notices.tell({ kind: 'refused', detail });
  }

  #tell(connected: boolean, detail: string): void {
    this.#state = { connected, since: this.#options.now(), detail };
    this.#states.tell(this.#state);
  }
}

function machineOf(identity: Identity | undefined): string | undefined {
  return identity !== undefined && 'machine' in identity ? identity.machine : undefined;
}

function nameOf(identity: Identity | undefined): string {
  if (identity === undefined) return 'An unknown client';
  return 'machine' in identity ? `Machine ${identity.machine}` : 'The house';
}

class WrongLogin extends Error {}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
