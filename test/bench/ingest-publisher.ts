/**
 * Publishes over a bare socket, QoS 1, as fast as the broker acknowledges: what a client library costs would be measured
 * otherwise. Packets are templates in which only packet id and time change; times never repeat.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import mqttPacket from 'mqtt-packet';

export interface PublishOrder {
  readonly port: number;
  readonly login?: { readonly username: string; readonly password: string };
  readonly messages: number;
  readonly machines: number;
  /** Readings of one message, each of a sensor of its own. */
  readonly readings: number;
  /** Time of the first message, epoch ms; each further one is 1 ms later. */
  readonly from: number;
}

const WINDOW = 1_000;
const PUBACK_BYTES = 4;
const IDS = 65_535;

interface Template {
  readonly bytes: Buffer;
  readonly id: number;
  readonly ts: number;
}

function template(machine: number, readings: number, from: number): Template {
  const values = Array.from({ length: readings }, (_, i) => `"s${i}":${(60 + machine + i / 8).toFixed(3)}`);
  const topic = `machines/m-${machine}/telemetry`;
  const payload = `{"ts":${from},"values":{${values.join(',')}}}`;
  const bytes = mqttPacket.generate({
    cmd: 'publish',
    topic,
    payload,
    qos: 1,
    messageId: 1,
    dup: false,
    retain: false,
  });
  const start = bytes.length - Buffer.byteLength(payload);
  return { bytes, id: start - 2, ts: start + payload.indexOf(String(from)) };
}

async function publishAll({ port, login, messages, machines, readings, from }: PublishOrder): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.setNoDelay(true);
  const password = login && { username: login.username, password: Buffer.from(login.password) };
  const clientId = login?.username ?? 'publisher';
  socket.write(mqttPacket.generate({ cmd: 'connect', protocolId: 'MQTT', clean: true, clientId, ...password }));
  const [connack] = (await once(socket, 'data')) as [Buffer];
  if (connack[3] !== 0) throw new Error(`the broker refused with ${connack[3]}`);

  const templates = Array.from({ length: machines }, (_, machine) => template(machine, readings, from));
  let sent = 0;
  let acknowledgedBytes = 0;
  const send = (): void => {
    const parts: Buffer[] = [];
    for (const until = Math.min(messages, acknowledgedBytes / PUBACK_BYTES + WINDOW); sent < until; sent++) {
      const { bytes, id, ts } = templates[sent % machines] as Template;
      const packet = Buffer.from(bytes);
      packet.writeUInt16BE((sent % IDS) + 1, id);
      packet.write(String(from + sent), ts, 'latin1');
      parts.push(packet);
    }
    if (parts.length > 0) socket.write(Buffer.concat(parts));
  };
  const begin = Date.now();
  await new Promise<void>((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => {
      acknowledgedBytes += chunk.length;
      if (acknowledgedBytes === messages * PUBACK_BYTES) resolve();
      else send();
    });
    socket.once('close', () => reject(new Error('the broker ended the connection')));
    send();
  });
  process.send?.({ begin, end: Date.now() });
  socket.end();
}

await publishAll(JSON.parse(process.argv[2] ?? '') as PublishOrder);
process.disconnect();
