import { DeliveryError, type FailureClass } from '../../domain/errors.ts';
import type { Answer } from '../http.ts';
import { errorMessage, isOwnRefusal, type ReadBody } from '../reports/report-names.ts';

/** A server that asks for a longer pause than this is asked again anyway: it may have meant milliseconds. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** About the account, the key or the address, whoever says it and for every call. No item is at fault. */
const HELD = new Set([401, 402, 403, 404, 405, 407, 410, 451]);
/** By their meaning the same call may work later: timeout, conflict, locked, misdirected, too early, ... */
const LATER = new Set([408, 409, 415, 421, 423, 425]);

/**
 * Who must act on this answer, or null where it is a success. Customer.io publishes no table: 408, 429 and 5xx
 * (with 522 and 524) are what its own SDK tries again; 401 is documented, 403 and 402 can only mean the account;
 * 404 is documented for no call that is made here, so the address is wrong.
 *
 * Only Customer.io's own JSON refuses an item. What a front end or a proxy says makes no dead letter.
 */
export function classOf(status: number, body: ReadBody, isRead = false): FailureClass | null {
  if (status >= 200 && status < 300) return successClass(body, isRead);
  // A redirect that was not followed leads to somebody else.
  if (status < 400 || HELD.has(status)) return 'unauthorized';
  if (status === 429) return 'throttled';
  if (status >= 500 || LATER.has(status)) return 'retryable';
  return isOwnRefusal(body.json) ? 'permanent' : 'retryable';
}

/**
 * 200 means accepted only in Customer.io's own words: `{}` to every write (recorded), or nothing at all (its SDKs
 * tolerate that). A captive portal, a proxy, or a wrong `track_url` answers 200 too.
 */
function successClass({ kind, json }: ReadBody, isRead: boolean): FailureClass | null {
  if (kind === 'empty') return null;
  // Segment's client guards against 200 with errors.
  if (isOwnRefusal(json)) return 'permanent';
  if (isRead) return kind === 'json' ? null : 'retryable';
  return isEmptyObject(json) ? null : 'retryable';
}

function isEmptyObject(json: unknown): boolean {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && Object.keys(json).length === 0;
}

/** Throws the DeliveryError for an answer that is no success. `setting` is what to look at where the address is wrong. */
export function throwUnlessOk(answer: Answer, setting: string): void {
  const failure = classOf(answer.status, answer.body, answer.isRead);
  if (failure !== null) throw failed(failure, answer, setting);
}

export function failed(failure: FailureClass, answer: Answer, setting: string): DeliveryError {
  const said = errorMessage(answer.body);
  return new DeliveryError(
    failure,
    `${whatHappened(failure, answer, setting)} Customer.io's answer: ${said}`,
    {
      status: answer.status,
      retryAfterMs: retryAfterMs(answer.retryAfter, answer.date),
    },
  );
}

function whatHappened(failure: FailureClass, { status, call }: Answer, setting: string): string {
  if (status === 401)
    return `Customer.io refused the credentials (401 to ${call}). Check them for this workspace.`;
  if (status === 407) return `A proxy in between wants a sign-in (407 to ${call}). Check the network.`;
  if (status === 402 || status === 403 || status === 451) {
    return `Customer.io refused the account or the key's rights (${status} to ${call}). Check both in Customer.io.`;
  }
  if (status < 400 && failure === 'unauthorized')
    return `${call} was redirected (${status}). Check ${setting}.`;
  if (failure === 'unauthorized') return `${call} is unknown at this address (${status}). Check ${setting}.`;
  if (failure === 'throttled') return `Customer.io asks to slow down (429 to ${call}).`;
  if (failure === 'permanent') return `Customer.io refused ${call} (${status}).`;
  if (status >= 200 && status < 300) return `Something else than Customer.io answered ${call} (${status}).`;
  return `Customer.io could not answer ${call} (${status}).`;
}

/**
 * `Retry-After` in ms: seconds or a date (then from the answer's own date, so that clocks need not agree).
 * Null where it is missing or makes no sense. Customer.io documents none; its SDK honours it.
 */
export function retryAfterMs(header: string | null, date: string | null): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1000), MAX_RETRY_AFTER_MS);
  if (!/[a-z]/i.test(text)) return null;
  const ms = Date.parse(text) - Date.parse(date ?? '');
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}
