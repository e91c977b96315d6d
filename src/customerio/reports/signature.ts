import { createHmac, type Hmac, timingSafeEqual } from 'node:crypto';

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

/** Checks the signature of a whole report. Never throws. */
export function verifyReport({ body, ...options }: SignedRequest): Verdict {
  const verifier = new ReportVerifier(options);
  verifier.update(body);
  return verifier.verdict();
}

/**
 * Checks a reporting webhook's signature while its body arrives: lowercase hex of HMAC-SHA256 over `v0:<timestamp>:<body>`,
 * the key used as text and never hex-decoded (as in Customer.io's own verifier, customerio-node `lib/webhooks.ts`).
 * Never throws.
 */
export class ReportVerifier {
  readonly #options: Omit<SignedRequest, 'body'>;
  /** What is wrong before a byte of the body was read. */
  readonly #refused: Verdict | null;
  /** One for each key. */
  readonly #signatures: Hmac[];

  constructor(options: Omit<SignedRequest, 'body'>) {
    this.#options = options;
    const keys = options.keys.filter((key) => key.trim() !== '');
    this.#refused = refusedAtOnce(keys, options);
    this.#signatures = this.#refused
      ? []
      : keys.map((key) => startSignature(key, options.timestamp as string));
  }

  /** @param bytes the next raw bytes of the body */
  update(bytes: Uint8Array): void {
    for (const signature of this.#signatures) signature.update(bytes);
  }

  /** To be called once, after the last byte. */
  verdict(): Verdict {
    if (this.#refused !== null) return this.#refused;
    const { timestamp, signature, nowMs, toleranceSeconds = TOLERANCE_SECONDS } = this.#options;
    const given = Buffer.from(signature as string, 'latin1');
    let matches = false;
    // Every key is tried, so that the response time does not reveal which key matches.
    for (const one of this.#signatures)
      matches = timingSafeEqual(Buffer.from(one.digest('hex'), 'latin1'), given) || matches;
    if (!matches)
      return refuse(
        'mismatch',
        'The signature does not match. Compare the signing key with the reporting webhook page.',
      );
    const offset = secondsOff(timestamp as string, nowMs);
    if (offset <= toleranceSeconds) return { ok: true };
    return refuse(
      'stale',
      `The signature is right, but its time is ${offset} s away from this machine's clock ` +
        `(${toleranceSeconds} s are allowed). Check the clock. If it is right, this is a replayed old request.`,
    );
  }
}

function refusedAtOnce(
  keys: string[],
  { timestamp, signature }: Pick<SignedRequest, 'timestamp' | 'signature'>,
): Verdict | null {
  if (keys.length === 0)
    return refuse('no_key', 'No signing key is configured. Copy it from the reporting webhook page.');
  const problem = headerForm(timestamp, signature);
  return problem === null ? null : refuse('malformed', problem);
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
  return startSignature(key, timestamp).update(body).digest('hex');
}

function startSignature(key: string, timestamp: string | number): Hmac {
  return createHmac('sha256', key).update(`v0:${timestamp}:`);
}

function headerProblem(name: string, value: HeaderValue): string | null {
  if (value === undefined || value === '') return `${name} is missing.`;
  return typeof value === 'string' ? null : `${name} is given more than once.`;
}

function refuse(code: RefusalCode, reason: string): Verdict {
  return { ok: false, code, reason };
}
