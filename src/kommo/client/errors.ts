import { DeliveryError, type FailureClass } from '../../domain/errors.ts';
import { maskSecrets } from '../../lib/mask-secrets.ts';
import { oneLine } from '../../lib/one-line.ts';
import { retryAfterMs } from '../../lib/retry-after.ts';
import { asObject } from '../../lib/unknown-json.ts';
import type { Answer, CallContext, Effect } from './call.ts';
import { type BatchErrors, isAboutAddress, isOwnProblem, itemErrors, problemMessage } from './problem.ts';

/**
 * The pause after a block, which only Kommo's support can lift. Nothing but one call in this time is sent: few enough not to
 * prolong it, and enough to notice its end within two minutes.
 */
const BLOCK_PAUSE_MS = 90_000;
const MIN_RETRY_AFTER_MS = 1_000;
/** Characters of an error text, which is stored with every attempt and shown in a table. */
const MAX_MESSAGE = 1000;

/** Problems of the account or the address, even where a proxy reports them: the operator must act, no item is at fault. */
const ACCOUNT_PROBLEMS = new Set([401, 402, 405, 407, 451]);
/** These statuses mean that nothing was done and that the same call may work later: conflict, locked, too early, ... */
const RETRYABLE = new Set([409, 415, 421, 423, 425]);

/**
 * The error for an answer that is not Kommo's own 2xx.
 *
 * Only Kommo's own JSON refuses an item. A page, an empty body, half a body or any other JSON comes from a gateway, a
 * firewall or a proxy: it makes no dead letter, and unless the status says that nothing was done, a call that creates
 * something has an `unknown` outcome, since a proxy can put its page over any answer.
 *
 * A 5xx, including 500 and 503, is `unknown` for the same reason: a gateway's 502, 503 or 504 says nothing about what the
 * server behind it did, and Kommo promises nothing for 500. Reading back costs one call; a duplicate note is visible to
 * everybody. `set` and `read` calls may be repeated, so they are retried.
 */
export function failureOf(answer: Answer, about: CallContext): DeliveryError {
  const { status } = answer;
  const named = itemErrors(answer.json, about);
  const failure = classOf(answer, about, named);
  const explanation = clean(problemMessage(answer.json), about.secrets);
  const message = messageOf(failure, answer, about);
  const items = failure === 'permanent' ? [...named.items] : [];
  const isSaid = message.toLowerCase().includes(explanation.toLowerCase());
  return new DeliveryError(failure, isSaid ? message : `${message} Kommo says: ${explanation}`, {
    status,
    retryAfterMs: isBlock(answer) ? BLOCK_PAUSE_MS : retryAfterOf(failure, answer),
    items: new Map(items.map(([index, text]) => [index, clean(text, about.secrets)])),
    otherItems: failure === 'permanent' ? named.otherItems : undefined,
  });
}

function classOf(answer: Answer, about: CallContext, named: BatchErrors): FailureClass {
  const { status, json } = answer;
  const own = isOwnProblem(json);
  if (status < 300 || status >= 500 || status === 408) return unclear(about.effect);
  if (status < 400 || ACCOUNT_PROBLEMS.has(status)) return 'unauthorized';
  if (status === 403) return own ? 'unauthorized' : 'throttled';
  if (status === 429) return 'throttled';
  if (status === 404 || status === 410) return own && !isAboutAddress(json) ? 'permanent' : 'unauthorized';
  if (RETRYABLE.has(status)) return own && named.items.size > 0 ? 'permanent' : 'retryable';
  if (own) return isHalfRefused(about, named) ? 'unknown' : 'permanent';
  // The request was too large for a gateway, which has not read it to its end.
  return status === 413 ? 'retryable' : unclear(about.effect);
}

/** The map of ids names none of our items: some of the batch may have been written, and it is not known which. */
function isHalfRefused({ effect, dealIds = [] }: CallContext, { items, otherItems }: BatchErrors): boolean {
  return effect === 'create' && otherItems === 'unknown' && items.size === 0 && dealIds.length > 1;
}

/** A block is nginx's page (Kommo docs); a missing permission is a problem in JSON. */
function isBlock({ status, json }: Answer): boolean {
  return status === 403 && !isOwnProblem(json);
}

function messageOf(failure: FailureClass, answer: Answer, { doing, advice }: CallContext): string {
  const { status, json } = answer;
  if (status === 401) {
    return `Kommo does not accept the token (401). ${advice.refused}`;
  }
  if (status === 402) {
    return 'Kommo says payment required (402): the trial or paid period of the account has ended.';
  }
  if (isBlock(answer)) {
    return 'Kommo has blocked this account or this IP address (403 page). Ask Kommo support to lift the block; name the subdomain and the IP address.';
  }
  if (status === 403) return `The token has no right for ${doing} (403). ${advice.missingRight}`;
  if (status === 407) return 'A proxy on the way to Kommo requires a sign-in (407). Check the network.';
  if (status === 451)
    return `Kommo is not available to this account or location for legal reasons (451 to ${doing}).`;
  if (failure === 'throttled') return 'Kommo asks to slow down (429).';
  if (failure === 'unauthorized') {
    return `No Kommo account answers at this address (${status}). Check the URL in the configuration.`;
  }
  if (failure === 'permanent') return `Kommo refused ${doing} (${status}).`;
  if (status < 300) return `The answer to ${doing} did not come from Kommo's API (${status}).`;
  if (status < 500 && !isOwnProblem(json)) return `Something in front of Kommo refused ${doing} (${status}).`;
  return `Kommo failed at ${doing} (${status}).`;
}

/** The failure class of a call whose outcome is not known. */
export function unclear(effect: Effect): FailureClass {
  return effect === 'create' ? 'unknown' : 'retryable';
}

/** Masks before it cuts: a token cut in half would not be recognised. */
function clean(text: string, secrets: readonly string[]): string {
  return oneLine(maskSecrets(text, secrets), MAX_MESSAGE);
}

/** The wait that an answer asks for, in ms. A held lane or a refused item has none. */
function retryAfterOf(failure: FailureClass, { headers, json }: Answer): number | null {
  if (failure === 'unauthorized' || failure === 'permanent') return null;
  // A gateway's 429 page has neither the header nor Kommo's body.
  const header = [headers['retry-after'] ?? []].flat()[0]?.trim();
  const ms = retryAfterMs(header || retryAfterInBody(json), Date.now());
  return ms === null ? null : Math.max(MIN_RETRY_AFTER_MS, ms);
}

function retryAfterInBody(json: unknown): string | number | null {
  const { retry_after: given } = asObject(json);
  return typeof given === 'string' || typeof given === 'number' ? given : null;
}
