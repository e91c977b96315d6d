import { DeliveryError, type FailureClass } from '../../domain/errors.ts';
import { type BatchErrors, isAboutAddress, isOwnProblem, itemErrors, problemMessage } from './problem.ts';

/**
 * What happens when a call is made twice.
 * - `read`: nothing.
 * - `set`: the same values are set again, which changes nothing (deal fields, webhook registration).
 * - `create`: a second note or task. Kommo has no idempotency key, so an unclear outcome must be looked up.
 */
export type Effect = 'read' | 'set' | 'create';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The parsed body; undefined where it is not JSON, or could not be read to its end. */
  json: unknown;
}

/** What the failed call was about, to name the item in a batch. */
export interface CallAbout {
  effect: Effect;
  /** In words, for messages: "adding notes". */
  doing: string;
  /** For a batch: the deal of each of the caller's items. Kommo names some items by their deal. */
  dealIds?: readonly number[];
  /**
   * For a batch: the caller's items that one item on the wire stands for, where they are not the same. `path` is Kommo's
   * path inside the item (`custom_fields_values.0.field_id`).
   */
  owners?: (index: number, path: string) => number[];
  /** Nobody may see these in a message. */
  secrets: readonly string[];
}

/** A block is lifted by Kommo's support only: asking more often than this would not help. */
const BLOCK_PAUSE_MS = 15 * 60_000;
/** The documented `retry_after` is 300 s; more than an hour is no sensible answer. */
const MAX_RETRY_AFTER_MS = 3_600_000;
/** Longer words are cut: an error text stands in a table and with every attempt. */
const MAX_WORDS = 1000;

/** About the account or the address, whoever says it and for every call: somebody must act, and no item is at fault. */
const HELD = new Set([401, 402, 405, 407, 451]);
/** By their meaning nothing was done, and the same call may work later: conflict, locked, misdirected, too early, ... */
const LATER = new Set([409, 415, 421, 423, 425]);

/**
 * Translates an answer that is not Kommo's own 2xx into who must act.
 *
 * Only Kommo's own JSON refuses an item. A page, an empty body, half a body or another JSON comes from something in
 * between (a gateway, a firewall, a proxy): it makes no dead letter, and where the status does not tell that nothing
 * was done, a call that creates something has an `unknown` outcome: a proxy can put its page over any answer.
 *
 * So does a 5xx, 500 and 503 included: a gateway's 502, 503 or 504 says nothing about what the server behind it did,
 * and Kommo promises nothing for 500. Reading back costs one call; a second note is there for all to see. `set` and
 * `read` may be repeated, so they are tried again.
 */
export function failureOf(answer: Answer, about: CallAbout): DeliveryError {
  const { status } = answer;
  const named = itemErrors(answer.json, about);
  const failure = classOf(answer, about, named);
  const words = clean(problemMessage(answer.json), about.secrets);
  const message = messageOf(failure, answer, about.doing);
  const items = failure === 'permanent' ? [...named.items] : [];
  return new DeliveryError(failure, words === '' ? message : `${message} Kommo says: ${words}`, {
    status,
    retryAfterMs: isBlock(answer) ? BLOCK_PAUSE_MS : waitAsked(failure, answer),
    items: new Map(items.map(([index, text]) => [index, clean(text, about.secrets)])),
    rest: failure === 'permanent' ? named.rest : undefined,
  });
}

function classOf(answer: Answer, about: CallAbout, named: BatchErrors): FailureClass {
  const { status, json } = answer;
  const own = isOwnProblem(json);
  if (status < 300 || status >= 500 || status === 408) return unclear(about.effect);
  if (status < 400 || HELD.has(status)) return 'unauthorized';
  if (status === 403) return own ? 'unauthorized' : 'throttled';
  if (status === 429) return 'throttled';
  if (status === 404 || status === 410) return own && !isAboutAddress(json) ? 'permanent' : 'unauthorized';
  if (LATER.has(status)) return own && named.items.size > 0 ? 'permanent' : 'retryable';
  if (own) return isHalfRefused(about, named) ? 'unknown' : 'permanent';
  // The request was too large for a gateway, which has not read it to its end.
  return status === 413 ? 'retryable' : unclear(about.effect);
}

/** The map of ids, with none of ours in it: others of the batch may have been written, and nothing tells which. */
function isHalfRefused({ effect, dealIds = [] }: CallAbout, { items, rest }: BatchErrors): boolean {
  return effect === 'create' && rest === 'unknown' && items.size === 0 && dealIds.length > 1;
}

/** A block is nginx's page (Kommo docs); a missing right is a problem in JSON. */
function isBlock({ status, json }: Answer): boolean {
  return status === 403 && !isOwnProblem(json);
}

function messageOf(failure: FailureClass, answer: Answer, doing: string): string {
  const { status, json } = answer;
  if (status === 401) {
    return 'Kommo does not accept the token (401). Create a new token in Kommo and put it into the configuration.';
  }
  if (status === 402) {
    return 'Kommo says payment required (402): the trial or paid period of the account has ended.';
  }
  if (isBlock(answer)) {
    return 'Kommo has blocked this account or this IP address (403 page). Ask Kommo support to lift the block; name the subdomain and the IP address.';
  }
  if (status === 403) return `The token has no right for ${doing} (403). Use the token of an administrator.`;
  if (status === 407) return 'A proxy in between wants a sign-in (407). Check the network.';
  if (status === 451) return `Kommo is closed to this account or this place by law (451 to ${doing}).`;
  if (failure === 'throttled') return 'Kommo asks to slow down (429).';
  if (failure === 'unauthorized') {
    return `No Kommo account answers at this address (${status}). Check the URL in the configuration.`;
  }
  if (failure === 'permanent') return `Kommo refused ${doing} (${status}).`;
  if (status < 300) return `Something else than Kommo's API answered ${doing} (${status}).`;
  if (status < 500 && !isOwnProblem(json)) return `Something in front of Kommo refused ${doing} (${status}).`;
  return `Kommo failed at ${doing} (${status}).`;
}

/** What becomes of a call whose outcome is not known. */
export function unclear(effect: Effect): FailureClass {
  return effect === 'create' ? 'unknown' : 'retryable';
}

/** Takes secrets out of a text. */
export function mask(text: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (masked, secret) => (secret.length < 4 ? masked : masked.replaceAll(secret, '***')),
    text,
  );
}

/** Without secrets, on one line and of bounded length. First masked, then cut: half a token is no match. */
function clean(text: string, secrets: readonly string[]): string {
  const line = mask(text, secrets)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length <= MAX_WORDS ? line : `${line.slice(0, MAX_WORDS - 1)}…`.toWellFormed();
}

/** Also a 503 of a planned break says when to come again. Nobody waits for a held lane or a refused item. */
function waitAsked(failure: FailureClass, answer: Answer): number | null {
  return failure === 'unauthorized' || failure === 'permanent' ? null : retryAfterOf(answer);
}

/** From the header (seconds or a date) or the body; a gateway's 429 page has neither. */
function retryAfterOf(answer: Answer): number | null {
  const header = answer.headers['retry-after'];
  const body = answer.json as { retry_after?: unknown } | null | undefined;
  const given = typeof header === 'string' && header.trim() !== '' ? header : body?.retry_after;
  if (given === undefined || given === null) return null;
  const seconds = Number(given);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(String(given)) - Date.now();
  return Number.isFinite(ms) ? Math.min(MAX_RETRY_AFTER_MS, Math.max(1000, ms)) : null;
}
