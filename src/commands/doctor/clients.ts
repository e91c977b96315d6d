import { performance } from 'node:perf_hooks';
import { type Clients, openClients } from '../../clients/clients.ts';
import type { ConnectionConfig } from '../../config/index.ts';

/** A person is waiting, and an API that takes longer has a problem worth reporting. */
const TIMEOUT_MS = 10_000;
/** A running Stagepost and other programs share Kommo's limit of 7 a second, and exceeding it blocks the account. */
const REQUESTS_PER_SECOND = 3;

/** Clients for the checks of `stagepost doctor`: short timeouts, and a low rate at Kommo. */
export function openShortTimeoutClients(config: ConnectionConfig): Clients {
  return openClients(config, {
    quietUntilMs: performance.now(),
    requestsPerSecond: REQUESTS_PER_SECOND,
    timeoutMs: TIMEOUT_MS,
  });
}
