/** One machine that sends far too much, as a process of its own, so that it costs nobody else's process anything. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { publish, rawClient } from '#test/contract/raw-mqtt.ts';

/** Readings of sensors s0 to s9, no two of a sensor at one time where there are at most 10,000 a second. */
export interface Noise {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly machine: string;
  readonly perSecond: number;
}

/** Told when SIGTERM has ended it: how many were sent, and all of them acknowledged. */
export interface NoiseMade {
  readonly sent: number;
}

const EVERY_MS = 5;
const IDS = 65_535;

const { url, username, password, machine, perSecond } = JSON.parse(process.argv[2] ?? '') as Noise;
const peer = await rawClient(url, { username, password, clientId: username });
let stopped = false;
process.once('SIGTERM', () => {
  stopped = true;
});
process.send?.('ready');

const begin = performance.now();
const start = Date.now();
let sent = 0;
while (!stopped) {
  const due = Math.floor(((performance.now() - begin) / 1_000) * perSecond);
  // No more outstanding than there are packet ids.
  const room = peer.received.length + 5_000;
  for (; sent < Math.min(due, room); sent++) {
    const payload = `{"ts":${start + Math.floor(sent / 10)},"values":{"s${sent % 10}":${sent}}}`;
    peer.send(publish(`machines/${machine}/telemetry`, payload, (sent % IDS) + 1));
  }
  if (peer.socket.writableNeedDrain) await Promise.race([once(peer.socket, 'drain'), sleep(1_000)]);
  await sleep(EVERY_MS);
}
await peer.some('puback', sent);
process.send?.({ sent } satisfies NoiseMade);
peer.socket.end();
