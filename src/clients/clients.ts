import type { ConnectionConfig } from '../config/index.ts';
import {
  type AppClient,
  type CallRecord,
  createAppClient,
  createTrackClient,
  type TrackClient,
} from '../customerio/index.ts';
import { type CallReport, createKommoClient, type KommoClient } from '../kommo/index.ts';

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
  /** Called after each call, also a failed one. */
  onCall?: (call: ApiCall) => void;
}

/** A call that has ended, by the API that it was made to. */
export type ApiCall =
  | ({ destination: 'kommo'; api: 'kommo' } & CallReport)
  | ({ destination: 'customerio'; api: 'track' | 'app' } & CallRecord);

/** Creates the clients for a connection. Close them with `closeClients`. */
export function openClients({ kommo, customerio }: ConnectionConfig, options: ClientOptions): Clients {
  const { quietUntilMs, requestsPerSecond = kommo.requestsPerSecond, onCall } = options;
  const timeout = options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs };
  const ofCustomerio = (api: 'track' | 'app') => ({
    ...timeout,
    onCall: (call: CallRecord) => onCall?.({ destination: 'customerio', api, ...call }),
  });
  return {
    kommo: createKommoClient({
      baseUrl: kommo.url,
      token: () => kommo.token.reveal(),
      requestsPerSecond: Math.min(requestsPerSecond, kommo.requestsPerSecond),
      quietUntilMs,
      refuse: options.refuse,
      ...timeout,
      onCall: (call) => onCall?.({ destination: 'kommo', api: 'kommo', ...call }),
    }),
    track: createTrackClient({
      siteId: customerio.siteId,
      apiKey: customerio.apiKey.reveal(),
      region: customerio.region,
      trackUrl: customerio.trackUrl,
      ...ofCustomerio('track'),
    }),
    app: customerio.appKey
      ? createAppClient({
          appKey: customerio.appKey.reveal(),
          region: customerio.region,
          appUrl: customerio.appUrl,
          ...ofCustomerio('app'),
        })
      : null,
  };
}

/** Closes the clients' HTTP connections. */
export async function closeClients({ kommo, track, app }: Clients): Promise<void> {
  await Promise.all([kommo.close(), track.close(), app?.close()]);
}
