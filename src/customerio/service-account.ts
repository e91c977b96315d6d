import { Agent } from 'undici';
import { DeliveryError } from '../domain/errors.ts';
import { boundedRequest } from '../lib/http-request.ts';
import { asObject } from '../lib/unknown-json.ts';
import type { Region } from './hosts.ts';

/** Public code of Customer.io's command line client: the hosts of the API that its own pages use. */
const HOSTS: Record<Region, string> = { us: 'https://us.fly.customer.io', eu: 'https://eu.fly.customer.io' };

export interface SigningKeyQuery {
  /** The token of a service account, `sa_live_…`. It is sent once, and kept nowhere. */
  token: string;
  region: Region;
  /** The number of the workspace. */
  workspace: string;
  /** An origin instead of the region's. */
  origin?: string | null;
}

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 100_000;

/**
 * Reads the signing key of a workspace's reporting webhooks. The token is exchanged for a session that may only read.
 * Source of the calls: public code of Customer.io's command line client; the shape of the last answer is not published, so
 * it is read leniently.
 * @throws DeliveryError: `unauthorized` where the token is refused or has no access to the workspace. It has no secret
 */
export async function readSigningKey({ token, region, workspace, origin }: SigningKeyQuery): Promise<string> {
  const host = origin ?? HOSTS[region];
  const dispatcher = new Agent({ connections: 1 });
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const exchange = new URLSearchParams({
      grant_type: 'client_credentials',
      client_secret: token.trim(),
      scope: 'read_only',
    });
    const session = await send({
      method: 'POST',
      url: `${host}/v1/service_accounts/oauth/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: exchange.toString(),
    });
    const { access_token: access } = asObject(session);
    if (typeof access !== 'string' || access === '') throw unexpected();
    const answer = await send({
      method: 'GET',
      url: `${host}/v1/environments/${encodeURIComponent(workspace)}/signing_secret`,
      headers: { authorization: `Bearer ${access}` },
      body: null,
    });
    const key = keyIn(answer);
    if (key === null) throw unexpected();
    return key;
  } finally {
    await dispatcher.destroy();
  }

  async function send(request: {
    method: 'GET' | 'POST';
    url: string;
    headers: Record<string, string>;
    body: string | null;
  }): Promise<unknown> {
    const maxBytes = { success: MAX_BYTES, failure: MAX_BYTES };
    const headers = { accept: 'application/json', ...request.headers };
    const answer = await boundedRequest({ ...request, headers, dispatcher, signal, maxBytes }).catch(() => {
      throw new DeliveryError('retryable', 'Customer.io could not be reached with the service account.');
    });
    if (answer.status === 200) return parsed(answer.body);
    throw refusal(answer.status);
  }
}

/** The key in an answer: under one of the names that its path suggests, as a text or inside of an object. */
function keyIn(answer: unknown, depth = 0): string | null {
  if (typeof answer !== 'object' || answer === null || depth > 2) return null;
  const entries = Object.entries(answer);
  for (const [name, value] of entries)
    if (
      /^(signing_)?(secret|key)$/.test(name) &&
      typeof value === 'string' &&
      /^[\x21-\x7e]{16,}$/.test(value)
    )
      return value;
  for (const [, value] of entries) {
    const key = keyIn(value, depth + 1);
    if (key !== null) return key;
  }
  return null;
}

/** The error of `JSON.parse` would quote the body. */
function parsed(body: Buffer | null): unknown {
  try {
    return JSON.parse(body?.toString('utf8') ?? '');
  } catch {
    throw unexpected();
  }
}

function refusal(status: number): DeliveryError {
  const isRefused = status === 400 || status === 401 || status === 403 || status === 404;
  return new DeliveryError(
    isRefused ? 'unauthorized' : 'retryable',
    isRefused
      ? `Customer.io does not accept the token of the service account for this workspace (${status}).`
      : `Customer.io did not answer the service account as expected (${status}).`,
    { status },
  );
}

function unexpected(): DeliveryError {
  return new DeliveryError('permanent', 'Customer.io answered the service account without a signing key.');
}
