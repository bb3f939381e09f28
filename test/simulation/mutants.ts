/** Mistakes that would lose or double something, each made around a part of the product. The runs must find every one. */
import type { MqttConnection } from '#ingest/broker/mqtt.ts';
import type { Mutant } from './site.ts';
import { pointOf } from './store.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'acknowledges at once',
    open: (open) => (options, handlers) => {
      const connection: MqttConnection = open(options, {
        ...handlers,
        message(message, next) {
          connection.acknowledge([message.id]);
          handlers.message(message, next);
        },
      });
      return connection;
    },
  },
  {
    name: 'acknowledges on whichever connection there is',
    open: (open) => {
      let latest: MqttConnection['acknowledge'] | undefined;
      return (options, handlers) => {
        const connection = open(options, handlers);
        latest = connection.acknowledge.bind(connection);
        connection.acknowledge = (ids) => latest?.(ids);
        return connection;
      };
    },
  },
  {
    name: 'acknowledges before the disk has it',
    disk: (disk) => ({
      ...disk,
      async open(path, mode) {
        const file = await disk.open(path, mode);
        file.sync = () => Promise.resolve();
        return file;
      },
    }),
  },
  {
    name: 'reads what came before acknowledging it',
    source: (source) => {
      const start = source.start.bind(source);
      source.start = (sink) =>
        start(async (messages) => {
          for (const { payload } of messages) JSON.parse(Buffer.from(payload).toString());
          await sink(messages);
        });
      return source;
    },
  },
  { name: 'commits without looking at position and epoch', unguarded: true },
  { name: 'forgets at a restart how much machines have said', forgetful: true },
  {
    name: 'forgets to say which names there are before it acknowledges',
    disk: (disk) => ({ ...disk, syncFolder: () => Promise.resolve() }),
  },
  {
    name: 'acknowledges what the journal refused',
    source: (source) => {
      const start = source.start.bind(source);
      source.start = (sink) => start((messages) => sink(messages).catch(() => undefined));
      return source;
    },
  },
  {
    name: 'takes a part of a write for the whole of it',
    disk: (disk) => ({
      ...disk,
      async open(path, mode) {
        const file = await disk.open(path, mode);
        const write = file.write.bind(file);
        file.write = async (bytes, offset) => {
          await write(bytes, offset);
          return bytes.length;
        };
        return file;
      },
    }),
  },
  {
    name: 'says that the store has it before it has',
    store: (store) => ({
      write: (...batch) => {
        store.write(...batch).catch(() => undefined);
        return Promise.resolve([]);
      },
    }),
  },
  {
    name: 'gives up what the store did not take',
    store: (store) => ({ write: (...batch) => store.write(...batch).catch(() => []) }),
  },
  {
    name: 'takes what comes again for new',
    store: (store) => {
      const known = new Set<string>();
      return {
        async write(readings, events) {
          const own = readings.map((reading) =>
            known.has(pointOf(reading)) ? { ...reading, ts: reading.ts + 1 } : reading,
          );
          const refused = await store.write(own, events);
          for (const reading of readings) known.add(pointOf(reading));
          return refused;
        },
      };
    },
  },
  {
    name: 'throws away what comes late',
    store: (store) => {
      const newest = new Map<string, number>();
      return {
        async write(readings, events) {
          const own = readings.filter(({ machine, ts }) => ts >= (newest.get(machine) ?? 0));
          const refused = await store.write(own, events);
          for (const { machine, ts } of own) newest.set(machine, Math.max(ts, newest.get(machine) ?? 0));
          return refused;
        },
      };
    },
  },
];
