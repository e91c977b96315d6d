import type { Dispatcher } from 'undici';
import { DeliveryError } from '../../domain/errors.ts';
import { type BoundedAnswer, boundedRequest } from '../../lib/http-request.ts';
import { withoutEndSlashes } from '../../lib/trim-end.ts';
import { parseJson } from '../../lib/unknown-json.ts';
import type { Answer, CallContext, CallOptions, CallReport, KommoCall } from './call.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { type LimiterClock, limiterClock } from './clock.ts';
import { startDeadline } from './deadline.ts';
import { failureOf } from './errors.ts';
import { causeOf, noAnswer } from './no-answer.ts';
import { isAboutAddress, isOwnAnswer, isOwnProblem } from './problem.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { watchSending } from './sending.ts';
import type { Slot } from './slots.ts';

export interface TransportOptions {
  baseUrl: string;
  token: () => Promise<string> | string;
  limiter: RateLimiter;
  breaker: CircuitBreaker;
  dispatcher: Dispatcher;
  timeoutMs: number;
  onCall?: (call: CallReport) => void;
  /** Must be the breaker's clock. */
  clock?: Pick<LimiterClock, 'now'>;
}

export interface Transport {
  /** Makes one call. Gives the JSON body, or null for 204. Throws `DeliveryError`. */
  send(call: KommoCall, options?: CallOptions): Promise<unknown>;
}

/** A page of 250 deals with 200 fields each is about 5 MB; a refusal that names each of 250 items is below 200 KB. */
const MAX_BYTES = { success: 32 * 1024 * 1024, failure: 1024 * 1024 };

/** One request in flight. `isSent` decides what a missing answer means: never sent, or an unknown outcome. */
interface Flight {
  slot: Slot;
  isSent: boolean;
  signal: AbortSignal | undefined;
}

export function createTransport(options: TransportOptions): Transport {
  const { limiter, breaker, timeoutMs, clock = limiterClock } = options;
  const base = new URL(options.baseUrl);
  const root = `${base.origin}${withoutEndSlashes(base.pathname)}/api/v4`;

  async function send(call: KommoCall, { priority, signal }: CallOptions = {}): Promise<unknown> {
    const token = await readToken(options.token);
    const context: CallContext = { ...call, secrets: [token, ...(call.secrets ?? [])] };
    const slot = await acquire(limiter, priority ?? 'live', signal);
    const started = clock.now();
    const flight: Flight = { slot, isSent: false, signal };
    const report: Pick<CallReport, 'status' | 'date' | 'error'> = { status: null, date: null };
    try {
      const answer = await exchange(call, context, token, flight);
      report.status = answer.status;
      report.date = [answer.headers.date ?? []].flat()[0] ?? null;
      const isAbsent = meansAbsent(answer, call);
      if (!isAbsent && !(answer.status < 300 && isOwnAnswer(answer.json)))
        throw breaker.failed(failureOf(answer, context), started);
      breaker.succeeded();
      return isAbsent ? null : answer.json;
    } catch (error) {
      if (error instanceof DeliveryError) report.error = error;
      throw error;
    } finally {
      // After the breaker has recorded the result: it must be open before the end of a probe lets the next probe start.
      slot.done(flight.isSent);
      reportCall({ method: call.method, path: call.path, ms: clock.now() - started, ...report });
    }
  }

  /** A listener that throws must not turn a note that was written into a failed call, which is made again. */
  function reportCall(report: CallReport): void {
    try {
      options.onCall?.(report);
    } catch {}
  }

  async function exchange(
    call: KommoCall,
    context: CallContext,
    token: string,
    flight: Flight,
  ): Promise<Answer> {
    const { signal } = flight;
    const deadline = startDeadline(timeoutMs, signal);
    try {
      const answer = await boundedRequest({
        method: call.method,
        url: `${root}${call.path}${call.query ? `?${call.query}` : ''}`,
        headers: headersOf(call, token),
        body: call.body === undefined ? null : JSON.stringify(call.body),
        dispatcher: watchSending(options.dispatcher, () => {
          flight.isSent = true;
          flight.slot.sent();
        }),
        signal: deadline.signal,
        maxBytes: MAX_BYTES,
      });
      if (answer.body === null) signal?.throwIfAborted();
      return answerOf(answer);
    } catch (error) {
      throw noAnswer(causeOf(error, deadline.signal, signal), flight.isSent, context, {
        timeoutMs,
        maxBytes: MAX_BYTES.success,
      });
    } finally {
      deadline.clear();
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
    // The original error's message may hold the token.
    throw new DeliveryError('retryable', 'The Kommo token could not be read from the store.');
  }
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  const what = token === '' ? 'is empty' : 'contains characters that no token has';
  throw new DeliveryError(
    'unauthorized',
    `The Kommo token ${what}. Copy it again from Kommo's integration page.`,
  );
}

async function acquire(limiter: RateLimiter, ...request: Parameters<RateLimiter['acquire']>): Promise<Slot> {
  try {
    return await limiter.acquire(...request);
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw new DeliveryError('retryable', 'The call to Kommo was cancelled before it was sent.');
  }
}

/** Whether the requested entity does not exist: 204, or Kommo's own 404 where the call allows one; not a gateway's 404. */
function meansAbsent({ status, json }: Answer, { absent }: KommoCall): boolean {
  return status === 204 || (absent?.includes(status) === true && isOwnProblem(json) && !isAboutAddress(json));
}

/** The content type is not checked: gateways label JSON as HTML and HTML as JSON. */
function answerOf({ status, headers, body }: BoundedAnswer): Answer {
  return { status, headers, json: body === null ? undefined : parseJson(body.toString('utf8')) };
}
