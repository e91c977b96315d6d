import { eventId, signReport } from '../customerio/index.ts';
import { SELF_TEST, SELF_TEST_AGENT } from '../domain/self-test.ts';

/** A webhook as Kommo or Customer.io would send it. */
export interface TestRequest {
  /** Holds Kommo's secret, so it must never be shown. */
  path: string;
  /** The path without the secret. */
  shownPath: string;
  headers: Record<string, string>;
  body: string;
}

const HEADERS = { 'user-agent': SELF_TEST_AGENT };

/** A webhook of Kommo without any effect. @param mark unique, to find the request in the inbox */
export function kommoTest(connection: string, secret: string, mark: string): TestRequest {
  const folder = `/webhooks/kommo/${encodeURIComponent(connection)}`;
  return {
    path: `${folder}/${encodeURIComponent(secret)}`,
    shownPath: `${folder}/***`,
    headers: { ...HEADERS, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ [`${SELF_TEST}[sent][0][id]`]: mark }).toString(),
  };
}

/**
 * A signed report of Customer.io about a delivery that does not exist. Customer.io has no such type and metric, so no
 * reaction can match it.
 */
export function customerioTest(
  connection: string,
  signingKey: string,
  mark: string,
  nowMs: number,
): TestRequest {
  const path = `/webhooks/customerio/${encodeURIComponent(connection)}`;
  const [objectType, metric] = SELF_TEST.split('_');
  const timestamp = Math.floor(nowMs / 1000);
  const body = JSON.stringify({
    data: { delivery_id: mark, identifiers: { id: mark, email: null } },
    event_id: eventId(nowMs, mark),
    metric,
    object_type: objectType,
    timestamp,
  });
  return {
    path,
    shownPath: path,
    headers: {
      ...HEADERS,
      'content-type': 'application/json',
      'x-cio-timestamp': String(timestamp),
      'x-cio-signature': signReport(signingKey, timestamp, body),
    },
    body,
  };
}
