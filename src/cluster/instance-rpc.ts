import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import { DeliveryError } from '../domain/errors.ts';
import type { Database, Db } from '../store/database/database.ts';
import type { Notification } from '../store/database/notifications.ts';
import { addCall, callState, claimCall, completeCall, removeCall } from '../store/rpc-calls.ts';

/*
 * Calls between the processes on one database, for work that only the process that runs a connection can do: it has the
 * clients, and its limiter counts all calls to the Kommo account. The caller stores a row in `rpc_calls` and notifies all
 * processes; the process that runs the connection claims the row and stores the response, which the caller polls.
 */

/**
 * A method, declared once for caller and handler. Both sides parse with these schemas, because during a rolling upgrade
 * the other process runs another version.
 */
export interface RpcMethod<Request extends z.ZodType, Response extends z.ZodType> {
  /** Unique, and part of the contract between versions. */
  name: string;
  request: Request;
  response: Response;
}

/**
 * Why a call failed:
 *
 * - `invalid_argument`, `not_found`, `conflict`, `rate_limited`: the handler refuses the request
 * - `unavailable`: no process answered in time, or Kommo did not
 * - `version_mismatch`: one of the two processes does not understand the other
 * - `internal`: the handler failed; the log of its process has the details
 */
export type RpcErrorCode = z.output<typeof errorCode>;
const errorCode = z.enum([
  'invalid_argument',
  'not_found',
  'conflict',
  'rate_limited',
  'unavailable',
  'version_mismatch',
  'internal',
]);

/** A call that failed. A handler throws it to refuse a request; `message` is for a person and holds no secret. */
export class RpcError extends Error {
  readonly code: RpcErrorCode;
  constructor(code: RpcErrorCode, message: string) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
  }
}

export interface InstanceRpcOptions {
  /** Resolves when the store is open. */
  database(): Promise<Pick<Database, 'db' | 'notify'>>;
  /** Whether this process runs the connection. */
  isRunHere(connection: string): boolean;
  log: Logger;
  now(): number;
  /** Shorter limits, for tests. */
  limits?: Partial<RpcLimits>;
}

export interface InstanceRpc {
  /** Registers the handler of a method, for calls about connections that this process runs. Once for each method. */
  handle<Request extends z.ZodType, Response extends z.ZodType>(
    method: RpcMethod<Request, Response>,
    handler: (connection: string, request: z.output<Request>) => Promise<z.input<Response>>,
  ): void;
  /**
   * Calls the method in the process that runs the connection.
   * @throws RpcError
   */
  call<Request extends z.ZodType, Response extends z.ZodType>(
    method: RpcMethod<Request, Response>,
    connection: string,
    request: z.input<Request>,
  ): Promise<z.output<Response>>;
  /** To be called with each notification of any process. */
  onNotification(notification: Notification): void;
}

/** All in ms. */
export interface RpcLimits {
  /** The call fails if it is not claimed by then: no process runs the connection, or that process is dying. */
  claimWithin: number;
  /** The longest wait for the response; longer than any handler may take. */
  respondWithin: number;
  pollEvery: number;
}

const LIMITS: RpcLimits = { claimWithin: 3_000, respondWithin: 35_000, pollEvery: 100 };

const reply = z.union([
  z.object({ error: z.object({ code: errorCode.catch('internal'), message: z.string() }) }),
  z.object({ result: z.unknown() }),
]);
type Reply = z.output<typeof reply>;

interface Handler {
  method: RpcMethod<z.ZodType, z.ZodType>;
  run(connection: string, request: unknown): Promise<unknown>;
}

export function createInstanceRpc(options: InstanceRpcOptions): InstanceRpc {
  const { database, isRunHere, log, now } = options;
  const limits = { ...LIMITS, ...options.limits };
  const handlers = new Map<string, Handler>();

  /** Claims the call first, so that it is answered once even if two notifications or two processes lead here. */
  async function answer(connection: string, id: number): Promise<void> {
    const { db } = await database();
    const call = await claimCall(db, id);
    if (!call) return;
    await completeCall(db, id, await replyTo(connection, call.method, call.request));
  }

  async function replyTo(connection: string, name: string, request: unknown): Promise<Reply> {
    const handler = handlers.get(name);
    const parsed = handler?.method.request.safeParse(request);
    if (!handler || !parsed?.success) {
      log.warn({ connection, method: name }, 'a call of another process was not understood');
      return { error: { code: 'version_mismatch', message: VERSION_MISMATCH } };
    }
    try {
      return { result: (await handler.run(connection, parsed.data)) ?? null };
    } catch (error) {
      if (error instanceof RpcError) return { error: { code: error.code, message: error.message } };
      if (error instanceof DeliveryError) return { error: { code: 'unavailable', message: error.message } };
      // The error may contain a secret, so the caller only gets a reference to the log.
      log.error({ err: error, connection, method: name }, 'a call of another process failed');
      return { error: { code: 'internal', message: INTERNAL } };
    }
  }

  /** @returns null where there was no reply in time. */
  async function pollForReply(db: Db, id: number): Promise<unknown> {
    const startedAt = performance.now();
    for (;;) {
      const { isClaimed, response } = await callState(db, id);
      if (response !== undefined) return response;
      const elapsed = performance.now() - startedAt;
      if (elapsed > (isClaimed ? limits.respondWithin : limits.claimWithin)) return null;
      await sleep(limits.pollEvery);
    }
  }

  return {
    handle(method, handler) {
      handlers.set(method.name, { method, run: handler as Handler['run'] });
    },
    async call(method, connection, request) {
      const { db, notify } = await database();
      const id = await addCall(db, connection, { method: method.name, request }, now());
      try {
        notify({ type: 'rpc_call', id, connection });
        const response = await pollForReply(db, id);
        if (response === null) throw new RpcError('unavailable', NO_REPLY);
        return resultOf(method, response);
      } finally {
        // A row that remains is removed by an hourly job.
        await removeCall(db, id).catch((error) =>
          log.warn({ err: error }, 'the row of a finished call could not be removed'),
        );
      }
    },
    onNotification(notification) {
      if (notification.type !== 'rpc_call' || !isRunHere(notification.connection)) return;
      const { connection, id } = notification;
      // If this fails, the caller gets no reply and fails with `unavailable`.
      answer(connection, id).catch((error) =>
        log.error({ err: error, connection }, 'a call of another process could not be answered'),
      );
    },
  };
}

/** @throws RpcError */
function resultOf<Response extends z.ZodType>(
  { response }: RpcMethod<z.ZodType, Response>,
  received: unknown,
): z.output<Response> {
  const parsed = reply.safeParse(received).data;
  if (parsed && 'error' in parsed) throw new RpcError(parsed.error.code, parsed.error.message);
  const result = parsed && response.safeParse(parsed.result);
  if (!result?.success) throw new RpcError('version_mismatch', VERSION_MISMATCH);
  return result.data;
}

const NO_REPLY = 'The process that runs this connection does not answer. Try again in a moment.';
const INTERNAL = 'The process that runs this connection failed. Its log has the details.';
const VERSION_MISMATCH =
  'The process that runs this connection is another version of Stagepost. Try again when all processes are updated.';
