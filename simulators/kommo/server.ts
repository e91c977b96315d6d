import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Listening, type ListenOptions, listen as listenOn } from '../common/http-server.ts';
import type { Reply } from './hal.ts';

/** Far above any body a client of this product sends; Kommo's own limit is not documented. */
const largestBody = 20_000_000;

export interface Request {
  method: string;
  path: string;
  rawQuery: string;
  authorization: string;
  /** The header `X-Refresh-Token`; empty where there is none. */
  refreshToken: string;
  /** The name and port under which the caller reaches the simulator; empty where it says none. */
  host: string;
  text: string;
}

/** What to do with a request: answer it, cut it, or leave it hanging. */
export type Answer = Reply & { headers?: Record<string, string> };
export type Outcome = Answer | 'reset' | 'hang';

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
    refreshToken: String(request.headers['x-refresh-token'] ?? ''),
    host: request.headers.host ?? '',
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
export function listen(
  options: ListenOptions,
  answer: (request: Request, arrived: number) => Outcome | Promise<Outcome>,
): Promise<Listening> {
  return listenOn(options, async (request, response) => {
    const arrived = performance.now();
    const text = await readBody(request);
    if (text === null) return;
    const outcome = await answer(split(request, text), arrived);
    if (outcome === 'reset') request.socket.resetAndDestroy();
    else if (outcome !== 'hang' && !response.destroyed) write(response, outcome);
  });
}
