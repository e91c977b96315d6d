import { DeliveryError } from '../domain/errors.ts';
import { BODY_TOO_LARGE } from '../lib/http-request.ts';
import { maskSecrets } from '../lib/mask-secrets.ts';
import { shortMessage } from './answer-body.ts';
import type { Answer, Call } from './call.ts';

/** @param isForeign whether the redirect leads to another host than Customer.io's */
export function redirectError(answer: Answer, location: string, isForeign: boolean): DeliveryError {
  const where = URL.canParse(location) ? new URL(location).origin : 'an address that cannot be read';
  const why = isForeign
    ? `was redirected to ${where}, which is not Customer.io. Check the region, the URL and any proxy on the way.`
    : 'was redirected too often. Check the region and any proxy on the way.';
  return new DeliveryError('unauthorized', `${answer.call} ${why}`, { status: answer.status });
}

/** Every write may be repeated (`_timestamp`, ULID), so a missing answer never means `unknown`. */
export function networkError(
  error: unknown,
  call: Call,
  options: { timeoutMs: number; maxBytes: number; secrets: string[] },
): DeliveryError {
  const reason = networkReason(error, options);
  const text = maskSecrets(
    `Customer.io gave no answer to ${call.method} ${call.template}: ${reason}`,
    options.secrets,
  );
  // The cause is left out: some of undici's errors carry the request's headers.
  const { code } = error as { code?: unknown };
  return new DeliveryError('retryable', text, { systemCode: typeof code === 'string' ? code : null });
}

function networkReason(error: unknown, limits: { timeoutMs: number; maxBytes: number }): string {
  const { name, code, message, hostname } = error as Partial<Record<string, string>>;
  if (code === BODY_TOO_LARGE) return `its answer was larger than ${limits.maxBytes / 1_000_000} MB.`;
  if (name === 'TimeoutError') return `nothing came within ${limits.timeoutMs / 1000} s.`;
  if (code === 'ECONNREFUSED') return 'the connection was refused.';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `the host name${hostname ? ` ${hostname}` : ''} was not found. Check the network.`;
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET')
    return 'the connection broke off.';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'no connection could be made in time.';
  return shortMessage(`${message ?? error}${code ? ` (${code})` : ''}`);
}
