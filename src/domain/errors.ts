/**
 * How a failed call to a destination is handled: whether it is retried, and who must act.
 * `kommo/` and `customerio/` map every answer to one of these classes; the lanes depend on nothing else.
 *
 * - `retryable`: timeout, reset, 5xx. Retried with backoff; no action needed.
 * - `throttled`: 429 or a block. The whole lane pauses and no attempt is used up; a block may need the provider's support.
 * - `unauthorized`: 401, a revoked token. The lane is held until the operator fixes the credentials.
 * - `permanent`: the destination refuses this one item. The author of the rule or of the data must act.
 * - `unknown`: a write without an answer. The destination is read back before the write is repeated.
 */
export type FailureClass = (typeof FAILURE_CLASSES)[number];

export const FAILURE_CLASSES = ['retryable', 'throttled', 'unauthorized', 'permanent', 'unknown'] as const;

/** The cause of an action's failure, where it is known in more detail than its class. Stored with the action; the advice depends on it. */
export const FAILURE_CODES = [
  /** The deal field does not exist in Kommo. */
  'field_missing',
  /** The list field has no such option. */
  'option_missing',
  /** The value does not fit the type of the field. */
  'value_type_mismatch',
  /** Kommo does not have the value to set: a field or an option is missing or archived. */
  'choice_unknown',
  /** The responsible user cannot be given a task. */
  'assignee_unavailable',
  /** Kommo refuses the name of a tag. */
  'tag_refused',
  'deal_not_found',
  'text_too_long',
  'text_empty',
  /** Customer.io refuses the person's email address or id. */
  'identifier_refused',
  /** A value or an item exceeds Customer.io's size limits. */
  'payload_too_large',
  /** The action that had to be done before this one has failed for good. */
  'previous_action_failed',
  /** Retried for three days without success. */
  'attempts_exhausted',
  /** Only another version of Stagepost can read this action. */
  'action_unreadable',
] as const;

export type FailureCode = (typeof FAILURE_CODES)[number];

/** A stored failure class; null for none, and for one that only another version of Stagepost knows. */
export function storedFailureClass(text: string | null): FailureClass | null {
  return FAILURE_CLASSES.find((failure) => failure === text) ?? null;
}

/** A stored failure code; null for none, and for one that only another version of Stagepost knows. */
export function storedFailureCode(text: string | null): FailureCode | null {
  return FAILURE_CODES.find((code) => code === text) ?? null;
}

/** A failed call, with the destination's error text. Never carries a secret. */
export class DeliveryError extends Error {
  readonly failure: FailureClass;
  /** Null where nothing more than the class is known. */
  readonly code: FailureCode | null;
  /** HTTP status, or null where there was no answer. */
  readonly status: number | null;
  /** The code of the error where no complete answer came: `ENOTFOUND`, `ERR_BUFFER_TOO_LARGE`. */
  readonly systemCode: string | null;
  /** The shortest wait before the next attempt, in whole ms (times are stored as integers), where the destination names one. */
  readonly retryAfterMs: number | null;
  /** For a batch: the error text of each item at fault, by its index in the batch. */
  readonly items: Map<number, string>;
  /**
   * For a batch: the outcome of the items that `items` does not name. `not_done`: nothing was written, send them
   * again. `unknown`: they may have been written, read back first.
   */
  readonly otherItems: 'not_done' | 'unknown';

  constructor(
    failure: FailureClass,
    message: string,
    options: {
      code?: FailureCode | null;
      status?: number | null;
      systemCode?: string | null;
      retryAfterMs?: number | null;
      items?: Map<number, string>;
      otherItems?: 'not_done' | 'unknown';
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'DeliveryError';
    this.failure = failure;
    this.code = options.code ?? null;
    this.status = options.status ?? null;
    this.systemCode = options.systemCode ?? null;
    this.retryAfterMs = wholeMs(options.retryAfterMs);
    this.items = options.items ?? new Map();
    this.otherItems = options.otherItems ?? (failure === 'unknown' ? 'unknown' : 'not_done');
  }
}

/** Rounded up: what is left of a pause by a monotonic clock has fractions. */
function wholeMs(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : Math.ceil(ms);
}

/** Whether the same call may succeed later: a refused credential and a refused item stay refused. */
export function mayAnswerLater({ failure }: DeliveryError): boolean {
  return failure !== 'unauthorized' && failure !== 'permanent';
}

/** Whether the credentials are refused for every call. A missing right (403) concerns some kinds of calls only. */
export function concernsAllCalls({ failure, status }: DeliveryError): boolean {
  return failure === 'unauthorized' && status !== 403;
}

/** The same failure for one action or event alone, which is retried while all others go on. */
export function asRetryable(error: DeliveryError): DeliveryError {
  const { message, status, retryAfterMs } = error;
  return new DeliveryError('retryable', message, { status, retryAfterMs, cause: error });
}

/** The error of a call as a `DeliveryError`. Any other error counts as retryable. */
export function asDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError('retryable', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}
