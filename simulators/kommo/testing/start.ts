import { startKommoSimulator } from '../simulator.ts';
import type { KommoSimulator, KommoSimulatorOptions } from '../types.ts';

export interface Answered {
  status: number;
  type: string | null;
  /** The parsed JSON; the text when it is none; undefined for an empty body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  body: any;
}

export interface Tried extends AsyncDisposable {
  kommo: KommoSimulator;
  get(path: string): Promise<Answered>;
  send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Answered>;
}

export async function request(url: string, init: RequestInit): Promise<Answered> {
  const response = await fetch(url, init);
  const text = await response.text();
  const type = response.headers.get('content-type');
  const body = text === '' ? undefined : type?.includes('json') ? JSON.parse(text) : text;
  return { status: response.status, type, body };
}

/** A simulator without a rate limit, and calls to its API; ends with the test. */
export async function start(options: KommoSimulatorOptions = {}): Promise<Tried> {
  const kommo = await startKommoSimulator({ rateLimit: false, ...options });
  const headers = { authorization: `Bearer ${kommo.token}` };
  const at = (path: string) => `${kommo.url}/api/v4${path}`;
  return {
    kommo,
    get: (path) => request(at(path), { headers }),
    send: (method, path, body) =>
      request(at(path), {
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    [Symbol.asyncDispose]: () => kommo.close(),
  };
}

/** The validation errors of an answer as `request_id path code`. */
export const errorsOf = ({ body }: Answered): string[] =>
  body['validation-errors'].flatMap(
    (item: { request_id: string; errors: { path: string; code: string }[] }) =>
      item.errors.map(({ path, code }) => `${item.request_id} ${path} ${code}`),
  );
