import type { ServerResponse } from 'node:http';
import type { CustomerioSimulator } from '../customerio/index.ts';
import type { KommoSimulator } from '../kommo/index.ts';

/** Changes within this time are one message, in ms: a busy account must not reload every page a thousand times a second. */
const PAUSE = 300;

/** Tells open pages that something has changed, as server-sent events without content. */
export function createFeed(kommo: KommoSimulator, customerio: CustomerioSimulator) {
  const followers = new Set<ServerResponse>();
  let timer: NodeJS.Timeout | null = null;
  const send = (): void => {
    timer = null;
    for (const follower of followers) follower.write('data: changed\n\n');
  };
  const changed = (): void => {
    if (timer === null && followers.size > 0) timer = setTimeout(send, PAUSE);
  };
  kommo.on(changed);
  customerio.on(changed);
  return {
    follow(response: ServerResponse): void {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(': \n\n');
      followers.add(response);
      response.on('close', () => followers.delete(response));
    },
    close(): void {
      if (timer) clearTimeout(timer);
    },
  };
}
