import { language } from '../languages/language.ts';
import { requestTexts } from '../texts.ts';

/** An answer that is no success. `status` 0: the server could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  /** The server is the demo, where nobody needs a password. */
  readonly isDemo: boolean;
  constructor(status: number, message: string, isDemo = false) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.isDemo = isDemo;
  }
}

type Query = Record<string, string | number | boolean | null | undefined>;

/** @throws ApiError in the server's own words. */
export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return send<T>('GET', `${path}${queryText(query)}`, undefined, signal);
}

export function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return send<T>('POST', path, body, signal);
}

export function patch<T>(path: string, body: unknown): Promise<T> {
  return send<T>('PATCH', path, body);
}

export function remove<T>(path: string): Promise<T> {
  return send<T>('DELETE', path);
}

async function send<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await fetch(path, {
    method,
    signal: signal ?? null,
    credentials: 'same-origin',
    // Whoever signs out and closes the window at once is signed out.
    keepalive: method === 'DELETE',
    headers: {
      accept: 'application/json',
      'accept-language': language,
      // No other site can set this header: with the cookie alone nothing can be changed.
      'x-stagepost': 'console',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, requestTexts.unreachable);
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  const isDemo = response.headers.has('x-stagepost-demo');
  throw new ApiError(response.status, wordsOf(answer) ?? requestTexts.answered(response.status), isDemo);
}

function wordsOf(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return null;
  return typeof answer.error === 'string' ? answer.error : null;
}

/** `?a=1&b=2` of what is given; empty where nothing is. */
export function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
