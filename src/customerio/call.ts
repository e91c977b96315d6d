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
  method: 'GET' | 'PUT' | 'POST';
  /** Encoded path and query. */
  path: string;
  /** The path without personal data. */
  template: string;
  /** JSON text. */
  body?: string;
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
