import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SELF_TEST_AGENT } from '../domain/self-test.ts';
import { ORIGINAL_LENGTH } from '../domain/shortened-report.ts';
import { withTimeout } from '../lib/timeout.ts';
import type { Source } from '../store/database/schema.ts';
import type { RawRequest } from '../store/inbox.ts';
import type { BodySink } from './body.ts';
import type { BodyBudget } from './body-budget.ts';
import { HttpError } from './http-error.ts';
import { otherRoutes } from './route-table.ts';
import { sameSecret } from './secrets.ts';
import type { ThrottledLog } from './throttled-log.ts';
import {
  bytesOf,
  type ReportRefusal,
  ShortenedBody,
  type ShortenedReport,
  takeAnyBody,
} from './webhook-body.ts';

/** What proves that a webhook of a connection comes from its sender. */
export interface WebhookEndpoint {
  /** The last part of the address that Kommo calls. */
  webhookSecret: string;
  /**
   * Checks the signature of a report on its raw bytes.
   * @param timestamp the header `X-CIO-Timestamp`, @param signature the header `X-CIO-Signature`.
   * @returns why the report is refused, or null.
   */
  refuseReport(timestamp: Header, signature: Header, body: Buffer): ReportRefusal | null;
  /**
   * Begins a report that is too large to be held: its signature is checked, and it is shortened, while it arrives.
   * Without it, such a report is answered 413.
   */
  openLargeReport?(timestamp: Header, signature: Header): BodySink<ShortenedReport>;
  /**
   * Checks the two headers of a report before its body is read. Without it, all bodies are read.
   * @returns the problem of the headers, or null. `isLate`: their form is right, and their time is too far from now
   */
  refuseHeaders?(timestamp: Header, signature: Header): { reason: string; isLate: boolean } | null;
}

/** The first step of the pipeline. */
export interface WebhookReceiver {
  /**
   * Resolves when the webhook is on disk. @throws where it cannot be stored.
   * @param proof what a report was signed by: one that comes again with the same proof was captured, and is not stored again
   */
  receive(webhook: Omit<RawRequest, 'receivedAt'>, proof: string | null): Promise<void>;
  /** To be called for each webhook that was refused. */
  refuse(refusal: Refusal): void;
}

/** A webhook that came with a wrong secret or signature, or for a connection that does not exist. */
export interface Refusal {
  source: Source;
  /** Null where the connection does not exist. */
  connection: string | null;
  code: ReportRefusal['code'] | 'secret' | 'no_connection';
  reason: string;
  /** Whether it calls itself a test of Stagepost, which says nothing about the sender. */
  isSelfTest: boolean;
}

/** The options that come from the configuration and the pipeline. */
export interface WebhookOptions {
  /** By the name of the connection. */
  connections: ReadonlyMap<string, WebhookEndpoint>;
  /**
   * Whether a connection that is not among them exists and cannot be used now. Resolves when all connections are known:
   * just after the start some may be missing. Rejects if the start fails.
   */
  isUnreadable(connection: string): Promise<boolean>;
  receiver: WebhookReceiver;
}

/** The options that the server adds. */
export interface WebhookServerOptions extends WebhookOptions {
  budget: BodyBudget;
  throttledLog: ThrottledLog;
}

/** A list where the header came more than once. */
type Header = string | string[] | undefined;

/**
 * Kommo waits 2 s for an answer and Customer.io 4 s. A store that takes longer counts as down: after a 503 both soon
 * send the webhook again, and one that was stored after all counts once.
 */
const STORE_TIMEOUT_MS: Record<Source, number> = { kommo: 1_700, customerio: 3_500 };

/**
 * A report whose time is wrong is read up to this size, in bytes, to say whether its signature is right: then a clock is
 * wrong, and else a stranger has sent it. Reports have some kilobytes.
 */
const MAX_LATE_BODY = 65_536;

/**
 * The endpoints that Kommo and Customer.io call. They check the secret or the signature, store the raw request and
 * answer; nothing else happens before the answer. A wrong address is answered 404 before the body is read.
 */
