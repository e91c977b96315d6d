import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { networksOf } from './auth/network.ts';
import { type BodySink, readBody } from './body.ts';
import { type BodyBudget, BodyBudgetExceeded } from './body-budget.ts';

/** A larger body is never held, in bytes; webhooks have some kilobytes. */
const BODY_LIMIT = 1_000_000;
/** A larger report is refused, in bytes. With the HTML of a message and its inlined images a report has megabytes. */
const LARGE_REPORT_LIMIT = 16_000_000;
/** Headers that help to explain a request later. Never an authorization. */
const KEPT_HEADERS = [
  'content-type',
  'content-encoding',
  'user-agent',
  'x-amocrm-requestid',
  'x-cio-timestamp',
];
/** Header values are cut to so many characters. */
const MAX_HEADER = 500;

/** Why a report is refused. */
export interface ReportRefusal {
  code: 'mismatch' | 'stale' | 'malformed' | 'no_key';
  reason: string;
}

/** What was made of a report that is too large to be held. */
export interface ShortenedReport {
  refused: ReportRefusal | null;
  /** The shortened report as JSON, or the first bytes of what is no JSON. */
  body: Buffer;
}

/** A body that was shortened while it arrived. */
export class ShortenedBody {
  readonly report: ShortenedReport;
  /** In bytes, as it came. */
  readonly originalLength: number;

  constructor(report: ShortenedReport, originalLength: number) {
    this.report = report;
    this.originalLength = originalLength;
  }
}

/**
 * Lets the routes take a body of any content type, as bytes, and reports over a megabyte as a `ShortenedBody`.
 * @param largeReport begins a report that is too large to be held; null where the route takes none
 * @returns the kept headers of a request as they were sent: the content type is replaced, because Fastify answers 415 to
 * one that is malformed, and a signed report must never get a 4xx.
 */
export function takeAnyBody(
  app: FastifyInstance,
  budget: BodyBudget,
  largeReport: (request: FastifyRequest) => (() => BodySink<ShortenedReport>) | null,
): (request: FastifyRequest) => Record<string, string> {
  const originalHeaders = new WeakMap<FastifyRequest, Record<string, string>>();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage) =>
    readBodyOf(request, payload, { budget, large: largeReport(request) }),
  );
  app.addHook('onRequest', async (request) => {
    originalHeaders.set(request, keptHeaders(request.headers));
    if (request.headers['content-type'] !== undefined)
      request.headers['content-type'] = 'application/octet-stream';
  });
  app.addHook('preHandler', async (request, reply) => {
    if (request.body === null) return reply.code(413).send({ error: 'The body is too large.' });
    if (request.body instanceof BodyBudgetExceeded) throw request.body;
  });
  return (request) => originalHeaders.get(request) ?? {};
}

/**
 * Null where the body is too large, an error where there is no memory for it. Both are refused later: on an error here
 * Fastify would end the connection, and a sender that is still sending would not see the answer.
 * @throws an error with the status 400 where the sender closes the connection before the end.
 */
async function readBodyOf(
  request: FastifyRequest,
  payload: IncomingMessage,
  { budget, large }: { budget: BodyBudget; large: (() => BodySink<ShortenedReport>) | null },
): Promise<Buffer | ShortenedBody | BodyBudgetExceeded | null> {
  const length = Number(request.headers['content-length']);
  if (length > (large ? LARGE_REPORT_LIMIT : BODY_LIMIT)) return null;
  const memory = { budget, network: networksOf(request.ip).wide };
  try {
    // A body that is known to be too large is not held at all.
    const held = length > BODY_LIMIT ? 0 : BODY_LIMIT;
    return await readBody(
      payload,
      held,
      memory,
      large && { limit: LARGE_REPORT_LIMIT, open: () => shortening(large()) },
    );
  } catch (error) {
    if (error instanceof BodyBudgetExceeded) return error;
    throw Object.assign(new Error('The request ended before its body did.'), { statusCode: 400 });
  }
}

/** Counts the bytes that go into a report. */
function shortening(report: BodySink<ShortenedReport>): BodySink<ShortenedBody> {
  let length = 0;
  return {
    heldBytes: () => report.heldBytes(),
    write(chunk) {
      length += chunk.length;
      report.write(chunk);
    },
    end: () => new ShortenedBody(report.end(), length),
  };
}

export function bytesOf(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') kept[name] = value.slice(0, MAX_HEADER);
  }
  return kept;
}
