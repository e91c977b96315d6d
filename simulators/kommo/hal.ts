import { nginxPage } from '../common/faults.ts';

/** An answer before it is written. A null body is sent as no body. */
export interface Reply {
  status: number;
  type: string;
  body: string | null;
}

/** The error of one field of one item, as Kommo words it. */
export interface FieldError {
  code: string;
  path: string;
  detail: string;
}

/** The errors of one item of a request; `request_id` names the item (by default its index as text). */
export interface ItemErrors {
  request_id: string;
  errors: FieldError[];
}

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  501: 'Not Implemented',
};

export const hal = (body: unknown, status = 200): Reply => ({
  status,
  type: 'application/hal+json',
  body: JSON.stringify(body),
});

/** Nothing found: Kommo answers 204 without a body, also for one entity that does not exist. */
export const nothing: Reply = { status: 204, type: 'application/hal+json', body: null };

export function problem(status: number, detail: string, more: Record<string, unknown> = {}): Reply {
  const title = titles[status] ?? 'Error';
  const body = { ...more, title, type: `https://httpstatus.es/${status}`, status, detail };
  return { status, type: 'application/problem+json', body: JSON.stringify(body) };
}

/** `problem+json` for any status: 429 with `retry_after` in the body, 5xx as ErrInternalServer (Kommo docs). */
export function problemText(status: number): { type: string; body: string } {
  const reply =
    status === 429
      ? tooMany()
      : status >= 500
        ? {
            type: 'application/problem+json',
            body: JSON.stringify({
              title: 'ErrInternalServer',
              status,
              detail: 'Our team are probably already working on the elimination of the problem',
              trace_id: '8f3c1f0e',
            }),
          }
        : problem(status, titles[status] ?? 'Error');
  return { type: reply.type, body: reply.body ?? '' };
}

/** Kommo docs: the 429 body carries `retry_after`; no header does. */
export function tooMany(): Reply {
  const detail = 'You have sent too many requests in a given amount of time. Please try again later.';
  const body = {
    title: 'Too Many Requests',
    type: 'https://httpstatus.es/429',
    status: 429,
    detail,
    retry_after: 300,
  };
  return { status: 429, type: 'application/problem+json', body: JSON.stringify(body) };
}

export const nginx = (status: number): Reply => ({ status, type: 'text/html', body: nginxPage(status) });

/** With any such error nothing of the request is applied (seen in public client code). */
export const invalid = (errors: ItemErrors[]): Reply =>
  problem(400, 'Request validation failed', { 'validation-errors': errors });

/** Unknown ids: a map from the id to the reason (seen in public client code). */
export const unknownIds = (errors: Record<string, string>): Reply =>
  problem(400, 'Invalid request body', { errors });
