import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { removeDir, tempDir } from '#test/servers/tools.ts';
import { readSettings, SETTINGS, SettingsError } from './settings.ts';

let dir: string | undefined;
afterEach(async () => {
  if (dir) await removeDir(dir);
  dir = undefined;
});

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    return (error as SettingsError).problems;
  }
}

test('without any setting the house runs on embedded defaults', () => {
  const settings = readSettings({});
  expect(settings).toMatchObject({
    port: 8080,
    host: '127.0.0.1',
    mqttPort: 1883,
    mqttPrefix: 'machines',
    logLevel: 'info',
  });
  expect([settings.mqttUrl, settings.influxUrl, settings.databaseUrl, settings.demo]).toEqual(Array(4).fill(undefined));
});

test('every problem is told at once, by name, and no secret is repeated', () => {
  const problems = problemsOf({
    PORT: '80800',
    MQTT_URL: 'http://broker',
    INFLUX_URL: 'http://user:hunter2@influx:8086',
    DATABASE_URL: 'mysql://me:hunter2@db/house',
    ADMIN_PASSWORD: 'hunter2',
    DEMO: 'maybe',
    MQTT_PREFIX: 'a/b',
  });
  expect(problems.map((problem) => problem.split(':')[0])).toEqual([
    'PORT',
    'MQTT_URL',
    'MQTT_PREFIX',
    'INFLUX_URL',
    'DATABASE_URL',
    'ADMIN_PASSWORD',
    'DEMO',
  ]);
  expect(problems.join('\n')).not.toContain('hunter2');
});

test('a setting can come from a file, without its line end; a missing file and a doubled setting are told', async () => {
  dir = await tempDir('settings');
  const file = path.join(dir, 'password');
  writeFileSync(file, 'from-a-file-12\n');
  expect(readSettings({ ADMIN_PASSWORD_FILE: file }).adminPassword).toBe('from-a-file-12');
  expect(problemsOf({ ADMIN_PASSWORD_FILE: path.join(dir, 'nothing') })).toEqual([expect.stringContaining('ENOENT')]);
  expect(problemsOf({ ADMIN_PASSWORD_FILE: file, ADMIN_PASSWORD: 'another-one-12' })).toEqual([
    expect.stringContaining('given twice'),
  ]);
});

test('the README has every setting with its default and meaning', () => {
  const readme = readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
  const missing = SETTINGS.filter(
    ({ name, fallback, meaning }) => !readme.includes(`| \`${name}\` | ${fallback} | ${meaning} |`),
  );
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test('what is rolled up is kept at least as long as the readings it was made of', () => {
  expect(readSettings({ KEEP_READINGS: '90d', KEEP_MINUTES: 'all' })).toMatchObject({
    keepReadings: 90 * 86_400_000,
    keepMinutes: undefined,
  });
  const problems = problemsOf({ KEEP_READINGS: '90d', KEEP_MINUTES: '30d', KEEP_HOURS: '7d' });
  expect(problems.map((problem) => problem.split(':')[0])).toEqual(['KEEP_MINUTES', 'KEEP_HOURS']);
  expect(problemsOf({ KEEP_READINGS: '3h', KEEP_EVENTS: 'soon' })).toEqual([
    'KEEP_READINGS: "3h" is shorter than 1d',
    expect.stringContaining('KEEP_EVENTS: "soon" is no duration'),
  ]);
});
