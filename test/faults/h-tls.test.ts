/** Machines and the house reach both brokers by TLS, and are not taken in by a certificate of somebody else. */
import { readFile, writeFile } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { DynsecAccounts } from '#ingest/broker/dynsec.ts';
import { EmbeddedBroker } from '#ingest/broker/embedded.ts';
import { Publisher } from '#ingest/broker/publisher.ts';
import { Subscriber } from '#ingest/broker/subscriber.ts';
import { readSettings, SettingsError } from '#shared/process/settings.ts';
import { Authority, type Issued } from '#test/servers/authority.ts';
import { startMosquitto } from '#test/servers/mosquitto.ts';
import { freePort, removeDir, tempDir } from '#test/servers/tools.ts';

let dir: string;
let server: Issued;
let stranger: Issued;
let ours: string;
let theirs: string;

beforeAll(async () => {
  dir = await tempDir('tls');
  const [authority, foreign] = [await Authority.make(dir, 'ours'), await Authority.make(dir, 'foreign')];
  server = await authority.issue('server');
  stranger = await foreign.issue('stranger');
  ours = await readFile(authority.own.cert, 'utf8');
  theirs = await readFile(foreign.own.cert, 'utf8');
});
afterAll(() => removeDir(dir));

async function embedded(port: number | 'off', issued = server): Promise<{ broker: EmbeddedBroker; url: string }> {
  const [cert, key] = [await readFile(issued.cert, 'utf8'), await readFile(issued.key, 'utf8')];
  const broker = new EmbeddedBroker({
    prefix: 'machines',
    isMachine: () => false,
    host: '127.0.0.1',
    port,
    tls: { port: 0, cert, key },
    credentials: {
      verify: async (machine, password) => (password === 'secret' ? { machine } : null),
      onChange: () => () => undefined,
    },
    trustLoopback: false,
    now: Date.now,
  });
  await broker.start(async () => undefined);
  onTestFinished(() => broker.stop());
  return { broker, url: broker.urls().find((url) => url.startsWith('mqtts:')) ?? '' };
}

/** Whether a machine that trusts this authority gets a message acknowledged, or the reason why not. */
async function speaks(url: string, ca: string): Promise<string> {
  const login = { username: 'm-1', password: 'secret', clientId: 'm-1' };
  const publisher = new Publisher({ url, ca, ...login, now: Date.now, pauseMs: 20 });
  try {
    await publisher.start();
    await publisher.publish('machines/m-1/telemetry', '{}');
    await publisher.flush();
    return 'acknowledged';
  } catch (error) {
    return (error as Error).message;
  } finally {
    await publisher.stop();
  }
}

describe('the embedded broker', () => {
  test('speaks TLS beside its plain door; who trusts another authority does not talk to it', async () => {
    const { broker, url } = await embedded(0);
    expect(broker.urls()).toEqual([expect.stringMatching(/^mqtt:/), expect.stringMatching(/^mqtts:/)]);
    expect(await speaks(url, ours)).toBe('acknowledged');
    expect(await speaks(url, theirs)).toMatch(/certificate/);
    const impostor = await embedded(0, stranger);
    expect(await speaks(impostor.url, ours)).toMatch(/certificate/);
    // The mutant: whoever does not look at the certificate is taken in.
    const { port, hostname: host } = new URL(impostor.url);
    const careless = connectTls({ port: Number(port), host, rejectUnauthorized: false });
    await new Promise((resolve) => careless.once('secureConnect', resolve));
    expect(careless.authorized).toBe(false);
    careless.destroy();
  });

  test('with the plain door off there is TLS alone, and plain bytes to it disturb nobody', async () => {
    const { broker, url } = await embedded('off');
    expect(broker.urls()).toEqual([url]);
    expect(() => broker.address()).toThrow('does not listen');
    const plain = connectPlain(Number(new URL(url).port), '127.0.0.1', () => plain.write('\x10\x0c\x00\x04MQTT\x04'));
    plain.on('error', () => undefined);
    await new Promise((resolve) => plain.once('close', resolve));
    const old = connectTls({ port: Number(new URL(url).port), host: '127.0.0.1', ca: ours, maxVersion: 'TLSv1.1' });
    expect(await new Promise((resolve) => old.once('error', () => resolve('refused')))).toBe('refused');
    expect(await speaks(url, ours)).toBe('acknowledged');
  });
});

