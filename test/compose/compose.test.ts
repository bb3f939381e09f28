import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SETTINGS } from '#shared/process/settings.ts';
import { compose, composeText } from './compose.ts';

const { services, volumes, configs } = compose;
const all = Object.entries(services);
const ours = all.filter(([, service]) => service.build);
const scripts = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts;

test('the house is a broker, InfluxDB, PostgreSQL and its three parts', () => {
  expect(Object.fromEntries(all.map(([name, service]) => [name, service.image]))).toEqual({
    'mosquitto-accounts': 'eclipse-mosquitto:2',
    mosquitto: 'eclipse-mosquitto:2',
    influxdb: 'influxdb:1.12.4',
    postgres: 'postgres:17',
    ingest: 'leitwarte',
    rules: 'leitwarte',
    portal: 'leitwarte',
  });
  expect(ours.map(([name]) => name)).toEqual(['ingest', 'rules', 'portal']);
});

describe.each(ours)('%s', (name, service) => {
  test('is started as by npm, on a pinned Node', () => {
    // npm's shell gives way to node by `exec`, so that signals and exit status are node's; here is no shell.
    expect(['exec', ...(service.command ?? [])].join(' ')).toBe(scripts[name]);
    const bases = service.build?.dockerfile_inline.match(/^FROM \S+/gm);
    expect(bases).toEqual(['FROM node:24-bookworm-slim', 'FROM node:24-bookworm-slim']);
  });

  test('is given settings that there are, and none twice', () => {
    const known = SETTINGS.flatMap((setting) => [setting.name, `${setting.name}_FILE`]);
    const given = Object.keys(service.environment ?? {});
    expect(given.length).toBeGreaterThan(5);
    expect(given.filter((setting) => !known.includes(setting))).toEqual([]);
    expect(given.filter((setting) => given.includes(`${setting}_FILE`))).toEqual([]);
  });

  test('works on the shared folder, as user node, without the demo', () => {
    expect(service.user).toBe('node');
    expect(service.environment).toMatchObject({ DATA_DIR: '/data', DEMO: 'off' });
    expect(service.volumes).toEqual(['house:/data']);
  });
});

describe.each(all)('%s', (_, service) => {
  test('runs as somebody who is not root, and can change nothing but its volume', () => {
    expect(service.user).toMatch(/^(node|postgres|[1-9]\d*:[1-9]\d*)$/);
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
  });

  test('keeps its data in a declared volume, never in a folder of the host', () => {
    const sources = (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? '');
    expect(sources).not.toEqual([]);
    expect(sources.filter((source) => !(source in volumes))).toEqual([]);
    expect((service.configs ?? []).filter(({ source }) => !configs[source]?.content)).toEqual([]);
  });

  test('tells how it is, unless it runs once, and waits for what it needs', () => {
    expect(service.healthcheck !== undefined).toBe(service.restart !== 'no');
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      const once = services[needed]?.restart === 'no';
      expect(condition).toBe(once ? 'service_completed_successfully' : 'service_healthy');
    }
  });

  test('has no password that was not chosen, and listens for this host alone unless opened', () => {
    const secrets = Object.entries(service.environment ?? {}).filter(([name]) =>
      /PASSWORD|(INFLUX|DATABASE)_URL$/.test(name),
    );
    for (const [, value] of secrets) expect(value).toMatch(/\$\{[A-Z_]+:\?[^}]+\}/);
    for (const port of service.ports ?? []) expect(port).toMatch(/^\$\{[A-Z_]+:-127\.0\.0\.1\}:/);
  });
});

test('nothing in the file defaults a password', () => {
  expect(composeText.match(/\$\{[A-Z_]*(PASSWORD|SECRET|TOKEN)[A-Z_]*(:?-|\})/g)).toBeNull();
});

test('no dollar of a script is taken for a setting of compose', () => {
  const scripts = [
    ...Object.values(configs).map(({ content }) => content),
    ...all.flatMap(([, service]) => service.healthcheck?.test ?? []),
  ];
  expect(scripts.filter((script) => script.replaceAll('$$', '').includes('$'))).toEqual([]);
});

test('every volume that is declared is used', () => {
  const used = new Set(all.flatMap(([, service]) => (service.volumes ?? []).map((volume) => volume.split(':')[0])));
  expect(Object.keys(volumes).filter((volume) => !used.has(volume))).toEqual([]);
});
