import type { ConnectionConfig } from '../config/index.ts';
import { type AppClient, createAppClient, createTrackClient, type TrackClient } from '../customerio/index.ts';
import { createKommoClient, type KommoClient } from '../kommo/index.ts';

/** One connection's API clients. */
export interface Clients {
  kommo: KommoClient;
  track: TrackClient;
  /** Null where the configuration has no App API key. */
  app: AppClient | null;
}

export interface ClientOptions {
  /** No call to Kommo is sent before this time of `performance.now()`: another process may have used up the rate limit. */
  quietUntilMs: number;
  /** Called just before each call to Kommo is sent. The call fails with the returned error. */
  refuse?: () => Error | null;
  /** Lowers the configured rate for Kommo; a higher number has no effect. */
  requestsPerSecond?: number;
  /** Time limit of one call in ms, instead of each client's default. */
  timeoutMs?: number;
  /** Called after each call, also a failed one. `status` is null where there was no answer. */
  onCall?: (destination: 'kommo' | 'customerio', call: { status: number | null; ms: number }) => void;
}

/** Creates the clients for a connection. Close them with `closeClients`. */
export function openClients({ kommo, customerio }: ConnectionConfig, options: ClientOptions): Clients {
  const { quietUntilMs, requestsPerSecond = kommo.requestsPerSecond, onCall } = options;
  const timeout = options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs };
  const common = (destination: 'kommo' | 'customerio') => ({
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
      ...common('kommo'),
    }),
    track: createTrackClient({
      siteId: customerio.siteId,
      apiKey: customerio.apiKey.reveal(),
      region: customerio.region,
      trackUrl: customerio.trackUrl,
      ...common('customerio'),
    }),
    app: customerio.appKey
      ? createAppClient({
          appKey: customerio.appKey.reveal(),
          region: customerio.region,
          appUrl: customerio.appUrl,
          ...common('customerio'),
        })
      : null,
  };
}

/** Closes the clients' HTTP connections. */
export async function closeClients({ kommo, track, app }: Clients): Promise<void> {
  await Promise.all([kommo.close(), track.close(), app?.close()]);
}
