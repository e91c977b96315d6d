import { performance } from 'node:perf_hooks';
import type { ConnectionConfig } from '../../config/index.ts';
import { createAppClient, createTrackClient } from '../../customerio/index.ts';
import { createKommoClient } from '../../kommo/index.ts';
import type { Clients } from './connection.ts';

/** A person waits for the answer; a server that takes longer is ill. */
const TIMEOUT_MS = 10_000;
/** A running Stagepost and other programs call Kommo too, and too many calls end in a block. */
const REQUESTS_PER_SECOND = 3;

/** The clients of both sides, with short waits. `close` ends their connections. */
export function openClients({ kommo, customerio }: ConnectionConfig): Clients & { close(): Promise<void> } {
  const clients = {
    kommo: createKommoClient({
      baseUrl: kommo.url,
      token: () => kommo.token.reveal(),
      requestsPerSecond: Math.min(REQUESTS_PER_SECOND, kommo.requestsPerSecond),
      timeoutMs: TIMEOUT_MS,
      quietUntilMs: performance.now(),
    }),
    track: createTrackClient({
      siteId: customerio.siteId,
      apiKey: customerio.apiKey.reveal(),
      region: customerio.region,
      trackUrl: customerio.trackUrl,
      timeoutMs: TIMEOUT_MS,
    }),
    app: customerio.appKey
      ? createAppClient({
          appKey: customerio.appKey.reveal(),
          region: customerio.region,
          appUrl: customerio.appUrl,
          timeoutMs: TIMEOUT_MS,
        })
      : null,
  };
  return {
    ...clients,
    async close() {
      await Promise.all([clients.kommo.close(), clients.track.close(), clients.app?.close()]);
    },
  };
}
