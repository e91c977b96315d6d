import { createHmac, timingSafeEqual } from 'node:crypto';

/** A header as Node gives it: repeated headers can come as a list. */
export type HeaderValue = string | string[] | undefined;

export interface SignedRequest {
  /** Signing keys in force: one, or several while one is being rotated. Blank keys are passed over. */
  keys: string[];
  /** `X-CIO-Timestamp`: unix seconds at which the request was sent, so a retry has a new one. */
  timestamp: HeaderValue;
  /** `X-CIO-Signature`. */
  signature: HeaderValue;
  /** The bytes as they came; any re-serialised JSON has another signature. */
  body: Buffer;
  nowMs: number;
  /** How far the timestamp may lie from now, on both sides. */
  toleranceSeconds?: number;
}

export type Verdict = { ok: true } | { ok: false; reason: string };

/**
 * Checks a reporting webhook's signature: lowercase hex of HMAC-SHA256 over `v0:<timestamp>:<body>`, the key
 * used as text and never hex-decoded (as in Customer.io's own verifier, customerio-node `lib/webhooks.ts`).
 * Customer.io documents no replay window; 300 s is what public receivers use. Never throws.
 */
export function verifyReport(request: SignedRequest): Verdict {
  const { timestamp, signature, body, nowMs, toleranceSeconds = 300 } = request;
  const keys = request.keys.filter((key) => key.trim() !== '');
  if (keys.length === 0)
    return refuse('No signing key is configured. Copy it from the reporting webhook page.');

  const trouble = headerTrouble('X-CIO-Timestamp', timestamp) ?? headerTrouble('X-CIO-Signature', signature);
  if (trouble !== null) return refuse(trouble);
  const stamp = timestamp as string;
  // No sign, no leading zero, no fraction, no space: only the spelling that Customer.io uses.
  if (!/^[1-9][0-9]{0,11}$/.test(stamp))
    return refuse('X-CIO-Timestamp is not a whole number of unix seconds.');
  if (!/^[0-9a-f]{64}$/.test(signature as string)) {
    return refuse('X-CIO-Signature is not 64 lowercase hex digits.');
  }

  const given = Buffer.from(signature as string, 'latin1');
  let matches = false;
  // Every key is tried, so that the time taken does not tell which one is in force.
  for (const key of keys)
    matches = timingSafeEqual(Buffer.from(signReport(key, stamp, body), 'latin1'), given) || matches;
  if (!matches)
    return refuse('The signature does not match. Compare the signing key with the reporting webhook page.');

  const offset = Math.abs(Math.floor(nowMs / 1000) - Number(stamp));
  if (!(offset <= toleranceSeconds)) {
    return refuse(
      `The signature is right, but its time is ${offset} s away from this machine's clock ` +
        `(${toleranceSeconds} s are allowed). Check the clock; otherwise this is an old request sent again.`,
    );
  }
  return { ok: true };
}

/** What Customer.io would send as `X-CIO-Signature`. @param timestamp unix seconds, as in `X-CIO-Timestamp` */
export function signReport(key: string, timestamp: string | number, body: string | Buffer): string {
  return createHmac('sha256', key).update(`v0:${timestamp}:`).update(body).digest('hex');
}

function headerTrouble(name: string, value: HeaderValue): string | null {
  if (value === undefined || value === '') return `${name} is missing.`;
  return typeof value === 'string' ? null : `${name} is given more than once.`;
}

function refuse(reason: string): Verdict {
  return { ok: false, reason };
}
