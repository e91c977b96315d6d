import type { DeliveryError } from '../../domain/errors.ts';
import type { TokenAdvice } from './token-source.ts';
import type { Priority } from './waiting-requests.ts';

/**
 * The effect of making a call twice.
 * - `read`: nothing.
 * - `set`: the same values are set again, which changes nothing (deal fields, webhook registration).
 * - `create`: a second note or task. Kommo has no idempotency key, so an unknown outcome must be read back.
 */
export type Effect = 'read' | 'set' | 'create';

/** The subject of a call, for error texts and for attributing errors to the items of a batch. */
export interface CallContext {
  effect: Effect;
  /** The call in error texts: "adding notes". */
  doing: string;
  /** For a batch: the deal of each of the caller's items. Kommo names some items by their deal. */
  dealIds?: readonly number[];
  /**
   * For a batch whose items on the wire are not the caller's: the caller's items (by index) that one of them stands for.
   * `path` is Kommo's path inside the item (`custom_fields_values.0.field_id`).
   */
  owners?: (index: number, path: string) => number[];
  /** Replaced by `***` in every message. */
  secrets: readonly string[];
  advice: TokenAdvice;
}

export interface KommoCall extends Omit<CallContext, 'secrets' | 'advice'> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v4`, without a query: `/leads`. */
  path: string;
  /** Without the question mark, already encoded. */
  query?: string;
  body?: unknown;
  /** Statuses with a JSON body that mean "there is none", as 204 does. */
  absent?: readonly number[];
  /** Further texts to mask in messages, besides the token. */
  secrets?: readonly string[];
}

/** Accepted by every method of the client. */
export interface CallOptions {
  /** `live` when absent. */
  priority?: Priority;
  signal?: AbortSignal;
}

/** A finished call, for metrics and logs. The query is left out: it can hold a webhook's secret. */
export interface CallReport {
  method: string;
  path: string;
  /** Null where there was no answer. */
  status: number | null;
  /** From the start of sending to the end of the answer. */
  ms: number;
  /** The header `Date` of the answer; null where there was none. */
  date: string | null;
  error?: DeliveryError;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The parsed body; undefined where it is not JSON, or could not be read to its end. */
  json: unknown;
}
