import { performance } from 'node:perf_hooks';
import { type Dispatcher, request } from 'undici';
import { DeliveryError } from '../../domain/errors.ts';
import { decodeBody } from '../../lib/http-decode.ts';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { type Answer, type CallAbout, failureOf, mask, unclear } from './errors.ts';
import type { Limiter, Priority, Slot } from './limiter.ts';
import { isAboutAddress, isOwnAnswer, isOwnProblem } from './problem.ts';
import { watchSending } from './sending.ts';

/** Passed through every method of the client. */
export interface CallOptions {
  /** `live` when absent. */
  priority?: Priority;
  signal?: AbortSignal;
}

export interface KommoCall extends Omit<CallAbout, 'secrets'> {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v4`, without a query: `/leads`. */
  path: string;
  /** Without the question mark, already encoded. */
  query?: string;
  body?: unknown;
  /** Statuses with a JSON body that mean "there is none", as 204 does. */
  absent?: readonly number[];
  /** More texts that no message may show, beside the token. */
  secrets?: readonly string[];
}

/** What `onCall` is told of each call that was tried. The query is left out: it can hold a webhook's secret. */
export interface CallReport {
  method: string;
  path: string;
  /** Null where there was no answer. */
  status: number | null;
  /** From the start of sending to the end of the answer. */
  ms: number;
  error?: DeliveryError;
}

export interface TransportOptions {
  baseUrl: string;
  token: () => Promise<string> | string;
  limiters: Limiter[];
  dispatcher: Dispatcher;
  timeoutMs: number;
  onCall?: (call: CallReport) => void;
}

/** A page of 250 deals with 200 fields each is about 5 MB. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** A refusal that names each of 250 items several times is below 200 KB. */
const MAX_ERROR_BYTES = 1024 * 1024;

interface Flight {
  slots: Slot[];
  /** Whether its bytes were (about to be) written. */
  flight: { sent: boolean };
  signal: AbortSignal | undefined;
}

export interface Transport {
  /** Makes one call. Gives the JSON body, or null for 204. Throws `DeliveryError`. */
  send(call: KommoCall, options?: CallOptions): Promise<unknown>;
}

export function createTransport(options: TransportOptions): Transport {
  const base = new URL(options.baseUrl);
  const root = `${base.pathname.replace(/\/+$/, '')}/api/v4`;
  const pauser = createCircuitBreaker(options.limiters[0]!);

  async function send(call: KommoCall, how: CallOptions = {}): Promise<unknown> {
    const token = await readToken(options.token);
    const about: CallAbout = { ...call, secrets: [token, ...(call.secrets ?? [])] };
    const slots = await acquireAll(options.limiters, how);
    const started = performance.now();
    const seen: { status: number | null; error?: DeliveryError } = { status: null };
    const flight = { sent: false };
    try {
      const answer = await exchange(call, about, token, { slots, flight, signal: how.signal });
      seen.status = answer.status;
      const none = saysNone(answer, call);
      if (none || (answer.status < 300 && isOwnAnswer(answer.json))) {
        pauser.answered();
        return none ? null : answer.json;
      }
      throw pauser.failed(failureOf(answer, about), started);
    } catch (error) {
      seen.error = error as DeliveryError;
      throw error;
    } finally {
      // Only after the pauser has looked: the next probe of a block would otherwise go out before the pause begins.
      for (const slot of slots) slot.done(flight.sent);
      const { method, path } = call;
      options.onCall?.({ method, path, ms: performance.now() - started, ...seen });
    }
  }

  async function exchange(
    call: KommoCall,
    about: CallAbout,
    token: string,
    { slots, flight, signal }: Flight,
  ): Promise<Answer> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), options.timeoutMs);
    const cancel = () => deadline.abort();
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
    try {
      const dispatcher = watchSending(options.dispatcher, () => {
        flight.sent = true;
        for (const slot of slots) slot.sent();
      });
      const query = call.query ? `?${call.query}` : '';
      const asked = request(`${base.origin}${root}${call.path}${query}`, {
        dispatcher,
        method: call.method,
        headers: headersOf(call, token),
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: deadline.signal,
        headersTimeout: options.timeoutMs,
        bodyTimeout: options.timeoutMs,
      });
      const response = await Promise.race([asked, rejectOn(deadline.signal)]);
      return await readAnswer(response, () => signal?.aborted === true);
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      const outcome = deadline.signal.aborted ? (signal?.aborted ? 'cancelled' : 'timeout') : code;
      throw noAnswer(outcome, flight.sent, about, options.timeoutMs, error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    }
  }

  return { send };
}

function headersOf(call: KommoCall, token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    accept: 'application/hal+json, application/json',
    'user-agent': 'Stagepost',
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

async function readToken(source: TransportOptions['token']): Promise<string> {
  let token: string;
  try {
    token = (await source()).trim();
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    // Its own words may hold the token.
    throw new DeliveryError('retryable', 'The Kommo token could not be read from the store.');
  }
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  const what = token === '' ? 'is empty' : 'contains characters that no token has';
  throw new DeliveryError(
    'unauthorized',
    `The Kommo token ${what}. Copy it again from Kommo's integration page.`,
  );
}

