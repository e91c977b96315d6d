import { newSecret } from './secrets-at-rest.ts';

/**
 * One-time addresses that sign a browser in without a password. For the demo only, which runs on this machine with
 * simulated data; `stagepost serve` has none.
 */
export interface DemoLoginLinks {
  /** @returns a new address, as a path */
  create(): string;
  /** Uses a secret up. @returns whether it was valid: created here, and not used before */
  consume(secret: string): boolean;
}

export function createDemoLoginLinks(): DemoLoginLinks {
  const secrets = new Set<string>();
  return {
    create() {
      const secret = newSecret();
      secrets.add(secret);
      return `/api/enter/${secret}`;
    },
    consume: (secret) => secrets.delete(secret),
  };
}
