import { expect, test } from 'vitest';
import { clockOf, stepOf } from './reading.ts';
import { snippetOf, type Target } from './snippets.ts';

const NOW = Date.parse('2026-03-02T08:00:00.000Z');
const ago = (ms: number) => new Date(NOW - ms).toISOString();
const HOUR = 3_600_000;

test('whether something arrives is told by the last message and the last usable reading', () => {
  expect(stepOf({ messageAt: null, readingAt: null }, NOW).name).toBe('neverHeard');
  expect(stepOf({ messageAt: ago(1_000), readingAt: null }, NOW).name).toBe('onlyUseless');
  expect(stepOf({ messageAt: ago(HOUR), readingAt: null }, NOW)).toEqual({ name: 'silent', ms: HOUR });
  expect(stepOf({ messageAt: ago(1_000), readingAt: ago(HOUR) }, NOW)).toEqual({ name: 'useless', ms: HOUR });
  expect(stepOf({ messageAt: ago(1_000), readingAt: ago(1_000) }, NOW).name).toBe('well');
});

test('a clock is right within what messages need on their way, else ahead or behind', () => {
  const clock = (ts: number) => clockOf({ ts: new Date(NOW + ts).toISOString(), at: new Date(NOW).toISOString() });
  expect(clockOf(null).name).toBe('unknown');
  expect(clock(0).name).toBe('none');
  expect(clock(-300).name).toBe('right');
  expect(clock(90_000)).toEqual({ name: 'ahead', ms: 90_000 });
  expect(clock(-HOUR)).toEqual({ name: 'behind', ms: HOUR });
});

const TARGET: Target = {
  host: 'broker.example',
  port: '8883',
  tls: true,
  username: 'press-1~2',
  password: "it's-a-secret",
  machine: 'press-1',
  prefix: 'machines',
  values: { 'bearing-temp': 60, 'oil-pressure': 4.5 },
};

test('the command can be pasted as it is, whatever stands in the password', () => {
  expect(snippetOf('mosquitto', TARGET)).toBe(`mosquitto_pub \\
  -h broker.example -p 8883 --tls-use-os-certs \\
  -u press-1~2 -P 'it'\\''s-a-secret' \\
  -q 1 -t machines/press-1/telemetry \\
  -m '{"values":{"bearing-temp":60,"oil-pressure":4.5}}'`);
});

test('the flow can be imported: JSON whose nodes know each other, with log-in, birth and will', () => {
  const nodes = JSON.parse(snippetOf('nodered', TARGET)) as Record<string, unknown>[];
  const ids = new Set(nodes.map(({ id }) => id));
  const [inject, out, broker, tls] = nodes;
  expect(nodes.map(({ type }) => type)).toEqual(['inject', 'mqtt out', 'mqtt-broker', 'tls-config']);
  expect(inject?.['wires']).toEqual([[out?.['id']]]);
  expect([out?.['broker'], broker?.['tls']]).toEqual([broker?.['id'], tls?.['id']]);
  expect(ids.size).toBe(4);
  expect(broker).toMatchObject({
    port: '8883',
    usetls: true,
    credentials: { user: 'press-1~2', password: "it's-a-secret" },
    willTopic: 'machines/press-1/connection',
    willPayload: 'offline',
  });
  expect(snippetOf('nodered', { ...TARGET, tls: false })).not.toContain('tls-config');
});

test('the Python program logs in, says that it is there, and waits until the message has arrived', () => {
  const program = snippetOf('python', { ...TARGET, tls: false, port: '1883' });
  expect(program).toContain('client.username_pw_set("press-1~2", "it\'s-a-secret")');
  expect(program).toContain('client.connect("broker.example", 1883)');
  expect(program).toContain('"values": {"bearing-temp":60,"oil-pressure":4.5}}');
  expect(program).toContain('.wait_for_publish()');
  expect(program).not.toContain('tls_set');
  expect(snippetOf('python', TARGET)).toContain('client.tls_set()');
});