async function acquireAll(limiters: Limiter[], how: CallOptions): Promise<Slot[]> {
  const slots: Slot[] = [];
  try {
    for (const limiter of limiters) slots.push(await limiter.acquire(how.priority ?? 'live', how.signal));
    return slots;
  } catch (error) {
    for (const slot of slots) slot.done(false);
    if (error instanceof DeliveryError) throw error;
    throw new DeliveryError('retryable', 'The call to Kommo was cancelled before it was sent.');
  }
}

/**
 * undici looks at a signal only once the connection stands, so a connection that is never made would outlast any
 * deadline. What was given up is not sent any more: undici sees the signal before it writes.
 */
function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const act = () => reject(signal.reason);
    if (signal.aborted) act();
    else signal.addEventListener('abort', act, { once: true });
  });
}

/** There is none of what was asked for: 204, or Kommo's own 404 where the call counts on it. A gateway's 404 is neither. */
function saysNone({ status, json }: Answer, { absent }: KommoCall): boolean {
  return status === 204 || (absent?.includes(status) === true && isOwnProblem(json) && !isAboutAddress(json));
}

/**
 * Once the head of the answer is there, its status counts: a 429 or a block stays one although its body breaks off,
 * never ends or is too large. Only a success must be read to its end.
 */
async function readAnswer(response: Dispatcher.ResponseData, cancelled: () => boolean): Promise<Answer> {
  const { statusCode: status, headers } = response;
  const ok = status < 300;
  try {
    const limit = ok ? MAX_BODY_BYTES : MAX_ERROR_BYTES;
    const raw = await readBody(response.body, limit);
    return { status, headers, json: parsed(await decodeBody(raw, headers['content-encoding'], limit)) };
  } catch (error) {
    if (ok || cancelled()) throw error;
    return { status, headers, json: undefined };
  }
}

async function readBody(body: Dispatcher.ResponseData['body'], limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    // Leaving the loop destroys the stream, and with it the connection.
    if (size > limit) throw Object.assign(new Error('too large'), { code: 'ERR_BUFFER_TOO_LARGE' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Undefined where it is not JSON. The content type is not asked: gateways get it wrong in both directions. */
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A call without a usable answer: it is only certain to have had no effect where nothing was sent. */
function noAnswer(
  outcome: string,
  sent: boolean,
  { effect, doing, secrets }: CallAbout,
  timeoutMs: number,
  error: unknown,
): DeliveryError {
  const failure = sent ? unclear(effect) : 'retryable';
  const why =
    outcome === 'timeout'
      ? `Kommo gave no answer to ${doing} within ${timeoutMs} ms.`
      : outcome === 'cancelled'
        ? `The call to Kommo (${doing}) was cancelled${sent ? ' before its answer came' : ' before it was sent'}.`
        : outcome === 'ERR_BUFFER_TOO_LARGE'
          ? `Kommo's answer to ${doing} was larger than ${MAX_BODY_BYTES / 1024 / 1024} MB and was not read.`
          : sent
            ? `The connection to Kommo broke during ${doing} (${describe(error, secrets)}).`
            : `Kommo cannot be reached for ${doing} (${describe(error, secrets)}).`;
  return new DeliveryError(failure, why);
}

function describe(error: unknown, secrets: readonly string[]): string {
  const { code, message } = error as { code?: string; message?: string };
  return mask(code ?? message ?? 'unknown error', secrets);
}
