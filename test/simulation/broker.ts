/**
 * A broker with one persistent session for the house. It sends again what was not acknowledged, keeps a ledger of what it
 * has forgotten because the house acknowledged it, and may lose connections, or all it knows.
 */
import type { MqttConnection, MqttEnd, MqttHandlers, MqttMessage, OpenMqtt } from '#ingest/broker/mqtt.ts';
import type { Process } from './process.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export interface Published {
  /** Which of the generated messages it is. */
  readonly n: number;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
}

export interface BrokerWeather {
  /** Refuses connections. */
  away: boolean;
  /** How long a packet may take, ms. */
  slowMs: number;
}

export const FAIR_BROKER: Readonly<BrokerWeather> = { away: false, slowMs: 1 };

interface Session {
  readonly queue: Published[];
  readonly inFlight: Map<number, Published>;
  nextId: number;
}

export class SimulatedBroker {
  readonly weather: BrokerWeather = { ...FAIR_BROKER };
  /** Messages it forgot because they were acknowledged, by their number. */
  readonly ledger: number[] = [];
  readonly #world: World;
  readonly #random: Random;
  readonly #window: number;
  /** The highest packet id: few, so that ids come again soon. */
  readonly #ids: number;
  #session: Session | undefined;
  #connection: Connection | undefined;
  #onSubscribed: () => void = () => undefined;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
    this.#window = random.pick([2, 4, 12, 40]);
    this.#ids = this.#window + random.int(0, 4);
  }

  /** Nothing is left that the house has not acknowledged. */
  get isDrained(): boolean {
    return this.#session === undefined || this.#session.queue.length + this.#session.inFlight.size === 0;
  }

  get isSubscribed(): boolean {
    return this.#connection?.subscribed === true;
  }

  publish(message: Published): void {
    if (this.#session === undefined) return;
    if (message.qos === 1) {
      this.#session.queue.push(message);
      this.#pump();
    } else if (this.#connection?.subscribed) this.#connection.send(message, 0, false);
  }

  /** The connection is cut: each side learns of it in its own time. */
  cut(): void {
    this.#connection?.cut();
    this.#connection = undefined;
  }

  /** It is gone and comes back, with or without what it knew. */
  restart(remembers: boolean): void {
    this.cut();
    if (!remembers) this.#session = undefined;
  }

  /** Calls `act` when the house is connected again. */
  whenSubscribed(act: () => void): void {
    this.#onSubscribed = act;
  }

  /** How a process connects to it. */
  opener(process: Process): OpenMqtt {
    return (_options, handlers) => new Connection(this, this.#world, this.#random.fork(), process, handlers);
  }

  /** A connection has come through; answers whether there was a session, or undefined where it is refused. */
  accept(connection: Connection): boolean | undefined {
    if (this.weather.away) return undefined;
    this.#connection?.cut();
    this.#connection = connection;
    const present = this.#session !== undefined;
    this.#session ??= { queue: [], inFlight: new Map(), nextId: 1 };
    return present;
  }

  subscribed(connection: Connection): void {
    if (this.#connection !== connection) return;
    connection.subscribed = true;
    if (this.#random.chance(0.2)) connection.send(OLD_NEWS, 0, true);
    // What was sent and not acknowledged comes again first, by its old id.
    for (const [id, message] of this.#session?.inFlight ?? []) connection.send(message, id, false);
    this.#pump();
    this.#onSubscribed();
    this.#onSubscribed = () => undefined;
  }

  acknowledged(connection: Connection, id: number): void {
    if (this.#connection !== connection || this.#session === undefined) return;
    const message = this.#session.inFlight.get(id);
    if (message === undefined) return;
    this.#session.inFlight.delete(id);
    this.ledger.push(message.n);
    this.#pump();
  }

  left(connection: Connection): void {
    if (this.#connection === connection) this.#connection = undefined;
  }

  #pump(): void {
    const [connection, session] = [this.#connection, this.#session];
    if (!connection?.subscribed || session === undefined) return;
    while (session.inFlight.size < this.#window) {
      const message = session.queue.shift();
      if (message === undefined) return;
      while (session.inFlight.has(session.nextId)) session.nextId = (session.nextId % this.#ids) + 1;
      session.inFlight.set(session.nextId, message);
      connection.send(message, session.nextId, false);
      session.nextId = (session.nextId % this.#ids) + 1;
    }
  }
}

const OLD_NEWS: Published = { n: -1, topic: 'machines/m-0/telemetry', payload: Buffer.from('{"temp":-49}'), qos: 0 };

class Connection implements MqttConnection {
  subscribed = false;
  readonly #broker: SimulatedBroker;
  readonly #world: World;
  readonly #random: Random;
  readonly #process: Process;
  readonly #handlers: MqttHandlers;
  readonly #inbox: MqttMessage[] = [];
  #isReading = true;
  /** The wire: packets of one direction never pass each other. */
  #wire: 'up' | 'down' = 'up';
  #over = false;
  readonly #lastArrival = { toBroker: 0, toHouse: 0 };

  constructor(broker: SimulatedBroker, world: World, random: Random, process: Process, handlers: MqttHandlers) {
    this.#broker = broker;
    this.#world = world;
    this.#random = random;
    this.#process = process;
    this.#handlers = handlers;
    process.onEnd(() => {
      this.#over = true;
      this.#broker.left(this);
    });
    this.#travel('toBroker', () => {
      if (this.#over) return;
      const present = broker.accept(this);
      if (present === undefined) this.#close({ reason: 'not now', code: 136, hungUp: false });
      else this.#travel('toHouse', () => !this.#over && handlers.opened(present));
    });
  }

  acknowledge(ids: readonly number[]): void {
    if (this.#over) return;
    const given = [...ids];
    this.#travel('toBroker', () => {
      for (const id of given) this.#broker.acknowledged(this, id);
    });
  }

  /** It tells nothing of itself. */
  follow(): Promise<boolean> {
    return Promise.resolve(false);
  }

  subscribe(): Promise<string[]> {
    return new Promise((resolve) =>
      this.#travel('toBroker', () => {
        this.#broker.subscribed(this);
        this.#travel('toHouse', () => !this.#over && resolve([]));
      }),
    );
  }

  publish(): Promise<string | undefined> {
    return Promise.resolve(undefined);
  }

  end(): void {
    this.#broker.left(this);
    this.#close({ reason: 'ended', code: undefined, hungUp: false });
  }

  /** From the broker. */
  send({ topic, payload }: Published, id: number, retained: boolean): void {
    this.#travel('toHouse', () => {
      if (this.#over || !this.#process.alive) return;
      this.#inbox.push({ topic, payload, id, retained });
      this.#read();
    });
  }

  /** Packets under way are lost, and the house learns of it later. */
  cut(): void {
    if (this.#wire === 'down') return;
    this.#wire = 'down';
    this.#world.after(this.#random.between(0, 40 * this.#broker.weather.slowMs), () =>
      this.#close({ reason: 'cut', code: undefined, hungUp: true }),
    );
  }

  #read(): void {
    while (this.#isReading && !this.#over) {
      const message = this.#inbox.shift();
      if (message === undefined) return;
      this.#isReading = false;
      this.#handlers.message(message, () => {
        if (this.#over) return;
        this.#isReading = true;
        // From within the handler the loop goes on by itself.
        this.#world.after(0, () => this.#process.alive && this.#read());
      });
    }
  }

  #close(end: MqttEnd): void {
    this.#world.after(this.#random.between(0, 5), () => {
      if (this.#over || !this.#process.alive) return;
      this.#over = true;
      this.#wire = 'down';
      this.#handlers.closed(end);
    });
  }

  #travel(direction: 'toBroker' | 'toHouse', arrive: () => void): void {
    const { elapsed } = this.#world;
    const at = Math.max(
      this.#lastArrival[direction],
      elapsed + this.#random.between(0.05, this.#broker.weather.slowMs),
    );
    this.#lastArrival[direction] = at;
    this.#world.after(at - elapsed, () => {
      if (this.#wire === 'up' && this.#process.alive) arrive();
    });
  }
}
