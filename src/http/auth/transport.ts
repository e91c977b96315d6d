import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The sender reached Stagepost over TLS, which a proxy has ended. */
    isOverTls: boolean;
  }
}

/** Browsers use TLS only for a year from now, once they have seen this over TLS; over plain HTTP they ignore it. */
const HSTS = 'max-age=31536000';

/** Notes for each request whether it came over TLS, and asks browsers to keep using it. */
export function noteTransport(app: FastifyInstance, publicUrl: string | undefined): void {
  const publicHost = publicUrl?.startsWith('https:') ? new URL(publicUrl).hostname : null;
  app.decorateRequest('isOverTls', false);
  app.addHook('onRequest', async (request, reply) => {
    request.isOverTls = cameOverTls(request, publicHost !== null);
    if (request.isOverTls || publicHost !== null) reply.header('strict-transport-security', HSTS);
  });
}

type Sent = Pick<FastifyRequest, 'headers' | 'protocol' | 'host' | 'hostname'>;

/**
 * A trusted proxy is believed first, then the browser itself: its `Origin` has the scheme of its address bar. An untrusted
 * `X-Forwarded-Proto` counts last: who forges it only makes their own browser refuse a cookie.
 * @param isPublicTls the public address is https. Then every name is, but an IP address or localhost can be reached directly.
 */
export function cameOverTls({ headers, protocol, host, hostname }: Sent, isPublicTls: boolean): boolean {
  if (protocol === 'https') return true;
  const origin = headers.origin && URL.canParse(headers.origin) ? new URL(headers.origin) : null;
  // The Origin of another site says nothing about this connection.
  if (origin && origin.host === host) return origin.protocol === 'https:';
  const forwarded = headers['x-forwarded-proto'];
  if (forwarded !== undefined) return String(forwarded).split(',')[0]!.trim().toLowerCase() === 'https';
  return isPublicTls && !isLocal(hostname);
}

/** `localhost`, or an IP address instead of a name. @param hostname without a port; IPv6 in brackets or without */
export function isLocal(hostname: string): boolean {
  const name = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return isIP(name) > 0 || name === 'localhost' || name.endsWith('.localhost');
}
