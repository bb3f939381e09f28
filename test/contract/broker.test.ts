import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Credentials } from '#ingest/broker/credentials.ts';
import { EmbeddedBroker } from '#ingest/broker/embedded.ts';
import { Subscriber } from '#ingest/broker/subscriber.ts';
import { brokerContract } from '#test/contract/broker.ts';
import { startMosquitto } from '#test/servers/mosquitto.ts';
import { freePort, removeDir, tempDir } from '#test/servers/tools.ts';

const MACHINES = ['m-1', 'm-2', 'm-3'];

const credentials: Credentials = {
  verify: (username, password) =>
    Promise.resolve(MACHINES.includes(username) && password === 'secret' ? { machine: username } : null),
  onChange: () => () => undefined,
};

brokerContract('embedded', async () => {
  const port = await freePort();
  const source = () =>
    new EmbeddedBroker({
      prefix: 'machines',
      isMachine: (name) => MACHINES.includes(name),
      host: '127.0.0.1',
      port,
      credentials,
      trustLoopback: false,
      now: Date.now,
      maxPacketBytes: 131_072,
      retryMs: 50,
    });
  return {
    url: () => `mqtt://127.0.0.1:${port}`,
    source,
    async restartBroker(running, start) {
      await running.stop();
      const next = source();
      await start(next);
      return next;
    },
    maxPacketBytes: 131_072,
    close: () => Promise.resolve(),
  };
});

// Sparkplug nodes and devices as the plant names them: what the embedded broker works out, mosquitto is told.
const ACCESS = [
  'user house\ntopic readwrite #',
  ...MACHINES.map(
    (machine) => `user ${machine}\ntopic readwrite machines/${machine}/#\ntopic write spBv1.0/+/NDATA/${machine}`,
  ),
].join('\n');

brokerContract('mosquitto', async () => {
  const dir = await tempDir('acl');
  const file = path.join(dir, 'acl');
  await writeFile(file, `${ACCESS}\n`, { mode: 0o600 });
  const users = Object.fromEntries(['house', ...MACHINES].map((user) => [user, 'secret']));
  const mosquitto = await startMosquitto({ users, config: `acl_file ${file}` });
  return {
    url: () => mosquitto.url,
    source: () =>
      new Subscriber({
        url: mosquitto.url,
        clientId: 'leitwarte',
        username: 'house',
        password: 'secret',
        prefix: 'machines',
        now: Date.now,
        keepaliveSeconds: 2,
        retryMs: 50,
        pauseMs: 50,
      }),
    async restartBroker(running) {
      await mosquitto.restart();
      return running;
    },
    maxPacketBytes: 131_072,
    async close() {
      await mosquitto.stop();
      await removeDir(dir);
    },
  };
});
