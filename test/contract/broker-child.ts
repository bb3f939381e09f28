/** Arguments: URL of the broker, folder of the journal, mistake to make (`none`, `acknowledge-at-once`). */
import { type MqttConnection, type OpenMqtt, openMqtt } from '#ingest/broker/mqtt.ts';
import { Subscriber } from '#ingest/broker/subscriber.ts';
import { Intake, systemClock } from '#ingest/intake.ts';
import { FileJournalWriter } from '#shared/journal/writer.ts';

const [url = '', dir = '', mistake = 'none'] = process.argv.slice(2);

/** Acknowledges what is held still, and lets it lie for a moment, as a buffer in memory would. */
const acknowledgeAtOnce: OpenMqtt = (options, handlers) => {
  const connection: MqttConnection = openMqtt(options, {
    ...handlers,
    message(message, next) {
      connection.acknowledge([message.id]);
      setTimeout(() => handlers.message(message, () => undefined), 100);
      next();
    },
  });
  return {
    ...connection,
    acknowledge: () => undefined,
    subscribe: (filters) => connection.subscribe(filters),
    follow: (topic) => connection.follow(topic),
    end: () => connection.end(),
  };
};

const journal = new FileJournalWriter({ dir });
const source = new Subscriber({
  url,
  clientId: 'house',
  username: 'house',
  password: 'secret',
  prefix: 'machines',
  now: Date.now,
  pauseMs: 50,
  ...(mistake === 'acknowledge-at-once' && { open: acknowledgeAtOnce }),
});
const intake = new Intake({ source, journal, clock: systemClock });
await journal.start();
source.onState(({ connected }) => connected && process.stdout.write('connected\n'));
await intake.start();
process.once('SIGTERM', () => {
  void intake
    .stop()
    .then(() => journal.stop())
    .then(() => process.exit(0));
});
