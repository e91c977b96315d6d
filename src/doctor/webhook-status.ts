import { DeliveryError } from '../domain/errors.ts';
import type { HookState } from '../http/api/contract.ts';
import type { KommoClient } from '../kommo/index.ts';

/** How old an answer may be, in ms: one call in ten minutes of the account's 4,200. */
const FRESH_MS = 10 * 60_000;
/** After a look that failed. */
const RETRY_MS = 60_000;

/** Whether Kommo's webhook to a connection is there and not disabled. */
export interface WebhookStatus {
  /** As last seen. Looks again in the background where that is too long ago and the connection is run here. */
  state(): HookState;
  /** What was seen may be past: the next question looks again. */
  forget(): void;
  /** The client with which the connection runs now. Its rate is the account's. */
  use(kommo: Pick<KommoClient, 'webhooks'>): void;
}

export function createWebhookStatus(
  connection: string,
  isRunning: () => boolean,
  now: () => number,
): WebhookStatus {
  let client: Pick<KommoClient, 'webhooks'> | null = null;
  let known: HookState = { state: 'unknown', checkedAt: null, words: 'Not looked at yet.' };
  let nextLook = 0;
  let looking = false;

  async function look(kommo: Pick<KommoClient, 'webhooks'>): Promise<void> {
    looking = true;
    nextLook = now() + FRESH_MS;
    try {
      known = { ...stateOf(await kommo.webhooks({ priority: 'bulk' }), connection), checkedAt: now() };
    } catch (error) {
      nextLook = now() + RETRY_MS;
      const words = error instanceof DeliveryError ? error.message : 'Kommo could not be asked.';
      if (known.checkedAt === null) known = { state: 'unknown', checkedAt: null, words };
    } finally {
      looking = false;
    }
  }

  return {
    state() {
      if (client && !looking && isRunning() && now() >= nextLook) void look(client);
      return known;
    },
    forget() {
      nextLook = 0;
    },
    use(kommo) {
      client = kommo;
    },
  };
}

type Hooks = Awaited<ReturnType<KommoClient['webhooks']>>;

/** The destination holds the webhook's secret: nothing of it is told. */
function stateOf(hooks: Hooks, connection: string): Pick<HookState, 'state' | 'words'> {
  const ours = hooks.filter(({ destination }) => destination.includes(`/webhooks/kommo/${connection}/`));
  if (ours.length === 0)
    return {
      state: 'missing',
      words: 'No webhook of the account comes here. The page Connections says what to do.',
    };
  if (ours.every(({ disabled }) => disabled)) {
    return {
      state: 'disabled',
      words:
        'Kommo has switched the webhook off after too many bad answers. Switch it on again in Kommo’s settings.',
    };
  }
  return { state: 'good', words: null };
}
