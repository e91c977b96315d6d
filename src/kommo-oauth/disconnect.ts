import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What Kommo sends when somebody has withdrawn access: a GET to the integration's address for that. */
export interface Disconnection {
  clientId: string;
  accountId: string;
  signature: string;
}

/** Whether Kommo has signed it: HMAC-SHA256 of `client_id|account_id` by the integration's secret, in hex (Kommo docs). */
export function isSignedByKommo({ clientId, accountId, signature }: Disconnection, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(`${clientId}|${accountId}`).digest('hex');
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(signature.toLowerCase()), digest(expected));
}
