import { DeliveryError, type FailureClass } from '../rules/failures.ts';
import type { Answer } from './http.ts';
import { errorsIn, type ReadBody, wordsOf } from './words.ts';

/** A server that asks for a longer pause than this is asked again anyway: it may have meant milliseconds. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Who must act on this answer, or null where it is a success. Customer.io publishes no table: 408, 429 and 5xx
 * (with 522 and 524) are what its own SDK tries again; 401 is documented, 403 and 402 can only mean the account.
 */
export function classOf(status: number, body: ReadBody): FailureClass | null {
  if (status >= 200 && status < 300) return successClass(body);
  if (status === 401 || status === 402 || status === 403) return 'reconnect';
  if (status === 429) return 'slow_down';
  if (status === 408 || status === 425 || status === 423 || status === 421) return 'again';
  if (status < 400 || status >= 500) return 'again';
  // No call that is made here is documented to answer these: the address is wrong, and so it is for every call.
  if (status === 404 || status === 405 || status === 410) return 'reconnect';
  if (status === 413) return 'reject';
  // A front end spoke, not Customer.io: that says nothing about the item.
  return body.kind === 'html' ? 'again' : 'reject';
}

/** 200 means accepted only in Customer.io's own JSON (or nothing at all): a captive portal answers 200 too. */
function successClass(body: ReadBody): FailureClass | null {
  if (body.kind === 'html' || body.kind === 'text') return 'again';
  // Segment's client guards against 200 with errors.
  return body.kind === 'json' && errorsIn(body.json).length > 0 ? 'reject' : null;
}

/** Throws the DeliveryError for an answer that is no success. `setting` is what to look at where the address is wrong. */
export function throwUnlessOk(answer: Answer, setting: string): void {
  const failure = classOf(answer.status, answer.body);
  if (failure !== null) throw failed(failure, answer, setting);
}

export function failed(failure: FailureClass, answer: Answer, setting: string): DeliveryError {
  const said = wordsOf(answer.body);
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
  if (status === 402 || status === 403) {
    return `Customer.io refused the account or the key's rights (${status} to ${call}). Check both in Customer.io.`;
  }
  if (failure === 'reconnect') return `${call} is unknown at this address (${status}). Check ${setting}.`;
  if (failure === 'slow_down') return `Customer.io asks to slow down (429 to ${call}).`;
  if (failure === 'reject') return `Customer.io refused ${call} (${status}).`;
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
