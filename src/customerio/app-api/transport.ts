import { DeliveryError } from '../../domain/errors.ts';
import { retryAfterMs } from '../../lib/retry-after.ts';
import { asObject, ownProperty } from '../../lib/unknown-json.ts';
import { errorMessage } from '../answer-body.ts';
import type { Answer, Call } from '../call.ts';
import { type Http, isAbsent } from '../http.ts';
import { throwUnlessOk } from '../track/answers.ts';
import { checkIdentifier } from '../track/limits.ts';
import type { CallLimiter, Priority } from './rate-limiter.ts';

const SETTING = 'customerio.region and customerio.app_url';

/** Customer.io docs: a 429 names the seconds to wait in `Retry-After`; the window is one second. */
const PAUSE_AFTER_429 = { defaultMs: 1_000, maxMs: 60_000 };

/** Sends the calls of one priority. */
export interface AppTransport {
  /** @throws DeliveryError for an answer that is no success */
  send(call: Call): Promise<Answer>;
  /**
   * As `send`, but null where Customer.io itself answers one of these statuses: it does not know who or what is asked for.
   */
  find(call: Call, absent?: readonly number[]): Promise<Answer | null>;
}

/** Each call takes its turn at the limiter first; a 429 pauses the limiter for all calls. */
export function createAppTransport(http: Http, limiter: CallLimiter, priority: Priority): AppTransport {
  async function ask(call: Call): Promise<Answer> {
    await limiter.take(priority);
    const answer = await http.send(call);
    if (answer.status === 429) {
      const { defaultMs, maxMs } = PAUSE_AFTER_429;
      const wait = retryAfterMs(answer.retryAfter, Date.parse(answer.date ?? '')) ?? defaultMs;
      limiter.pause(Math.min(wait, maxMs));
    }
    return answer;
  }

  async function send(call: Call): Promise<Answer> {
    const answer = await ask(call);
    throwUnlessOk(answer, SETTING);
    return answer;
  }

  return {
    send,
    async find(call, absent = [404]) {
      const asked = { ...call, absent };
      const answer = await ask(asked);
      if (isAbsent(asked, answer)) return null;
      throwUnlessOk(answer, SETTING);
      return answer;
    },
  };
}

/** The encoded identifier as a part of a path. @throws DeliveryError (`permanent`) where it cannot be one */
export function identifierPart(id: string): string {
  const check = checkIdentifier(id);
  if (!check.ok) throw new DeliveryError('permanent', `${check.reason} No request was made.`);
  return encodeURIComponent(id);
}

/** Some endpoints of Customer.io give `null` for an empty list. */
export function listIn(answer: Answer, name: string): unknown[] {
  const list = ownProperty(answer.body.json, name);
  if (list === null) return [];
  if (!Array.isArray(list)) throw unexpectedAnswer(answer);
  return list;
}

/** The object of this name. @throws DeliveryError (`retryable`) where there is none */
export function objectIn(answer: Answer, name: string): Record<string, unknown> {
  const value = ownProperty(answer.body.json, name);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpectedAnswer(answer);
  return asObject(value);
}

export function unexpectedAnswer(answer: Answer): DeliveryError {
  const said = errorMessage(answer.body);
  return new DeliveryError('retryable', `${answer.call} gave an unexpected answer: ${said}`, {
    status: answer.status,
  });
}
