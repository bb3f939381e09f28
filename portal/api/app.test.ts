import { gzipSync } from 'node:zlib';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '#shared/model/api/common.ts';
import { DatabaseUnavailable } from '#shared/database/unavailable.ts';
import { PASSWORD } from '#test/portal/plant.ts';
import { START, startPortal, type TestPortal } from '#test/portal/portal.ts';
import { removeDir, tempDir } from '#test/servers/tools.ts';

let portal: TestPortal;
let dist: string;
/** Neighbours the test sends away. */
const away = new Set<string>();
beforeAll(async () => {
  dist = await tempDir('dist');
  await mkdir(path.join(dist, 'assets'));
  await writeFile(path.join(dist, 'index.html'), '<!doctype html><title>Leitwarte</title>');
  await writeFile(path.join(dist, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(path.join(dist, 'assets', 'main-abc123.js'), 'export {}');
  const check = (name: string) => ({
    name,
    check: async () => {
      if (away.has(name)) throw new DatabaseUnavailable(`${name} at secret-host:5432 is away`);
    },
  });
  portal = await startPortal({
    parts: { webDist: dist, checks: [check('database'), check('broker'), check('readings')] },
  });
});
afterAll(async () => {
  await portal.stop();
  await removeDir(dist);
});

test('the house says whether it lives and whether it is ready, and who is away', async () => {
  const anybody = portal.anonymous();
  expect((await anybody.get('//healthz')).body).toEqual({ status: 'ok' });
  expect(await anybody.get('//readyz')).toMatchObject({
    status: 200,
    body: { status: 'ready', parts: { database: 'ok', broker: 'ok', readings: 'ok' } },
  });
  away.add('broker');
  const answer = await anybody.get('//readyz');
  expect(answer).toMatchObject({
    status: 503,
    body: { status: 'not ready', parts: { database: 'ok', broker: 'away' } },
  });
  expect(answer.text).not.toContain('secret-host');
  expect(portal.logged.join('')).toContain('secret-host');
  away.clear();
});

test('requests are counted by route, never by machine or customer', async () => {
  await (await portal.as('lead')).get('/machines/press-1');
  const { text } = await portal.anonymous().get('//metrics');
  expect(text).toMatch(
    /^leitwarte_http_request_seconds_count\{method="GET",route="\/machines\/\{id\}",status="200"\} [1-9]/m,
  );
  expect(text).not.toMatch(/press-1|muster/);
  for (const line of text.split('\n')) expect(line).toMatch(/^(#|leitwarte_|$)/);
});

test('the pages: hashed files for ever, the page itself always asked again, unknown paths are the page', async () => {
  const anybody = portal.anonymous();
  const asset = await anybody.get('//assets/main-abc123.js');
  expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
  for (const page of ['//', '//cases/17?status=open', '//machines/press-1.old']) {
    const answer = await anybody.get(page, { accept: 'text/html' });
    const isPage = !page.includes('.old');
    expect([page, answer.status]).toEqual([page, isPage ? 200 : 404]);
    if (isPage)
      expect([answer.text.includes('Leitwarte'), answer.headers.get('cache-control')]).toEqual([true, 'no-cache']);
  }
  expect((await anybody.get('//icon.svg')).headers.get('cache-control')).toBe('no-cache');
  expect((await anybody.get('//assets/gone.js')).status).toBe(404);
  expect((await anybody.get('//..%2f..%2fetc%2fpasswd')).text).not.toContain('root:');
  const csp = asset.headers.get('content-security-policy') ?? '';
  expect(csp).toContain("script-src 'self';");
  expect(csp).not.toMatch(/upgrade-insecure|unsafe-eval/);
});

test('what is not there, or not possible, is a problem', async () => {
  const anybody = portal.anonymous();
  for (const unknown of ['/none', '//api/v2/machines', '//api', '/machines/a/b/c']) {
    expect([unknown, (await anybody.get<Problem>(unknown)).body]).toMatchObject([
      unknown,
      { type: '/api/docs#not-found', status: 404 },
    ]);
  }
  const wrong = await anybody.ask<Problem>('DELETE', '/machines', {});
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET']);
  expect((await anybody.get<Problem>('/machines/%E0%A4%A')).body).toMatchObject({
    type: '/api/docs#bad-request',
    status: 400,
  });
  expect(wrong.body.instance).toBe(`urn:uuid:${wrong.headers.get('x-request-id')}`);
});

test('a body that cannot be read is refused before anything is done', async () => {
  const browser = await portal.as('lead');
  const send = (body: string, headers: Record<string, string> = {}) =>
    browser.post<Problem>('/tokens', body, { 'content-type': 'application/json', ...headers });
  expect((await send('{"name":')).body).toMatchObject({ status: 400, type: '/api/docs#bad-request' });
  expect((await send(`{"name":"${'x'.repeat(300_000)}"}`)).status).toBe(413);
  expect((await send('{"name":"x"}', { 'content-type': 'application/json; charset=latin1' })).status).toBe(415);
  expect((await send('{"name":"x\\u0000"}')).status).toBe(422);
  expect((await send('["x"]')).status).toBe(422);
  expect((await send('{"name":"x","__proto__":{"role":"admin"},"constructor":1}')).status).toBe(201);
  const bomb = gzipSync('x'.repeat(50_000_000));
  const zipped = await fetch(`${portal.url}/api/v1/tokens`, {
    method: 'POST',
    headers: {
      cookie: browser.cookie,
      'x-csrf-token': browser.csrf,
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    },
    body: new Uint8Array(bomb),
  });
  expect(zipped.status).toBe(415);
  expect((await browser.get<{ total: number }>('/tokens')).body.total).toBe(1);
});

test('a defect tells its id and nothing of its inside', async () => {
  const broken = await startPortal({
    parts: {
      live: {
        last: () => new Map(),
        times: () => {
          throw new Error('secret detail of the inside');
        },
        clock: () => undefined,
        heard: () => [],
        subscribe: () => () => undefined,
      },
    },
  });
  try {
    const answer = await (await broken.as('lead')).get<Problem>('/machines');
    expect(answer).toMatchObject({ status: 500, body: { type: '/api/docs#internal' } });
    expect(answer.text).not.toContain('secret');
    expect(
      broken.logged.some(
        (line) => line.includes('secret detail') && line.includes(answer.headers.get('x-request-id') ?? '?'),
      ),
    ).toBe(true);
  } finally {
    await broken.stop();
  }
});

test('a database that is away is told as such', async () => {
  const own = await startPortal();
  const browser = await own.as('lead');
  await own.database.stop();
  const answer = await browser.get<Problem>('/machines');
  expect(answer).toMatchObject({ status: 503, body: { type: '/api/docs#unavailable' } });
  await own.database.start();
  expect((await browser.get('/machines')).status).toBe(200);
  await own.stop();
});

test.each(["'", '"', '\\', '%', '_', "'; drop table account; --", '$1', '{{7*7}}', '\u202e', '🏭', '\u0000'])(
  'a question of %j is a question',
  async (q) => {
    const browser = await portal.as('lead');
    for (const list of ['/machines', '/cases']) {
      const answer = await browser.get<{ total: number }>(`${list}?q=${encodeURIComponent(q)}`);
      expect([list, answer.status, answer.body.total ?? 0]).toEqual([list, q === '\u0000' ? 422 : 200, 0]);
    }
  },
);

test('nobody is kept waiting by a client that asks for too much at once', async () => {
  const socket = connect(Number(new URL(portal.url).port), '127.0.0.1');
  socket.write(
    'POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n{}',
  );
  const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
  expect(answer).toMatch(/^HTTP\/1\.1 400/);
  socket.destroy();
  expect((await portal.anonymous().logIn('lead', PASSWORD)).status).toBe(200);
  expect(portal.now).toBe(START);
});

interface Schema {
  readonly $ref?: string;
  readonly [key: string]: unknown;
}

test('OpenAPI lists every route with its permission, and every reference leads somewhere', async () => {
  const { body, status } = await portal.anonymous().get<{
    openapi: string;
    paths: Record<string, Record<string, Schema>>;
    components: { schemas: Record<string, Schema> };
  }>('//api/openapi.json');
  expect([status, body.openapi]).toEqual([200, '3.1.0']);
  const ids = new Set<unknown>();
  for (const route of portal.routes) {
    const operation = body.paths[route.path]?.[route.method];
    expect([route.path, operation]).toMatchObject([
      route.path,
      { summary: route.summary, responses: expect.any(Object) },
    ]);
    ids.add(operation?.['operationId']);
    const named = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters = operation?.['parameters'] as { name: string; in: string; required: boolean; schema: object }[];
    expect(
      parameters.filter((parameter) => parameter.in === 'path').map(({ name, required }) => [name, required]),
    ).toEqual(named.map((name) => [name, true]));
    for (const parameter of parameters) expect(parameter.schema).toBeTypeOf('object');
    if (route.may !== 'anyone') expect(operation?.['description']).toContain(route.may);
  }
  expect(ids.size).toBe(portal.routes.length);
  const references = JSON.stringify(body).match(/"\$ref":"[^"]+"/g) ?? [];
  expect(references.length).toBeGreaterThan(40);
  for (const reference of references) {
    const name = /"#\/components\/schemas\/(\w+)"/.exec(reference)?.[1];
    expect([reference, body.components.schemas[name ?? '']]).toEqual([reference, expect.any(Object)]);
  }
  expect(body.components.schemas['CaseAnswer']).toMatchObject({
    type: 'object',
    properties: { may: { type: 'array' } },
  });
});

test('people read the same contract without any other server, and the topics are described too', async () => {
  const docs = await portal.anonymous().get('//api/docs');
  expect(docs.headers.get('content-type')).toContain('text/html');
  expect(docs.text).not.toMatch(/<script|https?:\/\/(?!leitwarte)/);
  for (const { path: route } of portal.routes) expect(docs.text).toContain(route);
  expect(docs.text).toContain('id="conflict"');
  const topics = await portal
    .anonymous()
    .get<{ asyncapi: string; channels: Record<string, { address: string }> }>('//api/asyncapi.json');
  expect(topics.body.asyncapi).toBe('3.0.0');
  expect(Object.values(topics.body.channels).map(({ address }) => address)).toContain(
    'machines/{machine}/sensors/{sensor}',
  );
});