export async function webhooks(
  app: FastifyInstance,
  { connections, isUnreadable, receiver, budget, throttledLog }: WebhookServerOptions,
): Promise<void> {
  const originalHeaders = takeAnyBody(app, budget, openLargeReport);

  app.post<{ Params: { connection: string; secret: string } }>(
    otherRoutes.kommoWebhook.path,
    {
      config: { access: otherRoutes.kommoWebhook },
      onRequest: async (request, reply) => {
        const { params } = request;
        const endpoint = await endpointOf(params.connection);
        // Compared even if the connection does not exist, so that the response time does not reveal which ones do.
        const isRight = sameSecret(params.secret, endpoint?.webhookSecret ?? '');
        if (!endpoint || !isRight)
          return answerNotFound('kommo', endpoint ? params.connection : null, request, reply);
      },
    },
    async (request, reply) => storeAndAnswer('kommo', request.params.connection, request, reply),
  );

  app.post<{ Params: { connection: string } }>(
    otherRoutes.customerioWebhook.path,
    {
      config: { access: otherRoutes.customerioWebhook },
      onRequest: async (request, reply) => {
        const { connection } = request.params;
        const endpoint = await endpointOf(connection);
        if (!endpoint) return answerNotFound('customerio', null, request, reply);
        const { timestamp, signature } = signedBy(request);
        const problem = endpoint.refuseHeaders?.(timestamp, signature) ?? null;
        if (problem === null || (problem.isLate && isSmall(request))) return;
        return answerUnsigned(connection, { code: 'malformed', reason: problem.reason }, request, reply);
      },
    },
    async (request, reply) => {
      const { connection } = request.params;
      const endpoint = connections.get(connection);
      // The connection may have been removed while the body was read.
      if (!endpoint) return answerNotFound('customerio', null, request, reply);
      const { timestamp, signature } = signedBy(request);
      const refused =
        request.body instanceof ShortenedBody
          ? request.body.report.refused
          : endpoint.refuseReport(timestamp, signature, bytesOf(request.body));
      if (refused !== null) return answerUnsigned(connection, refused, request, reply);
      return storeAndAnswer('customerio', connection, request, reply);
    },
  );

  async function endpointOf(connection: string): Promise<WebhookEndpoint | undefined> {
    // Both senders come again after a 503; after a 404 the webhook would be lost.
    if (!connections.has(connection) && (await isUnreadable(connection)))
      throw new HttpError(503, 'This connection cannot be used now.');
    return connections.get(connection);
  }

  /** Null for Kommo, whose webhooks are small. */
  function openLargeReport(request: FastifyRequest): (() => BodySink<ShortenedReport>) | null {
    if (request.routeOptions.url !== otherRoutes.customerioWebhook.path) return null;
    const endpoint = connections.get((request.params as { connection: string }).connection);
    const { timestamp, signature } = signedBy(request);
    const open = endpoint?.openLargeReport;
    return open ? () => open(timestamp, signature) : null;
  }

  /** @param connection null where there is no such connection; else its secret is wrong. */
  function answerNotFound(
    source: Source,
    connection: string | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): FastifyReply {
    throttledLog.add({
      kind: `unknown ${source} address`,
      address: request.ip,
      fields: { source },
      message: 'a webhook came to an address that does not exist (connection or secret)',
    });
    const code = connection === null ? 'no_connection' : 'secret';
    receiver.refuse({ source, connection, code, reason: '', isSelfTest: isSelfTest(request) });
    return reply.code(404).send({ error: 'There is no such webhook address.' });
  }

  /** Customer.io holds back every report behind a refused one, so the log must show it. */
  function answerUnsigned(
    connection: string,
    { code, reason }: Pick<Refusal, 'code' | 'reason'>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): FastifyReply {
    throttledLog.add({
      kind: `report of ${connection}`,
      address: request.ip,
      fields: { connection, reason },
      message: 'a report of Customer.io was refused',
    });
    receiver.refuse({ source: 'customerio', connection, code, reason, isSelfTest: isSelfTest(request) });
    return reply.code(401).send({ error: reason });
  }

  async function storeAndAnswer(
    source: Source,
    connection: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const webhook = { connection, source, ...toStore(request.body, originalHeaders(request)) };
    const { timestamp, signature } = signedBy(request);
    const stored = receiver.receive(webhook, source === 'customerio' ? `${timestamp} ${signature}` : null);
    try {
      const ms = STORE_TIMEOUT_MS[source];
      await withTimeout(stored, ms, `The store took longer than ${ms} ms.`);
    } catch (error) {
      throttledLog.add({
        kind: `not stored ${connection} ${source}`,
        // One line a minute, whoever has sent it: while the database is down, every webhook fails.
        address: '',
        level: 'error',
        fields: { err: error, connection, source },
        message: 'a webhook could not be stored; answered 503',
      });
      return reply.code(503).send({ error: 'Stagepost cannot store this now. Please send it again.' });
    }
    return reply.code(200).send({ ok: true });
  }
}

/** A shortened report is marked among its headers with the length that it had. */
function toStore(body: unknown, headers: Record<string, string>): Pick<RawRequest, 'headers' | 'body'> {
  if (!(body instanceof ShortenedBody)) return { headers, body: bytesOf(body) };
  return {
    headers: { ...headers, [ORIGINAL_LENGTH]: String(body.originalLength) },
    body: body.report.body,
  };
}

function signedBy({ headers }: FastifyRequest): { timestamp: Header; signature: Header } {
  return { timestamp: headers['x-cio-timestamp'], signature: headers['x-cio-signature'] };
}

/** A body of known length that may be read although its report will be refused. */
function isSmall({ headers }: FastifyRequest): boolean {
  const length = headers['content-length'];
  return length !== undefined && Number(length) <= MAX_LATE_BODY;
}

function isSelfTest({ headers }: FastifyRequest): boolean {
  return headers['user-agent'] === SELF_TEST_AGENT;
}
