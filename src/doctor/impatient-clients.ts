import { performance } from 'node:perf_hooks';
import { type Clients, openClients } from '../clients.ts';
import type { ConnectionConfig } from '../config/index.ts';

/** A person waits for the answer; a server that takes longer is ill. */
const TIMEOUT_MS = 10_000;
/** A running Stagepost and other programs call Kommo too, and too many calls end in a block. */
const REQUESTS_PER_SECOND = 3;

/** The clients of both sides, with short waits. */
export function openShortTimeoutClients(config: ConnectionConfig): Clients {
  return openClients(config, {
    quietUntilMs: performance.now(),
    requestsPerSecond: REQUESTS_PER_SECOND,
    timeoutMs: TIMEOUT_MS,
  });
}
