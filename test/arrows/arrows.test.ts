import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DOORS, ZONES } from './arrows.ts';
import { problemsOf } from './check.ts';

const ROOMS = ['shared', 'rules', 'ingest', 'portal', 'test'];

const sources = ROOMS.flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: 'utf8' }).map((name) => `${room}/${name}`),
).filter((file) => /\.tsx?$/.test(file) && !file.startsWith('portal/web/dist/'));

test('every import follows an arrow and goes through its door', () => {
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.flatMap((file) => problemsOf(file, readFileSync(file, 'utf8')))).toEqual([]);
});

test('every package the house depends on has a door, and behind every door is a package that goes along to production', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  // tsx runs the house, react-is is what recharts asks for: nothing imports them.
  const imported = Object.keys(dependencies).filter((name) => name !== 'tsx' && name !== 'react-is');
  const builders = Object.keys(devDependencies).filter((name) =>
    DOORS[name]?.every((door) => door.endsWith('/vite.config.ts')),
  );
  expect([...imported, ...builders].toSorted()).toEqual(Object.keys(DOORS).toSorted());
});

test('every zone and every door of the table exists', () => {
  const places = new Set(
    sources.flatMap((file) => file.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'))),
  );
  const zones = ZONES.map(({ zone }) => zone.replace('/*', ''));
  expect([...zones, ...Object.values(DOORS).flat()].filter((place) => !places.has(place))).toEqual([]);
});

test.each([
  [
    'a room from shared',
    'shared/journal/writer.ts',
    "import { evaluate } from '#rules/engine/evaluate.ts';",
    'no arrow leads there',
  ],
  [
    'a room by a way around',
    'shared/journal/writer.ts',
    "import '../../ingest/main.ts';",
    'imports ingest/main.ts, but no arrow',
  ],
  ['a store from the model', 'shared/model/plant.ts', "export * from '../readings/port.ts';", 'no arrow leads there'],
  [
    'Node in the browser',
    'portal/web/app/App.tsx',
    "import { readFile } from 'node:fs/promises';",
    'runs in the browser too',
  ],
  [
    'the server in the browser',
    'portal/web/app/App.tsx',
    "const api = await import('#portal/api/app.ts');",
    'no arrow leads there',
  ],
  [
    'telemetry code in the engine',
    'rules/engine/a.ts',
    "import { interpret } from '#shared/telemetry/interpret.ts';",
    'types alone',
  ],
  [
    'a feature from a feature',
    'portal/web/features/cases/A.tsx',
    "import { B } from '../machines/B.tsx';",
    'no arrow leads there',
  ],
  [
    'settings outside a main',
    'ingest/writer.ts',
    "import { readSettings } from '#shared/process/settings.ts';",
    'types alone',
  ],
  ['a main from a room', 'ingest/writer.ts', "import './main.ts';", 'imports ingest/main.ts, but no arrow'],
  [
    'a test from the house',
    'ingest/writer.ts',
    "import { freePort } from '#test/servers/tools.ts';",
    "which is a test's",
  ],
  ['a library past its door', 'portal/api/app.ts', "import mqtt from 'mqtt';", 'whose door is ingest'],
  ['a library of the tests', 'rules/reader.ts', "import { chromium } from 'playwright-core';", 'no door'],
  ['a type past its door', 'rules/reader.ts', "type Pool = import('pg').Pool;", 'whose door is shared/database'],
  ['a file in no zone', 'shared/misc/x.ts', '', 'lies in no zone'],
])('is found: %s', (_, file, text, problem) => {
  expect(problemsOf(file, `\n${text}`)).toEqual([expect.stringContaining(problem)]);
});

test.each([
  [
    'types of telemetry in the engine',
    'rules/engine/a.ts',
    "import { type Snapshot } from '#shared/telemetry/types.ts';",
  ],
  ['the engine in the browser', 'portal/web/pages/A.tsx', "import { evaluate } from '#rules/engine/evaluate.ts';"],
  ['every room in a main', 'portal/standalone.ts', "import { Rules } from '#rules/reader.ts';\nimport './api/app.ts';"],
  ['anything in a test', 'shared/journal/x.test.ts', "import mqtt from 'mqtt';\nimport '#ingest/main.ts';"],
])('is allowed: %s', (_, file, text) => {
  expect(problemsOf(file, text)).toEqual([]);
});

test('the finding names file and line', () => {
  expect(problemsOf('ingest/a.ts', "\n\nexport { Client } from 'pg';")).toEqual([
    'ingest/a.ts:3 imports pg, whose door is shared/database',
  ]);
});
