import { performance } from 'node:perf_hooks';
import { type Clients, openClients } from '../../clients/clients.ts';
import type { ConnectionConfig } from '../../config/index.ts';
import type { TokenSource } from '../../kommo/index.ts';

/** A person is waiting, and an API that takes longer has a problem worth reporting. */
const TIMEOUT_MS = 10_000;
/** A running Stagepost and other programs share Kommo's limit of 7 a second, and exceeding it blocks the account. */
const REQUESTS_PER_SECOND = 3;
/** A 429 is the running server's or another program's doing. Kommo's first two pauses fit, and so does the check's own limit of time. */
const THROTTLED_PATIENCE_MS = 15_000;

/**
 * Clients for the checks of `stagepost doctor`: short timeouts, and a low rate at Kommo, whose 429 they wait for.
 * @param oauthTokens null where this program has none
 */
export function openShortTimeoutClients(
  config: ConnectionConfig,
  oauthTokens: TokenSource | null = null,
): Clients {
  return openClients(config, {
    quietUntilMs: performance.now(),
    requestsPerSecond: REQUESTS_PER_SECOND,
    timeoutMs: TIMEOUT_MS,
    throttledPatienceMs: THROTTLED_PATIENCE_MS,
    oauthTokens: oauthTokens ?? undefined,
  });
}
