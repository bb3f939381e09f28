import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { quickest } from '#test/servers/tools.ts';
import { StreamHub, type ToHub, type ToTab } from './hub.ts';

/** The streams a server holds for a browser, oldest first. */
let asked: { readonly query: URLSearchParams; readonly lastId: string | undefined; readonly res: ServerResponse }[] =
  [];
let refuse: (req: IncomingMessage) => number | undefined = () => undefined;
const server = createServer((req, res) => {
  const status = refuse(req);
  if (status !== undefined) return void res.writeHead(status).end();
  res.writeHead(200, { 'content-type': 'text/event-stream' }).write(': open\n\n');
  const query = new URL(req.url ?? '', 'http://x').searchParams;
  asked.push({ query, lastId: req.headers['last-event-id'] as string | undefined, res });
});
const open = () => asked.filter(({ res }) => !res.closed);
const send = (id: number | undefined, event: string, data: object): void => {
  for (const { res } of open())
    res.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
};

const tabs: Tab[] = [];
let hub: StreamHub;
function newHub(): StreamHub {
  const { port } = server.address() as AddressInfo;
  return new StreamHub((sensors, lastId, signal) =>
    fetch(`http://127.0.0.1:${port}/?sensors=${sensors.join(',')}`, {
      signal,
      headers: lastId === undefined ? {} : { 'last-event-id': lastId },
    }),
  );
}
beforeEach(async () => {
  asked = [];
  refuse = () => undefined;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  hub = newHub();
});
afterEach(async () => {
  for (const tab of tabs.splice(0)) tab.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

class Tab {
  readonly heard: ToTab[] = [];
  readonly #port: MessagePort;

  constructor(wants: readonly string[] = [], lastId?: string) {
    const { port1, port2 } = new MessageChannel();
    hub.join(port1);
    this.#port = port2;
    port2.onmessage = ({ data }: MessageEvent<ToTab>) => this.heard.push(data);
    this.say({ kind: 'here', wants, lastId });
    tabs.push(this);
  }

  say(message: ToHub): void {
    this.#port.postMessage(message);
  }

  close(): void {
    this.say({ kind: 'bye' });
    setTimeout(() => this.#port.close(), 20);
  }

  get live(): boolean {
    return this.heard.findLast((message) => message.kind === 'state')?.state.link === 'live';
  }

  get events(): string[] {
    return this.heard.flatMap((message) =>
      message.kind === 'event' ? [`${message.event.event} ${Object.values(message.event.data)[0]}`] : [],
    );
  }
}

test('all tabs of a browser live of one connection; each hears of the sensors it asked for', async () => {
  const [bearing, oil, none] = [new Tab(['press-1/bearing']), new Tab(['press-2/oil']), new Tab()];
  await expect.poll(() => [bearing, oil, none].every((tab) => tab.live)).toBe(true);
  await expect.poll(() => open().map(({ query }) => query.get('sensors'))).toEqual(['press-1/bearing,press-2/oil']);
  send(7, 'case', { id: 'c1', at: '' });
  send(undefined, 'reading', { machine: 'press-1', sensor: 'bearing', t: '', value: 1 });
  send(undefined, 'reading', { machine: 'press-2', sensor: 'oil', t: '', value: 2 });
  await expect.poll(() => bearing.events).toEqual(['case c1', 'reading press-1']);
  await expect.poll(() => oil.events).toEqual(['case c1', 'reading press-2']);
  expect(none.events).toEqual(['case c1']);
});

test('tabs come and go; the last one takes the connection with it, and who was away is told so', async () => {
  const [first, second] = [new Tab(), new Tab()];
  await expect.poll(() => second.live).toBe(true);
  first.close();
  send(8, 'case', { id: 'c2', at: '' });
  await expect.poll(() => second.events).toEqual(['case c2']);
  expect(asked).toHaveLength(1);
  expect(first.events).toEqual([]);
  const back = new Tab([], '5');
  await expect.poll(() => back.events).toEqual(['resync rejoined']);
  second.close();
  back.close();
  await expect.poll(() => open().length).toBe(0);
});

test('a hub that is new asks for what came after the last event that a tab has seen', async () => {
  const tab = new Tab([], '41');
  await expect.poll(() => tab.live).toBe(true);
  expect(asked[0]?.lastId).toBe('41');
});

test('a sensor that is gone costs nobody the stream', async () => {
  refuse = (req) => (req.url?.includes('gone') ? 404 : undefined);
  const tab = new Tab(['press-1/gone']);
  await expect.poll(() => tab.live).toBe(true);
  expect(tab.events[0]).toBe('resync sensors');
  expect(open().map(({ query }) => query.get('sensors'))).toEqual(['']);
});

test('a session that ended elsewhere is known in every tab at once', async () => {
  const tookMs = await quickest(500, async () => {
    hub = newHub();
    refuse = () => undefined;
    const both = [new Tab(), new Tab()];
    await expect.poll(() => both.every((tab) => tab.live)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    refuse = () => 401;
    const ended = performance.now();
    for (const { res } of open()) res.end();
    for (const tab of both) await expect.poll(() => tab.events, { interval: 10 }).toContain('resync session');
    for (const tab of both) tab.close();
    return performance.now() - ended;
  });
  expect(tookMs).toBeLessThan(500);
});
