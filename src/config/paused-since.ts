import type { ConnectionConfig } from './types.ts';

/** Since when a connection is paused, unix ms; null where it is not. */
export function pausedSince({ origin }: Pick<ConnectionConfig, 'origin'>): number | null {
  return origin.kind === 'database' ? origin.pausedAt : null;
}
