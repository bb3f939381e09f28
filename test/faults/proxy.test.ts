import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Proxy } from './proxy.ts';

test('what passes a slow wire arrives in order, also when it is slow no more', async () => {
  let received = '';
  const server = createServer((socket) => socket.on('data', (bytes) => (received += bytes.toString())));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const proxy = await Proxy.before(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => proxy.stop());
  const client = connect(proxy.port, '127.0.0.1');
  await once(client, 'connect');
  const numbers = Array.from({ length: 40 }, (_, n) => `${n},`);
  for (const [n, text] of numbers.entries()) {
    proxy.slow(n < 20 ? 80 : 0);
    client.write(text);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await expect.poll(() => received).toBe(numbers.join(''));
  client.destroy();
});
