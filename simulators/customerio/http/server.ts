import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from '../../common/exchange.ts';
import type { FaultPlan, RequestFault } from '../../common/faults.ts';
import type { RequestLogEntry } from '../types.ts';
import { readBody, readCall, write } from './listen.ts';
import { type Call, type Reply, trackJson } from './replies.ts';

export interface ServerOptions {
  route(call: Call, url: string): Reply;
  faults: FaultPlan;
  now(): number;
  log(entry: RequestLogEntry, exchange: Exchange): void;
}

const malformed = trackJson(400, { meta: { errors: ['malformed path'] } });

/** Answers one request after another: read, wait, perhaps fail, apply, answer, log. */
export function createAnswer(options: ServerOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = options.now();
    const body = await readBody(request);
    if (body === null) return;
    const url = request.url ?? '/';
    const path = url.split('?', 1)[0] as string;
    const fault = options.faults.request({ method: request.method ?? 'GET', path });
    if (fault && fault.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    const call = readCall(request, body, options.now());
    const reply = !fault || fault.applied ? (call ? options.route(call, url) : malformed) : null;
    const shown = finish(request, response, reply, fault);
    const items = reply?.items === undefined ? {} : { items: reply.items };
    const status = shown?.status ?? null;
    const exchange = { url, sent: body, answered: shown?.body ?? null };
    options.log({ at, method: request.method ?? 'GET', path, status, ...items }, exchange);
  };
}

/** Writes the answer, or the fault in its place, and returns what the caller saw; null for a cut or open connection. */
function finish(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply | null,
  fault: RequestFault | null,
): Pick<Reply, 'status' | 'body'> | null {
  const outcome = fault?.outcome ?? { kind: 'none' };
  if (outcome.kind === 'reset') request.socket.resetAndDestroy();
  if (outcome.kind === 'reset' || outcome.kind === 'hang') return null;
  const shown = outcome.kind === 'reply' ? outcome : reply;
  if (!shown) return null;
  write(response, shown);
  return shown;
}
