/** D8: clients of the portal that say nothing, dribble, or never end: they are bounded, and the others are served. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { PortalServer } from '#portal/server.ts';

const FLOOD = 10_000;
/** Enough to be too many; a plain server keeps them, both ends of each within this process. */
const KEPT = 1_500;
/** The portal's bound of those that have sent no request, and those that have. */
const MOST_SILENT = 1_000;

async function startPortalServer(): Promise<string> {
  const server = new PortalServer((_req, res) => res.end('served'), { host: '127.0.0.1', port: 0 });
  await server.start();
  onTestFinished(() => server.stop());
  return server.url();
}

/** Connections that say this much and no more; answers them when each has been accepted or ended. */
async function flood(url: string, count: number, says: string): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (let n = 0; n < count; n++) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).resume();
    sockets.push(socket);
    await once(socket, 'connect');
    if (says !== '') socket.write(says);
  }
  return sockets;
}

const open = (sockets: readonly Socket[]): number => sockets.filter((socket) => !socket.closed).length;

test.each([
  { what: 'say nothing', count: FLOOD, says: '' },
  { what: 'dribble their headers', count: KEPT, says: 'GET / HTTP/1.1\r\nHost: portal\r\nX-Slow: ' },
])('$count connections that $what push out their own, and keep nobody from coming in', async ({ count, says }) => {
  const url = await startPortalServer();
  const sockets = await flood(url, count, says);
  await expect.poll(() => open(sockets)).toBeLessThanOrEqual(MOST_SILENT);
  expect(await (await fetch(url)).text()).toBe('served');
  // The newest stay: they may yet say what they want.
  expect(sockets.at(-1)?.closed).toBe(false);
});

test('mutant: a plain server keeps all of them', async () => {
  const server = createServer((_req, res) => res.end('served')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sockets = await flood(url, KEPT, '');
  await (await fetch(url)).text();
  expect(open(sockets)).toBe(KEPT);
});

test('a header too large is refused, and its connection ends', async () => {
  const url = await startPortalServer();
  const [socket] = await flood(url, 1, `GET / HTTP/1.1\r\nHost: portal\r\nX-Huge: ${'x'.repeat(100_000)}\r\n\r\n`);
  await expect.poll(() => socket?.closed).toBe(true);
  expect((await fetch(url)).status).toBe(200);
});
