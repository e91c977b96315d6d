import { DeliveryError, type FailureClass } from '../../domain/errors.ts';
import { retryAfterMs } from '../../lib/retry-after.ts';
import { type AnswerBody, errorMessage, isOwnRefusal } from '../answer-body.ts';
import type { Answer } from '../call.ts';
import { refusalCode } from './refusal-code.ts';

/** Problems of the account, the key or the address, even where a proxy reports them. No item is at fault. */
const ACCOUNT_PROBLEMS = new Set([401, 402, 403, 404, 405, 407, 410, 451]);
/** These statuses mean that the same call may work later: timeout, conflict, locked, too early, ... */
const RETRYABLE = new Set([408, 409, 415, 421, 423, 425]);

/**
 * The failure class of an answer, or null where it is a success. Customer.io publishes no table: 408, 429 and 5xx (with
 * 522 and 524) are what its own SDK retries; 401 is documented, 403 and 402 can only concern the account; 404 is
 * not documented for any call that Stagepost makes, so it means that the address is wrong.
 *
 * Only Customer.io's own JSON refuses an item: the answer of a front end or a proxy must not create a dead letter.
 */
export function classOf(status: number, body: AnswerBody, isRead = false): FailureClass | null {
  if (status >= 200 && status < 300) return successClass(body, isRead);
  // A redirect that was not followed leads to a host that is not Customer.io's.
  if (status < 400 || ACCOUNT_PROBLEMS.has(status)) return 'unauthorized';
  if (status === 429) return 'throttled';
  if (status >= 500 || RETRYABLE.has(status)) return 'retryable';
  return isOwnRefusal(body.json) ? 'permanent' : 'retryable';
}

/**
 * A 200 means accepted only with a body of Customer.io: `{}` for every write (seen in recorded answers), or an empty one
 * (its SDKs accept that). Captive portals, proxies and a wrong `track_url` answer 200, too.
 */
function successClass({ kind, json }: AnswerBody, isRead: boolean): FailureClass | null {
  if (kind === 'empty') return null;
  // Segment's client guards against 200 with errors.
  if (isOwnRefusal(json)) return 'permanent';
  if (isRead) return kind === 'json' ? null : 'retryable';
  return isEmptyObject(json) ? null : 'retryable';
}

function isEmptyObject(json: unknown): boolean {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && Object.keys(json).length === 0;
}

/** Throws the DeliveryError for an answer that is no success. `setting`: the configuration key to check where the address is wrong. */
export function throwUnlessOk(answer: Answer, setting: string): void {
  const failure = classOf(answer.status, answer.body, answer.isRead);
  if (failure !== null) throw failed(failure, answer, setting);
}

export function failed(failure: FailureClass, answer: Answer, setting: string): DeliveryError {
  const message = errorMessage(answer.body);
  return new DeliveryError(
    failure,
    `${whatHappened(failure, answer, setting)} Customer.io's answer: ${message}`,
    {
      code: failure === 'permanent' ? refusalCode(answer.status, message) : null,
      status: answer.status,
      // Customer.io documents no Retry-After; its SDK honours one. A date counts from the answer's own date.
      retryAfterMs: retryAfterMs(answer.retryAfter, Date.parse(answer.date ?? '')),
    },
  );
}

function whatHappened(failure: FailureClass, { status, call }: Answer, setting: string): string {
  if (status === 401)
    return `Customer.io refused the credentials (401 to ${call}). Check them for this workspace.`;
  if (status === 407) return `A proxy on the way requires a sign-in (407 to ${call}). Check the network.`;
  if (status === 402 || status === 403 || status === 451) {
    return `Customer.io refused the account or the key's rights (${status} to ${call}). Check both in Customer.io.`;
  }
  if (status < 400 && failure === 'unauthorized')
    return `${call} was redirected (${status}). Check ${setting}.`;
  if (failure === 'unauthorized') return `${call} is unknown at this address (${status}). Check ${setting}.`;
  if (failure === 'throttled') return `Customer.io asks to slow down (429 to ${call}).`;
  if (failure === 'permanent') return `Customer.io refused ${call} (${status}).`;
  if (status >= 200 && status < 300)
    return `The answer to ${call} did not come from Customer.io (${status}).`;
  return `Customer.io could not answer ${call} (${status}).`;
}
