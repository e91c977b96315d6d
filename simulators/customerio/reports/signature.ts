import { createHmac } from 'node:crypto';

/**
 * X-CIO-Signature: lower-case hex of HMAC-SHA256 over `v0:<X-CIO-Timestamp>:<raw body>`. The key is the
 * text shown in the UI, used as UTF-8 (Customer.io docs and the verifier of its Node SDK).
 */
export function sign(signingKey: string, timestamp: string, body: string): string {
  return createHmac('sha256', signingKey).update(`v0:${timestamp}:`).update(body).digest('hex');
}
