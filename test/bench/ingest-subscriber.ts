/** An mqtt.js subscriber that acknowledges and does nothing else: what any ingest through this broker is measured against. */
import { connectAsync } from 'mqtt';

const { url, username, password } = JSON.parse(process.argv[2] ?? '') as Record<
  'url' | 'username' | 'password',
  string
>;
const client = await connectAsync(url, { username, password, clientId: username, protocolVersion: 5 });
let received = 0;
client.on('message', () => void received++);
await client.subscribeAsync('machines/#', { qos: 1 });
process.send?.('ready');
setInterval(() => process.send?.({ at: Date.now(), messages: received, readings: 0 }), 5);
