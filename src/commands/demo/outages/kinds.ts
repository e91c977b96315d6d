import type { OutageKind } from '../contract.ts';
import type { Sides } from '../sides.ts';

/** What breaks, and what repairs it; the killed server is started again by itself. */
export interface Breakage {
  /** @returns repairs it */
  break(sides: Sides): () => void;
  /** What goes on in the meantime: deals move, or clients click in the emails that they get. */
  traffic: 'moves' | 'clicks';
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
    killed_server: {
      traffic: 'moves',
      break() {
        killServer();
        return () => {};
      },
    },
  };
}
