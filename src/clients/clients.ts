import type { ConnectionConfig, KommoAccess } from '../config/index.ts';
import {
  type AppClient,
  type CallRecord,
  createAppClient,
  createTrackClient,
  type TrackClient,
} from '../customerio/index.ts';
import { DeliveryError } from '../domain/errors.ts';
import {
  type CallReport,
  createKommoClient,
  type KommoClient,
  type KommoLimits,
  longLivedToken,
  type TokenSource,
} from '../kommo/index.ts';
import type { SharedSockets } from './sockets.ts';

/** One connection's API clients. */
export interface Clients {
  kommo: KommoClient;
  track: TrackClient;
  /** Null where the configuration has no App API key. */
  app: AppClient | null;
}

export interface ClientOptions {
  /** Shared with the clients of other connections; default: sockets of their own. */
  sockets?: SharedSockets | undefined;
  /** The limits that all Kommo clients of this process share. Default: the client has limits of its own. */
  kommoLimits?: KommoLimits | undefined;
  /** The tokens of a connection that signs in to Kommo by OAuth. */
  oauthTokens?: TokenSource | undefined;
  /** No call to Kommo is sent before this time of `performance.now()`: another process may have used up the rate limit. */
  quietUntilMs: number;
  /** Called just before each call to Kommo is sent. The call fails with the returned error. */
  refuse?: () => Error | null;
  /** Lowers the configured rate for Kommo; a higher number has no effect. */
  requestsPerSecond?: number;
  /** Time limit of one call in ms, instead of each client's default. */
  timeoutMs?: number;
  /** How long a call to Kommo waits while Kommo answers 429, in ms. Default 0. */
  throttledPatienceMs?: number;
  /** Called after each call, also a failed one. */
  onCall?: (call: ApiCall) => void;
}

/** A call that has ended, by the API that it was made to. */
export type ApiCall =
  | ({ destination: 'kommo'; api: 'kommo' } & CallReport)
  | ({ destination: 'customerio'; api: 'track' | 'app' } & CallRecord);

/** Whether the side has accepted the call, which shows that its credentials are valid. The App API has a key of its own. */
export function isAccepted(call: ApiCall): boolean {
  if (call.api === 'app') return false;
  return call.api === 'kommo' ? call.error === undefined : call.failure === null;
}

/** Creates the clients for a connection. Close them with `closeClients`. */
export function openClients({ kommo, customerio }: ConnectionConfig, options: ClientOptions): Clients {
  const { quietUntilMs, requestsPerSecond = kommo.requestsPerSecond, onCall } = options;
  const timeout = options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs };
  const ofCustomerio = (api: 'track' | 'app') => ({
    ...timeout,
    dispatcher: options.sockets?.customerio,
    onCall: (call: CallRecord) => onCall?.({ destination: 'customerio', api, ...call }),
  });
  return {
    kommo: createKommoClient({
      baseUrl: kommo.url,
      tokens: tokensOf(kommo.access, options.oauthTokens),
      connect: options.sockets?.connect,
      requestsPerSecond: Math.min(requestsPerSecond, kommo.requestsPerSecond),
      limits: options.kommoLimits,
      quietUntilMs,
      refuse: options.refuse,
      ...timeout,
      ...(options.throttledPatienceMs !== undefined && { throttledPatienceMs: options.throttledPatienceMs }),
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

function tokensOf(access: KommoAccess, oauthTokens = NO_TOKENS): TokenSource {
  return access.kind === 'oauth' ? oauthTokens : longLivedToken(() => access.token.reveal());
}

/** For programs that cannot read the database with the tokens. */
const NO_TOKENS: TokenSource = {
  advice: { refused: '', missingRight: '' },
  async current() {
    throw new DeliveryError(
      'unauthorized',
      'Access to Kommo was granted by OAuth, and only the running Stagepost has its tokens.',
    );
  },
  refused: async () => null,
};

/** Closes the clients' HTTP connections. */
export async function closeClients({ kommo, track, app }: Clients): Promise<void> {
  await Promise.all([kommo.close(), track.close(), app?.close()]);
}
