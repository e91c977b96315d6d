import type { App } from '../../src/app.ts';

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  body: any;
  headers: Headers;
}

/** Asks a running Stagepost as a browser with a cookie would, or with other headers. */
export interface ConsoleClient {
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string): Promise<Answer>;
  /** The cookies as they are sent. */
  readonly cookie: string;
}

export function consoleClient(url: string, authorization?: string): ConsoleClient {
  const cookies = new Map<string, string>();
  const cookieHeader = () => [...cookies.values()].join('; ');
  const client: ConsoleClient = {
    async ask(method, path, body, headers = {}) {
      const answer = await fetch(new URL(path, url), {
        method,
        redirect: 'manual',
        headers: {
          ...(authorization
            ? { authorization }
            : { cookie: cookieHeader(), origin: new URL(url).origin, 'x-stagepost': 'console' }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      for (const set of answer.headers.getSetCookie()) {
        const [pair = ''] = set.split(';');
        cookies.set(pair.slice(0, pair.indexOf('=')), pair);
      }
      const text = await answer.text();
      return {
        status: answer.status,
        body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
        headers: answer.headers,
      };
    },
    get: (path) => client.ask('GET', path),
    get cookie() {
      return cookieHeader();
    },
  };
  return client;
}

export const PASSWORD = 'correct horse battery';

/** The first admin, by the one-time link. */
export async function firstAdmin(app: App, name = 'Ann'): Promise<ConsoleClient> {
  const client = consoleClient(app.url);
  const link = new URL((await app.setupLink())!).hash.slice(1);
  const answer = await client.ask('POST', '/api/setup', { link, name, password: PASSWORD });
  if (answer.status !== 200) throw new Error(`The first admin could not be made: ${answer.body.error}`);
  return client;
}
