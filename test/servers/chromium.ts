import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { ServerProcess } from './server-process.ts';
import { program, tempDir } from './tools.ts';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface LaunchedChromium {
  readonly browser: Browser;
  readonly pid: number;
  /** Ends the browser and removes its profile. */
  stop(): Promise<void>;
}

/** A headless Chromium with an empty profile. */
export async function launchChromium(): Promise<LaunchedChromium> {
  const dir = await tempDir('chromium');
  let endpoint: string | undefined;
  const server = new ServerProcess({
    name: 'chromium',
    command: program('chromium'),
    args: [...FLAGS, '--remote-debugging-port=0', `--user-data-dir=${path.join(dir, 'profile')}`, 'about:blank'],
    dir,
    ready: (log) => {
      endpoint = /DevTools listening on (ws:\S+)/.exec(log)?.[1];
      return endpoint !== undefined;
    },
  });
  await server.start();
  const browser = await chromium.connectOverCDP(endpoint ?? '', { timeout: 90_000 });
  return {
    browser,
    pid: server.pid,
    stop: async () => {
      await browser.close();
      await server.stop();
    },
  };
}
