import { DeliveryError } from '../domain/errors.ts';
import type { ApiFacts, CallFailure, OpenFailure } from './facts.ts';

/** A call to one API that has ended. */
export interface EndedCall {
  at: number;
  /** The path without ids and personal data: some failures concern one path only. */
  path: string;
  /** Null: the API has accepted the call, or has refused only what was in it. */
  failure: CallFailure | null;
  message: string;
}

interface Failure extends OpenFailure {
  lastAt: number;
}

/** Failures of one path only: another path's success does not contradict them. */
const OF_A_PATH: readonly CallFailure[] = ['failing', 'rights'];
/** A path that has not failed again for this long, ms, while other calls were accepted, is no longer called or works. */
const PATH_EXPIRES_MS = 90_000;

/**
 * What the calls to one API say about it. Two states that exist side by side:
 *
 * - the API as a whole works, or fails in one way (refused, blocked, unreachable, …): the last call decides;
 * - each path works, or fails in one way (errors, a missing right): the last call of that path decides.
 */
export class ApiState {
  #lastGoodAt: number | null = null;
  #whole: Failure | null = null;
  readonly #paths = new Map<string, Failure>();

  note({ at, path, failure, message }: EndedCall): void {
    if (failure === null) {
      this.#lastGoodAt = at;
      this.#whole = null;
      this.#paths.delete(path);
    } else if (OF_A_PATH.includes(failure)) {
      this.#paths.set(path, next(this.#paths.get(path) ?? null, { kind: failure, at, message }));
    } else {
      this.#whole = next(this.#whole, { kind: failure, at, message });
    }
  }

  facts(now: number): ApiFacts {
    for (const [path, { lastAt }] of this.#paths)
      if (now - lastAt > PATH_EXPIRES_MS && (this.#lastGoodAt ?? 0) > lastAt) this.#paths.delete(path);
    const failures = [...(this.#whole ? [this.#whole] : []), ...this.#paths.values()];
    return { lastGoodAt: this.#lastGoodAt, failures: failures.map(({ lastAt: _, ...failure }) => failure) };
  }

  /** Whether any call fails, so that it should be tried again soon. */
  get isFailing(): boolean {
    return this.#whole !== null || this.#paths.size > 0;
  }
}

function next(
  before: Failure | null,
  { kind, at, message }: { kind: CallFailure; at: number; message: string },
): Failure {
  const isSame = before?.kind === kind;
  const since = isSame ? before.since : at;
  return { kind, since, count: (isSame ? before.count : 0) + 1, message, lastAt: at };
}

/** How a call to Kommo failed; null where Kommo has only refused an item. @param path below `/api/v4` */
export function kommoFailure(error: DeliveryError, path: string): CallFailure | null {
  const { status, failure } = error;
  if (failure === 'permanent') return null;
  if (status === null) return 'unreachable';
  if (status === 401) return 'refused';
  // Kommo's cheaper plans have no API for webhooks: that does not concern the rest of the account.
  if (status === 402) return path === '/webhooks' ? 'rights' : 'unpaid';
  if (failure === 'throttled') return status === 403 ? 'blocked' : 'throttled';
  if (failure === 'unauthorized') return status === 403 ? 'rights' : 'wrong_address';
  return 'failing';
}

/** How a call to Customer.io failed, by its status and class; null for a success or a refused item. */
export function customerioFailure(status: number | null, failure: string | null): CallFailure | null {
  if (failure === null || failure === 'permanent') return null;
  if (status === null) return 'unreachable';
  if (status === 401) return 'refused';
  if (failure === 'throttled') return 'throttled';
  if (failure === 'unauthorized') return [402, 403, 451].includes(status) ? 'rights' : 'wrong_address';
  return 'failing';
}

/** The lists of campaigns and of what else sends messages. */
const OPTIONAL = [
  ...['/v1/campaigns', '/v1/campaigns/{id}/actions'],
  ...['/v1/newsletters', '/v1/broadcasts', '/v1/transactional'],
];

/**
 * Whether nothing that Stagepost promises depends on the call: the lists only name things in the console. A key that may not
 * read them is no fault of the connection; one that is refused as a whole shows by its other calls.
 */
export function isOptional({ api, path }: { api: string; path: string }): boolean {
  return api === 'app' && OPTIONAL.includes(path);
}

/** The failure of a thrown error, for calls that end without an HTTP request of their own. */
export function thrownFailure(error: unknown): { status: number | null; failure: string; message: string } {
  if (error instanceof DeliveryError)
    return { status: error.status, failure: error.failure, message: error.message };
  return { status: null, failure: 'retryable', message: 'The call failed.' };
}
