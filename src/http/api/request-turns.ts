import { FairSemaphore, type Share } from '../../lib/fair-semaphore.ts';
import { SemaphoreFull } from '../../lib/semaphore.ts';
import { networksOf } from '../auth/network.ts';
import { HttpError } from '../http-error.ts';

/** Queries of the embedded database run one after the other, and a webhook waits for those that came before it. */
const PLACES = 4;
/** Each may be a connection that sends a token of its own invention; there are no more connections than that. */
const MAX_LOOKUPS_WAITING = 5_000;
/** Each holds its body. A page of the console sends about ten requests at once. */
const MAX_REQUESTS_WAITING = 300;
/** A request that takes longer, in ms, waits for Kommo or for the work on a draft, and not for the database. */
const PATIENCE_MS = 1_000;
const RETRY_SECONDS = 2;

/**
 * Lets requests of the API wait for their turn, so that any number of them at once does not hold up a webhook: Kommo waits
 * 2 s, and disables the webhook after a hundred that took longer. Networks and users take turns.
 */
export class RequestTurns {
  readonly #lookups = new FairSemaphore({ places: PLACES, maxWaiting: MAX_LOOKUPS_WAITING });
  readonly #requests = new FairSemaphore({
    places: PLACES,
    maxWaiting: MAX_REQUESTS_WAITING,
    patienceMs: PATIENCE_MS,
  });

  /** Finds out who sends a request: a token, a session, a name or a one-time link. @param address of the sender @throws HttpError 503 */
  lookUp<T>(address: string, lookup: () => Promise<T>): Promise<T> {
    return orUnavailable(this.#lookups, { group: networksOf(address).wide, isPreferred: false }, lookup);
  }

  /** Answers a request. @param user a key of the user or token @throws HttpError 503 */
  answer<T>(user: string, work: () => Promise<T>): Promise<T> {
    return orUnavailable(this.#requests, { group: user, isPreferred: false }, work);
  }
}

async function orUnavailable<T>(semaphore: FairSemaphore, share: Share, work: () => Promise<T>): Promise<T> {
  try {
    return await semaphore.run(share, work);
  } catch (error) {
    if (!(error instanceof SemaphoreFull)) throw error;
    throw new HttpError(
      503,
      'Too many requests wait for an answer. Try again in a few seconds.',
      RETRY_SECONDS,
    );
  }
}
