/** The shared worker of all tabs in which one person is logged in: holds their live stream. */
import { askStream } from './ask-stream.ts';
import { StreamHub } from './hub.ts';

const hub = new StreamHub(askStream);
const scope = globalThis as unknown as { onconnect: (event: MessageEvent) => void };
scope.onconnect = ({ ports: [port] }) => {
  if (port) hub.join(port);
};
