import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call, Reply } from './replies.ts';

/** More than any limit of Customer.io; a caller beyond it is broken, and cut off. */
const largestBody = 20_000_000;

/** Reads the body; null when the caller went away or sent far too much. */
export function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > largestBody) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () =>
      resolve(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString()),
    );
    request.on('error', () => resolve(null));
    request.on('close', () => resolve(null));
  });
}

/** Decodes path and query; null for a path whose percent-encoding is broken. */
export function readCall(request: IncomingMessage, body: string, at: number): Call | null {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  try {
    const segments = path.split('/').slice(1).map(decodeURIComponent);
    return { method: request.method ?? 'GET', path: segments, query, headers: request.headers, body, at };
  } catch {
    return null;
  }
}

export function write(response: ServerResponse, reply: Reply): void {
  const hasBody = reply.status !== 204;
  const length = hasBody ? { 'content-length': String(Buffer.byteLength(reply.body)) } : {};
  response.writeHead(reply.status, { ...reply.headers, ...length });
  response.end(hasBody ? reply.body : undefined);
}
