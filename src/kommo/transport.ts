import { performance } from 'node:perf_hooks';
import { type Dispatcher, request } from 'undici';
import { DeliveryError } from '../rules/failures.ts';
import { type Answer, type CallAbout, failureOf, mask, unclear } from './errors.ts';
import type { Limiter, Priority, Slot } from './limiter.ts';
import { createPauser } from './pauser.ts';
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

export interface Transport {
  /** Makes one call. Gives the JSON body, or null for 204. Throws `DeliveryError`. */
  send(call: KommoCall, options?: CallOptions): Promise<unknown>;
}

export function createTransport(options: TransportOptions): Transport {
  const base = new URL(options.baseUrl);
  const root = `${base.pathname.replace(/\/+$/, '')}/api/v4`;
  const pauser = createPauser(options.limiters[0]!);

  async function send(call: KommoCall, how: CallOptions = {}): Promise<unknown> {
    const token = await readToken(options.token);
    const about: CallAbout = { ...call, secrets: [token, ...(call.secrets ?? [])] };
    const slots = await acquireAll(options.limiters, how);
    const started = performance.now();
    const seen: { status: number | null; error?: DeliveryError } = { status: null };
    try {
      const answer = await exchange(call, about, token, slots, how.signal);
      seen.status = answer.status;
      const empty = answer.status === 204 || (call.absent?.includes(answer.status) && !answer.html);
      if (empty || (answer.status >= 200 && answer.status < 300 && answer.json !== undefined)) {
        pauser.answered();
        return empty ? null : answer.json;
      }
      throw pauser.failed(failureOf(answer, about), started);
    } catch (error) {
      seen.error = error as DeliveryError;
      throw error;
    } finally {
      const { method, path } = call;
      options.onCall?.({ method, path, ms: performance.now() - started, ...seen });
    }
  }

  async function exchange(
    call: KommoCall,
    about: CallAbout,
    token: string,
    slots: Slot[],
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), options.timeoutMs);
    const cancel = () => deadline.abort();
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
    let sent = false;
    try {
      const dispatcher = watchSending(options.dispatcher, () => {
        sent = true;
        for (const slot of slots) slot.sent();
      });
      const query = call.query ? `?${call.query}` : '';
      const response = await request(`${base.origin}${root}${call.path}${query}`, {
        dispatcher,
        method: call.method,
        headers: headersOf(call, token),
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: deadline.signal,
        headersTimeout: options.timeoutMs,
        bodyTimeout: options.timeoutMs,
      });
      for (const slot of slots) slot.done(true);
      const text = await readBody(response.body);
      return answerOf(response.statusCode, response.headers, text);
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      const outcome = deadline.signal.aborted ? (signal?.aborted ? 'cancelled' : 'timeout') : code;
      throw noAnswer(outcome, sent, about, options.timeoutMs, error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      for (const slot of slots) slot.done(sent);
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
    throw new DeliveryError('again', 'The Kommo token could not be read from the store.');
  }
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  const what = token === '' ? 'is empty' : 'contains characters that no token has';
  throw new DeliveryError(
    'reconnect',
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
    throw new DeliveryError('again', 'The call to Kommo was cancelled before it was sent.');
  }
}

async function readBody(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw Object.assign(new Error('too large'), { code: 'TOO_LARGE' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function answerOf(status: number, headers: Answer['headers'], text: string): Answer {
  const html = text.trimStart().startsWith('<');
  if (text.trim() === '') return { status, headers, html, json: undefined };
  try {
    return { status, headers, html, json: JSON.parse(text) };
  } catch {
    return { status, headers, html, json: undefined };
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
  const failure = sent ? unclear(effect) : 'again';
  const why =
    outcome === 'timeout'
      ? `Kommo gave no answer to ${doing} within ${timeoutMs} ms.`
      : outcome === 'cancelled'
        ? `The call to Kommo (${doing}) was cancelled${sent ? ' before its answer came' : ' before it was sent'}.`
        : outcome === 'TOO_LARGE'
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
