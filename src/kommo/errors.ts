import { DeliveryError, type FailureClass } from '../rules/failures.ts';
import { itemErrors, wordsOf } from './problem.ts';

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
  /** The parsed body; undefined where it is not JSON (an empty body, a gateway's page). */
  json: unknown;
  /** A web page instead of an answer of the API. */
  html: boolean;
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

/**
 * Translates an answer that is not 2xx (or 2xx without JSON) into who must act.
 *
 * A 5xx to a call that creates something is `unknown`, 500 and 503 included: a gateway's 502, 503 or 504
 * says nothing about what the server behind it did, and Kommo promises nothing for 500. Reading back costs one
 * call; a second note is there for all to see. `set` and `read` may be repeated, so they are tried again.
 */
export function failureOf(answer: Answer, about: CallAbout): DeliveryError {
  const { status } = answer;
  const { failure, message, retryAfterMs } = verdict(answer, about);
  const words = mask(wordsOf(answer.json), about.secrets);
  const batch = failure === 'reject' ? itemErrors(answer.json, about) : null;
  return new DeliveryError(failure, words === '' ? message : `${message} Kommo says: ${words}`, {
    status,
    retryAfterMs,
    items: new Map([...(batch?.items ?? [])].map(([index, text]) => [index, mask(text, about.secrets)])),
    rest: batch?.rest,
  });
}

interface Verdict {
  failure: FailureClass;
  message: string;
  retryAfterMs?: number | null;
}

function verdict(answer: Answer, { effect, doing }: CallAbout): Verdict {
  const { status, json, html } = answer;
  if (status === 401) {
    return {
      failure: 'reconnect',
      message:
        'Kommo does not accept the token (401). Create a new token in Kommo and put it into the configuration.',
    };
  }
  if (status === 402) {
    const message = 'Kommo says payment required (402): the trial or paid period of the account has ended.';
    return { failure: 'reconnect', message };
  }
  if (status === 403 && json === undefined) {
    return {
      failure: 'slow_down',
      message:
        'Kommo has blocked this account or this IP address (403 page). Ask Kommo support to lift the block; name the subdomain and the IP address.',
      retryAfterMs: BLOCK_PAUSE_MS,
    };
  }
  if (status === 403) {
    const message = `The token has no right for ${doing} (403). Use the token of an administrator.`;
    return { failure: 'reconnect', message };
  }
  if (status === 429) {
    const message = 'Kommo asks to slow down (429).';
    return { failure: 'slow_down', message, retryAfterMs: retryAfterOf(answer) };
  }
  if ((status >= 300 && status < 400) || (status === 404 && html)) {
    const message = `No Kommo account answers at this address (${status}). Check the URL in the configuration.`;
    return { failure: 'reconnect', message };
  }
  if (status >= 500 || status === 408 || status === 425) {
    return { failure: unclear(effect), message: `Kommo failed at ${doing} (${status}).` };
  }
  if (status >= 200 && status < 300) {
    const message = `Kommo answered ${doing} with something that is not JSON (${status}).`;
    return { failure: unclear(effect), message };
  }
  return { failure: 'reject', message: `Kommo refused ${doing} (${status}).` };
}

/** What becomes of a call whose outcome is not known. */
export function unclear(effect: Effect): FailureClass {
  return effect === 'create' ? 'unknown' : 'again';
}

/** Takes secrets out of a text. */
export function mask(text: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (masked, secret) => (secret.length < 4 ? masked : masked.replaceAll(secret, '***')),
    text,
  );
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
