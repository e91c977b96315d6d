import { eventId, signReport } from '../customerio/index.ts';
import { SELF_TEST } from '../domain/self-test.ts';

/** A webhook as one of the sides would send it. */
export interface TestRequest {
  /** Holds Kommo's secret: only to be sent, never to be shown. */
  path: string;
  /** The same to be shown. */
  shownPath: string;
  headers: Record<string, string>;
  body: string;
}

const SENT_BY = { 'user-agent': 'Stagepost, testing itself' };

/** A webhook of Kommo that means nothing. @param mark tells it from every other request */
export function kommoTest(connection: string, secret: string, mark: string): TestRequest {
  const folder = `/webhooks/kommo/${encodeURIComponent(connection)}`;
  return {
    path: `${folder}/${encodeURIComponent(secret)}`,
    shownPath: `${folder}/***`,
    headers: { ...SENT_BY, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ [`${SELF_TEST}[sent][0][id]`]: mark }).toString(),
  };
}

/**
 * A report of Customer.io about a made-up delivery to nobody, rightly signed. Its type and metric are none of
 * Customer.io's, so no reaction can speak of it.
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
      ...SENT_BY,
      'content-type': 'application/json',
      'x-cio-timestamp': String(timestamp),
      'x-cio-signature': signReport(signingKey, timestamp, body),
    },
    body,
  };
}
