/** Someone with nothing but Node types `npm start`; what goes wrong at a start is told in one sentence. */
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { Browser } from '#test/portal/browser.ts';
import { removeDir, run, tempDir, waitFor } from '#test/servers/tools.ts';
import { busy } from './busy.ts';
import { environment, NpmStart, ROOT } from './npm-start.ts';
import { tell } from './tell.ts';

interface Listed<T> {
  readonly items: readonly T[];
  readonly total: number;
}
interface Machine {
  readonly id: string;
  readonly simulated: boolean;
}
interface Case {
  readonly title: unknown;
  readonly machine: string;
  readonly simulated: boolean;
}

let house: NpmStart | undefined;
afterEach(() => {
  house?.kill();
  house = undefined;
});

async function freshFolder(): Promise<string> {
  const dir = await tempDir('first-start');
  onTestFinished(() => removeDir(dir));
  return dir;
}

/** A start that is expected to fail: exit status and everything said. */
async function refused(settings: Readonly<Record<string, string>>): Promise<{ status: number; said: string }> {
  const { code, stdout, stderr } = await run('npm', ['start'], {
    cwd: ROOT,
    env: environment(settings),
    timeoutMs: 180_000,
  });
  return { status: code, said: stdout + stderr };
}

async function heldPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('npm start on an empty folder: ready, logged in, a fleet that says it is simulated, a first case, a clean end', async () => {
  const dir = await freshFolder();
  house = new NpmStart({ DATA_DIR: dir, PORT: '0', MQTT_PORT: '0' });
  const ready = await house.line('ready', 30_000 * busy());
  const readyMs = performance.now() - house.startedAt;
  const [, password = ''] = /admin, password (\S+)/.exec(String(ready['logInAs'])) ?? [];
  const admin = new Browser(String(ready['portal']));
  expect((await admin.logIn('admin', password)).status).toBe(200);

  const { body: fleet } = await admin.get<Listed<Machine>>('/machines?limit=100');
  expect(fleet.total).toBeGreaterThanOrEqual(12);
  expect(fleet.items.filter(({ simulated }) => !simulated)).toEqual([]);

  const [first] = await waitFor(
    'the first case',
    async () => {
      const { body } = await admin.get<Listed<Case>>('/cases');
      return body.items.length > 0 && body.items;
    },
    60_000 * busy(),
  );
  const caseMs = performance.now() - house.startedAt;
  expect(first?.simulated).toBe(true);
  expect(caseMs).toBeLessThan(60_000 * busy());

  const second = await refused({ DATA_DIR: dir, PORT: '0', MQTT_PORT: '0' });
  expect(second.said).toMatch(/in use by another Leitwarte process \(process \d+.*Stop that process first, or set/s);
  expect(second.status).toBe(2);
  // Nobody was disturbed by the one that was refused.
  expect((await admin.get('/session')).status).toBe(200);

  const { status, ms } = await house.end();
  tell(
    `npm start: ready after ${seconds(readyMs)}, first case after ${seconds(caseMs)}, ended after ${seconds(ms)} (${busy().toFixed(1)} programs a core)`,
  );
  expect(status).toBe(0);
  expect(ms).toBeLessThan(10_000 * busy());
  expect(house.output).not.toMatch(/"level":"(error|fatal)"/);
}, 300_000);

test('a port in use is told with what to do, be it the portal or the broker', async () => {
  const port = String(await heldPort());
  const dir = await freshFolder();
  const portal = await refused({ DATA_DIR: dir, PORT: port, MQTT_PORT: '0', DEMO: 'off' });
  expect(portal.said).toContain(
    `port ${port} on 127.0.0.1 is in use by another program: end it, or set PORT to a free`,
  );
  expect(portal.status).toBe(2);
  const broker = await refused({ DATA_DIR: dir, PORT: '0', MQTT_PORT: port, DEMO: 'off' });
  expect(broker.said).toMatch(new RegExp(`[Pp]ort ${port} on 127.0.0.1 is in use.*Set MQTT_PORT to a free one`));
  expect(broker.status).toBe(2);
}, 300_000);

test('wrong settings are told all at once, and nothing is started', async () => {
  const { status, said } = await refused({
    DATA_DIR: await freshFolder(),
    PORT: 'eighty',
    MQTT_PORT: '70000',
    INFLUX_URL: 'http://user:hush-hush@127.0.0.1:8086',
    DATABASE_URL: 'mysql://root:hush-hush@127.0.0.1/leitwarte',
    ADMIN_PASSWORD: 'short',
    DEMO: 'maybe',
    MQTT_PASSWORD_FILE: '/nowhere/password',
  });
  const problems = said.split('\n').filter((line) => /^ {2}[A-Z_]+: /.test(line));
  expect(problems.map((line) => line.trim().split(':')[0])).toEqual([
    'PORT',
    'MQTT_PORT',
    'MQTT_PASSWORD',
    'INFLUX_URL',
    'DATABASE_URL',
    'ADMIN_PASSWORD',
    'DEMO',
  ]);
  expect(said).toContain('7 settings are wrong');
  expect(said).not.toContain('hush-hush');
  expect(status).toBe(2);
}, 120_000);

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
