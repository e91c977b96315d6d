import { newSecret } from './secrets-at-rest.ts';

/**
 * One-time addresses that sign a browser in without a password. For the demo, on this machine only: it has nothing
 * but simulated data. `stagepost serve` has no such thing.
 */
export interface DemoLoginLinks {
  /** A new address, as a path. */
  open(): string;
  /** Whether it is one, not used yet. Uses it up. */
  take(secret: string): boolean;
}

export function createDemoLoginLinks(): DemoLoginLinks {
  const secrets = new Set<string>();
  return {
    open() {
      const secret = newSecret();
      secrets.add(secret);
      return `/api/enter/${secret}`;
    },
    take: (secret) => secrets.delete(secret),
  };
}
