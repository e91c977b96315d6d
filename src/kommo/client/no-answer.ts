import { DeliveryError } from '../../domain/errors.ts';
import { BODY_TOO_LARGE } from '../../lib/http-request.ts';
import { maskSecrets } from '../../lib/mask-secrets.ts';
import type { CallContext } from './call.ts';
import { unclear } from './errors.ts';

type Cause = 'timeout' | 'cancelled' | 'too_large' | { broken: string };

/** Why a call has no usable answer. @param signal the caller's */
export function causeOf(error: unknown, deadline: AbortSignal, signal: AbortSignal | undefined): Cause {
  if (signal?.aborted) return 'cancelled';
  if (deadline.aborted) return 'timeout';
  const { code, message } = error as { code?: string; message?: string };
  return code === BODY_TOO_LARGE ? 'too_large' : { broken: code ?? message ?? 'unknown error' };
}

/** The error of a call without a usable answer. Only a call that was never sent has certainly had no effect. */
export function noAnswer(
  cause: Cause,
  isSent: boolean,
  { effect, doing, secrets }: CallContext,
  limits: { timeoutMs: number; maxBytes: number },
): DeliveryError {
  const message =
    cause === 'timeout'
      ? `Kommo gave no answer to ${doing} within ${limits.timeoutMs} ms.`
      : cause === 'cancelled'
        ? `The call to Kommo (${doing}) was cancelled${isSent ? ' before its answer came' : ' before it was sent'}.`
        : cause === 'too_large'
          ? `Kommo's answer to ${doing} was larger than ${limits.maxBytes / 1024 / 1024} MB and was not read.`
          : isSent
            ? `The connection to Kommo broke during ${doing} (${maskSecrets(cause.broken, secrets)}).`
            : `Kommo cannot be reached for ${doing} (${maskSecrets(cause.broken, secrets)}).`;
  const systemCode = typeof cause === 'object' ? cause.broken : null;
  return new DeliveryError(isSent ? unclear(effect) : 'retryable', message, { systemCode });
}
