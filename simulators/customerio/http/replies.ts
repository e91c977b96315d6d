import type { Problem } from '../model/limits.ts';

/** An answer, before it is written. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Items of a v2 batch, for the request log. */
  items?: number;
}

/** A request whose body was read. `url` holds the raw path and query. */
export interface Call {
  method: string;
  /** Decoded path segments. */
  path: string[];
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  at: number;
}

// Recorded from production on 2026-05-27 in an official fixture, `status` header included. Strict transport
// security does not concern a plain HTTP origin, and clients ignore it there.
const trackHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-cache, no-store, must-revalidate, max-age=0',
  'access-control-allow-origin': '*',
  via: '1.1 google',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'alt-svc': 'h3=":443"; ma=2592000,h3-29=":443"; ma=2592000',
};

const okHeaders = { ...trackHeaders, status: '200 OK' };

/** The success body: `content-length: 3` was recorded, so most likely `{}` and a newline. */
export const accepted: Reply = { status: 200, headers: okHeaders, body: '{}\n' };

export function trackJson(status: number, body: unknown): Reply {
  const text = status === 400 ? JSON.stringify(body, null, 2) : JSON.stringify(body);
  return { status, headers: status === 200 ? okHeaders : trackHeaders, body: `${text}\n` };
}

/** Track v1: the texts only, pretty-printed as recorded. */
export function refusedV1(problems: Problem[]): Reply {
  return trackJson(400, { meta: { errors: problems.map((one) => one.text) } });
}

/** Track v2: the whole request is refused. */
export function refusedV2(problems: Problem[]): Reply {
  return trackJson(400, {
    errors: problems.map(({ reason, field, message }) => ({ reason, field, message })),
  });
}

export const unauthorizedTrack = trackJson(401, { meta: { error: 'Unauthorized request' } });
export const notFoundTrack = trackJson(404, { meta: { error: 'not found' } });

// Live headers of the App API, recorded in an official fixture.
const appHeaders = {
  'content-type': 'application/json',
  'cache-control': 'must-revalidate,no-cache,no-store',
  'x-frame-options': 'SAMEORIGIN',
};

export function appJson(status: number, body: unknown): Reply {
  return { status, headers: appHeaders, body: JSON.stringify(body) };
}

/** The App API's usual error: `status` is text; 422 adds where the fault is. */
export function appError(status: number, detail: string, pointer?: string): Reply {
  const error = { detail, status: String(status), ...(pointer ? { source: { pointer } } : {}) };
  return appJson(status, { errors: [error] });
}
