import type { FailureClass } from '../domain/errors.ts';
import type { AnswerBody } from './answer-body.ts';

/** A finished HTTP request, safe to log: the path is a template, since real paths contain email addresses. */
export interface CallRecord {
  method: string;
  /** Such as `/api/v1/customers/{id}`. */
  path: string;
  /** Null where there was no answer. */
  status: number | null;
  ms: number;
  /** The class of the failure; null for a success, and for a redirect that may be followed. */
  failure: FailureClass | null;
  /** The header `Date` of the answer; null where there was none. */
  date: string | null;
}

export interface Call {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Encoded path and query. */
  path: string;
  /** The path without personal data. */
  template: string;
  /** JSON text. */
  body?: string;
  /** Whether a success carries data. Default: for GET only. */
  isRead?: boolean;
  /** Statuses by which Customer.io's own answer says that it does not know the person or address: no failure of the call. */
  absent?: readonly number[];
  /** The largest body of a success in bytes, where it is more than usual. */
  maxBytes?: number;
}

export interface Answer {
  /** Method and path template, for error texts. */
  call: string;
  /** Successful reads carry data, successful writes an empty body. */
  isRead: boolean;
  status: number;
  body: AnswerBody;
  retryAfter: string | null;
  date: string | null;
}
