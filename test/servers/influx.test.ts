import { expect, onTestFinished, test } from 'vitest';
import { startInflux } from './influx.ts';
import { isAlive } from './server-process.ts';

test('a killed influxd comes back on its port with its points, users and passwords; stop leaves nothing', async () => {
  const influx = await startInflux();
  onTestFinished(() => influx.stop());
  await influx.query('CREATE DATABASE plant');
  const { username, password, hostname, port, pathname } = new URL(influx.url('plant'));
  expect(pathname).toBe('/plant');
  const write = (authorization: string): Promise<Response> =>
    fetch(`http://${hostname}:${port}/write?db=plant&precision=ms`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(authorization).toString('base64')}` },
      body: 'reading,machine=press,sensor=temp value=61.5 1700000000000',
    });
  expect((await write(`${username}:wrong`)).status).toBe(401);
  expect((await write(`${username}:${password}`)).status).toBe(204);

  await influx.kill();
  await expect(influx.query('SHOW DATABASES')).rejects.toThrow('fetch failed');
  await influx.restart();
  const [series] = await influx.query('SELECT value FROM reading', 'plant');
  expect(series?.values).toEqual([[1_700_000_000_000, 61.5]]);
  expect((await write(`${username}:wrong`)).status).toBe(401);
  await expect(influx.query('SELECT nothing')).rejects.toThrow('error parsing query');

  const { pid } = influx;
  await influx.stop();
  expect(isAlive(pid)).toBe(false);
});
