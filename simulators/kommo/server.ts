import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Reply } from './hal.ts';

/** Far above any body a client of this product sends; Kommo's own limit is not documented. */
const largestBody = 20_000_000;

export interface Request {
  method: string;
  path: string;
  rawQuery: string;
  authorization: string;
  text: string;
}

/** What to do with a request: answer it, cut it, or leave it hanging. */
export type Answer = Reply & { headers?: Record<string, string> };
export type Outcome = Answer | 'reset' | 'hang';

export interface Listening {
  url: string;
  close(): Promise<void>;
}

/** Reads the body; null when the caller went away or sent far too much. */
function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > largestBody) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString()));
    request.on('error', () => resolve(null));
    request.on('close', () => resolve(null));
  });
}

function split(request: IncomingMessage, text: string): Request {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    rawQuery: mark < 0 ? '' : url.slice(mark + 1),
    authorization: request.headers.authorization ?? '',
    text,
  };
}

let requests = 0;

function write(response: ServerResponse, answer: Answer): void {
  const body = answer.body;
  requests += 1;
  response.writeHead(answer.status, {
    server: 'nginx',
    'x-request-id': requests.toString(16).padStart(32, '0'),
    ...(body === null ? {} : { 'content-type': answer.type, 'content-length': Buffer.byteLength(body) }),
    ...answer.headers,
  });
  response.end(body ?? undefined);
}

/** Listens, reads each request whole and does with it what `answer` says; `arrived` is by `performance.now()`. */
export async function listen(
  host: string,
  port: number,
  answer: (request: Request, arrived: number) => Outcome | Promise<Outcome>,
): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    const arrived = performance.now();
    const text = await readBody(request);
    if (text === null) return;
    const outcome = await answer(split(request, text), arrived);
    if (outcome === 'reset') request.socket.resetAndDestroy();
    else if (outcome !== 'hang' && !response.destroyed) write(response, outcome);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
