import { askStream } from './ask-stream.ts';
import { StreamHub } from './hub.ts';
import type { ReachHub } from './stream.ts';

/** The way to the hub of everything in this browser where this person is logged in. */
export function hubOf(person: string): ReachHub {
  return (failed) => {
    if (!('SharedWorker' in globalThis)) {
      const { port1, port2 } = new MessageChannel();
      new StreamHub(askStream).join(port1);
      return port2;
    }
    const worker = new SharedWorker(new URL('./stream-worker.ts', import.meta.url), { type: 'module', name: person });
    worker.onerror = failed;
    return worker.port;
  };
}