test('the house reaches a mosquitto by mqtts with its authority, for messages and for accounts, and no impostor', async () => {
  const port = await freePort();
  const tls = `listener ${port} 127.0.0.1\ncertfile ${server.cert}\nkeyfile ${server.key}`;
  const mosquitto = await startMosquitto({ dynamicSecurity: true, config: tls });
  onTestFinished(() => mosquitto.stop());
  const url = `mqtts://127.0.0.1:${port}`;
  const login = { username: mosquitto.username, password: mosquitto.password };
  const options = { url, ...login, prefix: 'machines', reserved: [], now: Date.now, pauseMs: 20 };
  const accounts = new DynsecAccounts({ ...options, ca: ours });
  await accounts.start();
  await accounts.create([{ machine: 'm-1', username: 'm-1', credential: 'c-1', password: 'secret' }]);
  expect(await accounts.list()).toEqual([{ machine: 'm-1', username: 'm-1', credential: 'c-1' }]);
  await accounts.stop();
  expect([await speaks(url, ours), await speaks(url, theirs)]).toEqual([
    'acknowledged',
    expect.stringMatching(/certificate/),
  ]);
  const deceived = new DynsecAccounts({ ...options, ca: theirs });
  await deceived.start();
  await expect(deceived.check()).rejects.toThrow(/certificate/);
  await deceived.stop();
  for (const [ca, connected] of [
    [ours, true],
    [theirs, false],
  ] as const) {
    const subscriber = new Subscriber({ url, ca, clientId: 'x', ...login, prefix: 'machines', now: Date.now });
    await subscriber.start(async () => undefined);
    if (connected) await expect.poll(() => subscriber.state().connected).toBe(true);
    else await expect.poll(() => subscriber.state().detail).toMatch(/certificate/);
    await subscriber.stop();
  }
});

describe('files that are wrong stop the start, each told with its setting', () => {
  const problemsOf = (env: Record<string, string>): string => {
    try {
      readSettings(env);
      return '';
    } catch (error) {
      return (error as SettingsError).problems.join('\n');
    }
  };

  test('missing, unreadable, no PEM, damaged, of another certificate, one without the other, no door at all', async () => {
    const { cert, key } = server;
    const damaged = path.join(dir, 'damaged.crt');
    await writeFile(damaged, (await readFile(cert, 'utf8')).replace(/\n[^-]{30}/, '\nAAAA'));
    const empty = path.join(dir, 'empty.pem');
    await writeFile(empty, '');
    const given = (MQTT_TLS_CERT: string, MQTT_TLS_KEY: string) => problemsOf({ MQTT_TLS_CERT, MQTT_TLS_KEY });
    expect(given(cert, key)).toBe('');
    expect(given('/nowhere/a.crt', empty)).toBe(
      'MQTT_TLS_CERT: names /nowhere/a.crt, which cannot be read (ENOENT)\nMQTT_TLS_KEY: holds no private key in PEM, or one with a passphrase: give it without',
    );
    expect(given(dir, key)).toBe(`MQTT_TLS_CERT: names ${dir}, which cannot be read (EISDIR)`);
    expect(given(key, key)).toContain('MQTT_TLS_CERT: holds no certificate in PEM');
    expect(given(damaged, key)).toBe('MQTT_TLS_CERT: holds a certificate that cannot be read: it is damaged');
    expect(given(cert, stranger.key)).toBe('MQTT_TLS_KEY: is not the key of the certificate in MQTT_TLS_CERT');
    expect(problemsOf({ MQTT_TLS_CERT: cert })).toBe('MQTT_TLS_KEY: is not set, but MQTT_TLS_CERT is: give both');
    expect(problemsOf({ MQTT_TLS_KEY: key })).toBe('MQTT_TLS_CERT: is not set, but MQTT_TLS_KEY is: give both');
    expect(problemsOf({ MQTT_PORT: 'off' })).toContain('machines could not connect at all');
    expect(problemsOf({ MQTT_CA: empty })).toContain('MQTT_CA: holds no certificate');
    expect(problemsOf({ MQTT_CA: cert, MQTT_URL: 'mqtt://broker' })).toContain('MQTT_CA: is of no use');
    // As a secret of compose: the PEM itself.
    expect(readSettings({ MQTT_CA_FILE: cert, MQTT_URL: 'mqtts://broker' }).mqttCa).toContain('BEGIN CERTIFICATE');
  });
});
