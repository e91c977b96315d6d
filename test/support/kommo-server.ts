import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import {
  createKommoClient,
  type KommoClient,
  type KommoClientOptions,
} from '../../src/kommo/client/client.ts';
import { longLivedToken } from '../../src/kommo/client/token-source.ts';

/** For the tests of this room: a server that answers what the test says, and a client that asks it. */

export interface Seen {
  method: string;
  path: string;
  query: URLSearchParams;
  /** The parsed body, if any. */
  body: unknown;
  headers: IncomingMessage['headers'];
  /** When it arrived, in ms. */
  at: number;
}

export type Reply =
  | { status?: number; json?: unknown; html?: string; headers?: Record<string, string> }
  /** Read the request, then cut the connection. */
  | 'cut'
  /** Read the request, then say nothing. */
  | 'silence'
  /** Send the headers and half of a body, then cut the connection. */
  | 'half';

export interface TestKommo extends AsyncDisposable {
  client: KommoClient;
  calls: Seen[];
  baseUrl: string;
}

export async function startKommo(
  reply: (seen: Seen, count: number) => Reply,
  options: Partial<KommoClientOptions> = {},
): Promise<TestKommo> {
  const calls: Seen[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const at = performance.now();
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const url = new URL(request.url ?? '/', 'http://kommo');
    const body = text === '' ? undefined : JSON.parse(text);
    const { headers, method = '' } = request;
    const seen = { method, path: url.pathname, query: url.searchParams, body, headers, at };
    calls.push(seen);
    const answer = reply(seen, calls.length);
    if (answer === 'silence') return;
    if (answer === 'cut') return void request.socket.destroy();
    if (answer === 'half') {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"half":', () => request.socket.destroy());
      return;
    }
    const status = answer.status ?? (answer.json === undefined && answer.html === undefined ? 204 : 200);
    const type = answer.html === undefined ? 'application/hal+json' : 'text/html';
    response.writeHead(status, { 'content-type': type, ...answer.headers });
    response.end(answer.html ?? (answer.json === undefined ? '' : JSON.stringify(answer.json)));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createKommoClient({
    baseUrl,
    tokens: longLivedToken(() => 'tok3n-that-is-secret'),
    requestsPerSecond: 1000,
    quietUntilMs: 0,
    ...options,
  });
  return {
    client,
    calls,
    baseUrl,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await client.close();
    },
  };
}

/** One page of a list, as Kommo wraps it. */
export function page(name: string, items: unknown[], next?: string): Reply {
  if (items.length === 0) return { status: 204 };
  const links = next === undefined ? {} : { next: { href: next } };
  return { json: { _page: 1, _links: { self: { href: 'x' }, ...links }, _embedded: { [name]: items } } };
}

export function wireDeal(id: number, more: object = {}): object {
  return {
    id,
    name: `Deal ${id}`,
    price: 100,
    responsible_user_id: 9,
    status_id: 11,
    pipeline_id: 1,
    created_at: 1686673337,
    updated_at: 1686748504,
    closed_at: null,
    is_deleted: false,
    custom_fields_values: null,
    _embedded: { tags: [], companies: [], contacts: [] },
    ...more,
  };
}
