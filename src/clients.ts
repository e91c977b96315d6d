import type { ConnectionConfig } from './config/index.ts';
import { type AppClient, createAppClient, createTrackClient, type TrackClient } from './customerio/index.ts';
import { createKommoClient, type KommoClient } from './kommo/index.ts';

/** The clients of a connection's two sides. */
export interface Clients {
  kommo: KommoClient;
  track: TrackClient;
  /** Null where the configuration has no App API key. */
  app: AppClient | null;
}

export interface ClientOptions {
  /** No call to Kommo before this time of `performance.now()`. */
  quietUntilMs: number;
  /** Asked just before each call to Kommo is sent: an error refuses it. */
  refuse?: () => Error | null;
  /** Instead of the configuration's number, where it is smaller. */
  requestsPerSecond?: number;
  /** For one call, in ms, instead of each client's own. */
  timeoutMs?: number;
  onCall?: (destination: 'kommo' | 'customerio', call: { status: number | null; ms: number }) => void;
}

/** Opens the clients as the configuration says. */
export function openClients({ kommo, customerio }: ConnectionConfig, options: ClientOptions): Clients {
  const { quietUntilMs, requestsPerSecond = kommo.requestsPerSecond, onCall } = options;
  const timeout = options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs };
  const told = (destination: 'kommo' | 'customerio') => ({
    ...timeout,
    onCall: (call: { status: number | null; ms: number }) => onCall?.(destination, call),
  });
  return {
    kommo: createKommoClient({
      baseUrl: kommo.url,
      token: () => kommo.token.reveal(),
      requestsPerSecond: Math.min(requestsPerSecond, kommo.requestsPerSecond),
      quietUntilMs,
      refuse: options.refuse,
      ...told('kommo'),
    }),
    track: createTrackClient({
      siteId: customerio.siteId,
      apiKey: customerio.apiKey.reveal(),
      region: customerio.region,
      trackUrl: customerio.trackUrl,
      ...told('customerio'),
    }),
    app: customerio.appKey
      ? createAppClient({
          appKey: customerio.appKey.reveal(),
          region: customerio.region,
          appUrl: customerio.appUrl,
          ...told('customerio'),
        })
      : null,
  };
}

/** Ends their connections. */
export async function closeClients({ kommo, track, app }: Clients): Promise<void> {
  await Promise.all([kommo.close(), track.close(), app?.close()]);
}
