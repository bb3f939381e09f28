/** Mistakes that would lose or double something, each made around a part of the product. The runs must find every one. */
import type { MqttConnection } from '#ingest/broker/mqtt.ts';
import type { Mutant } from './site.ts';

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
  {
    name: 'forgets to say which names there are before it acknowledges',
    disk: (disk) => ({ ...disk, syncFolder: () => Promise.resolve() }),
  },
];
