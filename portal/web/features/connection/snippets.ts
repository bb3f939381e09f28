/** Ready to copy: how a machine sends its first message, by three tools. */

export const TOOLS = ['mosquitto', 'nodered', 'python'] as const;
export type Tool = (typeof TOOLS)[number];

export interface Target {
  readonly host: string;
  /** As it was typed: where it is no number it is a gap to be filled in. */
  readonly port: string;
  readonly tls: boolean;
  readonly username: string;
  readonly password: string;
  readonly machine: string;
  /** First level of the topics. */
  readonly prefix: string;
  /** What the sample message says, by sensor. */
  readonly values: Readonly<Record<string, number>>;
}

export function snippetOf(tool: Tool, target: Target): string {
  return WRITERS[tool](target);
}

export function topicOf(prefix: string, machine: string, leaf: 'telemetry' | 'connection'): string {
  return `${prefix}/${machine}/${leaf}`;
}

/** The sample message, without a time: that of receipt holds. */
export function sampleOf(values: Target['values']): string {
  return JSON.stringify({ values });
}

const WRITERS: Readonly<Record<Tool, (target: Target) => string>> = {
  mosquitto: ({ host, port, tls, username, password, machine, prefix, values }) =>
    [
      'mosquitto_pub',
      `-h ${shell(host)} -p ${shell(port)}${tls ? ' --tls-use-os-certs' : ''}`,
      `-u ${shell(username)} -P ${shell(password)}`,
      `-q 1 -t ${shell(topicOf(prefix, machine, 'telemetry'))}`,
      `-m ${shell(sampleOf(values))}`,
    ].join(' \\\n  '),

  nodered: ({ host, port, tls, username, password, machine, prefix, values }) => {
    const id = (what: string) => `leitwarte-${machine}-${what}`;
    const connection = topicOf(prefix, machine, 'connection');
    const say = (when: 'birth' | 'close' | 'will', payload: string) => ({
      [`${when}Topic`]: connection,
      [`${when}Qos`]: '1',
      [`${when}Retain`]: 'true',
      [`${when}Payload`]: payload,
    });
    const nodes: readonly object[] = [
      {
        id: id('inject'),
        type: 'inject',
        name: machine,
        props: [{ p: 'payload' }],
        payload: sampleOf(values),
        payloadType: 'json',
        x: 140,
        y: 80,
        wires: [[id('out')]],
      },
      {
        id: id('out'),
        type: 'mqtt out',
        name: 'Leitwarte',
        topic: topicOf(prefix, machine, 'telemetry'),
        qos: '1',
        retain: 'false',
        broker: id('broker'),
        x: 340,
        y: 80,
        wires: [],
      },
      {
        id: id('broker'),
        type: 'mqtt-broker',
        name: `Leitwarte ${machine}`,
        broker: host,
        port,
        clientid: '',
        autoConnect: true,
        usetls: tls,
        ...(tls && { tls: id('tls') }),
        protocolVersion: '4',
        keepalive: '60',
        cleansession: true,
        ...say('birth', 'online'),
        ...say('close', 'offline'),
        ...say('will', 'offline'),
        credentials: { user: username, password },
      },
      ...(tls ? [{ id: id('tls'), type: 'tls-config', name: 'Leitwarte', verifyservercert: true }] : []),
    ];
    return `[\n${nodes.map((node) => JSON.stringify(node)).join(',\n')}\n]`;
  },

  python: ({ host, port, tls, username, password, machine, prefix, values }) => {
    const text = (value: string) => JSON.stringify(value);
    const connection = text(topicOf(prefix, machine, 'connection'));
    return [
      'import json',
      'import time',
      '',
      'import paho.mqtt.client as mqtt',
      '',
      'client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)',
      `client.username_pw_set(${text(username)}, ${text(password)})`,
      ...(tls ? ['client.tls_set()'] : []),
      `client.will_set(${connection}, "offline", qos=1, retain=True)`,
      `client.connect(${text(host)}, ${port})`,
      'client.loop_start()',
      `client.publish(${connection}, "online", qos=1, retain=True)`,
      `message = {"ts": int(time.time() * 1000), "values": ${JSON.stringify(values)}}`,
      `client.publish(${text(topicOf(prefix, machine, 'telemetry'))}, json.dumps(message), qos=1).wait_for_publish()`,
      `client.publish(${connection}, "offline", qos=1, retain=True).wait_for_publish()`,
      'client.disconnect()',
      'client.loop_stop()',
    ].join('\n');
  },
};

/** A word of a POSIX shell. */
function shell(text: string): string {
  return /^[\w.:/~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
