import { createHmac, timingSafeEqual } from 'node:crypto';

/** A header as Node gives it: repeated headers can come as a list. */
export type HeaderValue = string | string[] | undefined;

export interface SignedRequest {
  /** The valid signing keys: one, or several during a rotation. Blank keys are ignored. */
  keys: string[];
  /** `X-CIO-Timestamp`: unix seconds at which the request was sent, so a retry has a new one. */
  timestamp: HeaderValue;
  /** `X-CIO-Signature`. */
  signature: HeaderValue;
  /** The raw bytes: re-serialised JSON has another signature. */
  body: Buffer;
  nowMs: number;
  /** How far the timestamp may lie from now, on both sides. */
  toleranceSeconds?: number;
}

/** Customer.io documents no replay window; 300 s is what public receivers use. */
const TOLERANCE_SECONDS = 300;

/**
 * `mismatch`: the request looks like a report, and another key signed it. `stale`: the key is right and the time is not.
 * `malformed`: it has not what a report has, so it says nothing about the key. `no_key`: none is configured.
 */
export type RefusalCode = 'mismatch' | 'stale' | 'malformed' | 'no_key';

export type Verdict = { ok: true } | { ok: false; code: RefusalCode; reason: string };

/**
 * Checks a reporting webhook's signature: lowercase hex of HMAC-SHA256 over `v0:<timestamp>:<body>`, the key
 * used as text and never hex-decoded (as in Customer.io's own verifier, customerio-node `lib/webhooks.ts`).
 * Customer.io documents no replay window; 300 s is what public receivers use. Never throws.
 */
export function verifyReport(request: SignedRequest): Verdict {
  const { timestamp, signature, body, nowMs, toleranceSeconds = TOLERANCE_SECONDS } = request;
  const keys = request.keys.filter((key) => key.trim() !== '');
  if (keys.length === 0)
    return refuse('no_key', 'No signing key is configured. Copy it from the reporting webhook page.');

  const problem = headerForm(timestamp, signature);
  if (problem !== null) return refuse('malformed', problem);
  const stamp = timestamp as string;
  const given = Buffer.from(signature as string, 'latin1');
  let matches = false;
  // Every key is tried, so that the response time does not reveal which key matches.
  for (const key of keys)
    matches = timingSafeEqual(Buffer.from(signReport(key, stamp, body), 'latin1'), given) || matches;
  if (!matches)
    return refuse(
      'mismatch',
      'The signature does not match. Compare the signing key with the reporting webhook page.',
    );

  const offset = secondsOff(stamp, nowMs);
  if (!(offset <= toleranceSeconds)) {
    return refuse(
      'stale',
      `The signature is right, but its time is ${offset} s away from this machine's clock ` +
        `(${toleranceSeconds} s are allowed). Check the clock. If it is right, this is a replayed old request.`,
    );
  }
  return { ok: true };
}

/**
 * The problem of a report's two headers, before its body is read. A time that is too far from now makes a report invalid,
 * too, but only with the body it shows whether a clock is wrong.
 */
export function reportHeadersProblem({
  timestamp,
  signature,
  nowMs,
}: Pick<SignedRequest, 'timestamp' | 'signature' | 'nowMs'>): { reason: string; isLate: boolean } | null {
  const reason = headerForm(timestamp, signature);
  if (reason !== null) return { reason, isLate: false };
  const offset = secondsOff(timestamp as string, nowMs);
  if (offset <= TOLERANCE_SECONDS) return null;
  return {
    reason:
      `X-CIO-Timestamp is ${offset} s away from this machine's clock (${TOLERANCE_SECONDS} s are allowed). ` +
      'Check the clock. If it is right, this is no report of Customer.io, or an old one.',
    isLate: true,
  };
}

/** Only Customer.io's own spelling: no sign, leading zero, fraction or space. */
function headerForm(timestamp: HeaderValue, signature: HeaderValue): string | null {
  const problem = headerProblem('X-CIO-Timestamp', timestamp) ?? headerProblem('X-CIO-Signature', signature);
  if (problem !== null) return problem;
  if (!/^[1-9][0-9]{0,11}$/.test(timestamp as string))
    return 'X-CIO-Timestamp is not a whole number of unix seconds.';
  if (!/^[0-9a-f]{64}$/.test(signature as string)) return 'X-CIO-Signature is not 64 lowercase hex digits.';
  return null;
}

function secondsOff(timestamp: string, nowMs: number): number {
  return Math.abs(Math.floor(nowMs / 1000) - Number(timestamp));
}

/** The value that Customer.io sends as `X-CIO-Signature`. @param timestamp unix seconds, as in `X-CIO-Timestamp` */
export function signReport(key: string, timestamp: string | number, body: string | Buffer): string {
  return createHmac('sha256', key).update(`v0:${timestamp}:`).update(body).digest('hex');
}

function headerProblem(name: string, value: HeaderValue): string | null {
  if (value === undefined || value === '') return `${name} is missing.`;
  return typeof value === 'string' ? null : `${name} is given more than once.`;
}

function refuse(code: RefusalCode, reason: string): Verdict {
  return { ok: false, code, reason };
}
