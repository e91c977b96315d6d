import { timingSafeEqual } from 'node:crypto';

export interface Credentials {
  siteId: string;
  apiKey: string;
  appKey: string;
  pipelinesKey: string;
  signingKey: string;
  /** The token of a service account of the workspace. */
  serviceAccount: string;
}

/** Track: HTTP Basic, user = site id, password = Track API key. */
export function isTrackCaller(header: string | undefined, credentials: Credentials): boolean {
  const expected = Buffer.from(`${credentials.siteId}:${credentials.apiKey}`).toString('base64');
  return equal(header ?? '', `Basic ${expected}`);
}

/** App: Bearer with the App API key. */
export function isAppCaller(header: string | undefined, credentials: Credentials): boolean {
  return equal(header ?? '', `Bearer ${credentials.appKey}`);
}

/** Pipelines: HTTP Basic, user = the key of the source, blank password. */
export function isPipelinesCaller(header: string | undefined, credentials: Credentials): boolean {
  const expected = Buffer.from(`${credentials.pipelinesKey}:`).toString('base64');
  return equal(header ?? '', `Basic ${expected}`);
}

function equal(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
