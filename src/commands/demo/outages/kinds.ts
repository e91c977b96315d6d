import type { OutageKind } from '../contract.ts';
import type { Sides } from '../sides.ts';
import { STATUS_FIELD, type TrafficKind } from './traffic.ts';

/** What breaks, and what repairs it; the killed server is started again by itself. */
export interface Breakage {
  /** @returns repairs it */
  break(sides: Sides): () => void;
  /** What goes on in the meantime. */
  traffic: TrafficKind;
}

/** @param killServer ends the demo's Stagepost at once */
export function breakages(killServer: () => void): Record<OutageKind, Breakage> {
  return {
    kommo_token: {
      traffic: 'moves',
      break({ kommo }) {
        kommo.revokeToken();
        return () => kommo.restoreToken();
      },
    },
    customerio_away: {
      traffic: 'moves',
      break: ({ customerio }) => customerio.faults.add({ kind: 'reset_before' }),
    },
    rate_limit: {
      traffic: 'moves',
      break: ({ kommo }) => kommo.faults.add({ kind: 'status', status: 429, retryAfter: 3 }),
    },
    signing_key: {
      traffic: 'clicks',
      break({ customerio }) {
        const { signingKey } = customerio.credentials;
        customerio.setCredentials({ signingKey: 'another-key-than-in-the-configuration' });
        return () => customerio.setCredentials({ signingKey });
      },
    },
    // Kommo refuses what sets the field, so that a person must act: repair it, then retry.
    missing_field: {
      traffic: 'unsubscribes',
      break: ({ kommo }) => kommo.removeDealField(STATUS_FIELD),
    },
    killed_server: {
      traffic: 'moves',
      break() {
        killServer();
        return () => {};
      },
    },
  };
}
