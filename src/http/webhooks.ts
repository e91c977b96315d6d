import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { withTimeout } from '../lib/timeout.ts';
import type { Source } from '../store/database/schema.ts';
import type { RawRequest } from '../store/inbox.ts';
import { otherRoutes } from './route-table.ts';
import { sameSecret } from './secrets.ts';
import { bytesOf, takeAnyBody } from './webhook-body.ts';

/** What proves that a webhook of a connection comes from its sender. */
export interface WebhookEndpoint {
  /** The last part of the address that Kommo calls. */
  webhookSecret: string;
  /**
   * Checks the signature of a report on its raw bytes.
   * @param timestamp the header `X-CIO-Timestamp`, @param signature the header `X-CIO-Signature`.
   * @returns the reason why the report is refused, or null.
   */
  refuseReport(timestamp: Header, signature: Header, body: Buffer): string | null;
}

/** The first step of the pipeline. */
export interface WebhookReceiver {
  /** Resolves when the webhook is on disk. @throws where it cannot be stored. */
  receive(webhook: Omit<RawRequest, 'receivedAt'>): Promise<void>;
  /** A webhook came with a wrong secret or signature, or for a connection that does not exist. */
  refuse(source: Source): void;
}

export interface WebhookOptions {
  /** By the name of the connection. */
  connections: Map<string, WebhookEndpoint>;
  receiver: WebhookReceiver;
}

/** A list where the header came more than once. */
type Header = string | string[] | undefined;

/**
 * Kommo waits 2 s for an answer and Customer.io 4 s. A store that takes longer counts as down: after a 503 both soon
 * send the webhook again, and one that was stored after all counts once.
 */
const STORE_TIMEOUT_MS: Record<Source, number> = { kommo: 1_700, customerio: 3_500 };

/**
 * The endpoints that Kommo and Customer.io call. They check the secret or the signature, store the raw request and
 * answer; nothing else happens before the answer. A wrong address is answered 404 before the body is read.
 */
export async function webhooks(
  app: FastifyInstance,
  { connections, receiver }: WebhookOptions,
): Promise<void> {
  const originalHeaders = takeAnyBody(app);

  app.post<{ Params: { connection: string; secret: string } }>(
    otherRoutes.kommoWebhook.path,
    {
      config: { access: otherRoutes.kommoWebhook },
      onRequest: async ({ params }, reply) => {
        const endpoint = connections.get(params.connection);
        // Compared even if the connection does not exist, so that the response time does not reveal which ones do.
        const isRight = sameSecret(params.secret, endpoint?.webhookSecret ?? '');
        if (!endpoint || !isRight) return answerNotFound('kommo', reply);
      },
    },
    async (request, reply) => storeAndAnswer('kommo', request.params.connection, request, reply),
  );

  app.post<{ Params: { connection: string } }>(
    otherRoutes.customerioWebhook.path,
    {
      config: { access: otherRoutes.customerioWebhook },
      onRequest: async ({ params }, reply) => {
        if (!connections.has(params.connection)) return answerNotFound('customerio', reply);
      },
    },
    async (request, reply) => {
      const { connection } = request.params;
      const { 'x-cio-timestamp': timestamp, 'x-cio-signature': signature } = request.headers;
      const reason = connections.get(connection)!.refuseReport(timestamp, signature, bytesOf(request.body));
      if (reason !== null) return answerUnsigned(connection, reason, reply);
      return storeAndAnswer('customerio', connection, request, reply);
    },
  );

  function answerNotFound(source: Source, reply: FastifyReply): FastifyReply {
    reply.log.warn({ source }, 'a webhook came to an address that does not exist (connection or secret)');
    receiver.refuse(source);
    return reply.code(404).send({ error: 'There is no such webhook address.' });
  }

  /** Customer.io holds back every report behind a refused one, so the log must show it. */
  function answerUnsigned(connection: string, reason: string, reply: FastifyReply): FastifyReply {
    reply.log.warn({ connection, reason }, 'a report of Customer.io was refused');
    receiver.refuse('customerio');
    return reply.code(401).send({ error: reason });
  }

  async function storeAndAnswer(
    source: Source,
    connection: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const headers = originalHeaders(request);
    const stored = receiver.receive({ connection, source, headers, body: bytesOf(request.body) });
    try {
      const ms = STORE_TIMEOUT_MS[source];
      await withTimeout(stored, ms, `The store took longer than ${ms} ms.`);
    } catch (error) {
      reply.log.error({ err: error, connection, source }, 'a webhook could not be stored; answered 503');
      return reply.code(503).send({ error: 'Stagepost cannot store this now. Please send it again.' });
    }
    return reply.code(200).send({ ok: true });
  }
}
