import { hostname as machineName } from 'node:os';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLocal } from './auth/transport.ts';
import { HttpError } from './http-error.ts';

export interface KnownHostsOptions {
  /** Where Kommo, Customer.io and browsers reach this Stagepost. */
  publicUrl: string | undefined;
  /** Further names: `console.example.com`, `*.example.com`. */
  allowedHosts: readonly string[];
  /** A proxy is trusted, so that its `X-Forwarded-For` is believed. */
  hasTrustedProxy: boolean;
}

/**
 * Refuses requests to a host name that is not known, except for webhooks. A page of a stranger can let its own name point to
 * 127.0.0.1 (DNS rebinding): a browser on this machine would then send it what Stagepost answers there.
 */
export function refuseUnknownHosts(app: FastifyInstance, options: KnownHostsOptions): void {
  const isKnown = knownHosts(options);
  app.addHook('onRequest', async (request) => {
    if (isKnown(request) || request.routeOptions.url?.startsWith('/webhooks/')) return;
    throw new HttpError(403, unknownHost(request.hostname));
  });
}

/**
 * IP addresses are known, as load balancers and Prometheus use them: rebinding needs a name. So does it need a dot in the
 * name, which the names of services in a cluster have none of.
 */
export function knownHosts({ publicUrl, allowedHosts, hasTrustedProxy }: KnownHostsOptions) {
  const names = new Set(allowedHosts.filter((name) => !name.startsWith('*.')).map(folded));
  const endings = allowedHosts.filter((name) => name.startsWith('*.')).map((name) => folded(name.slice(1)));
  names.add(folded(machineName()));
  if (publicUrl !== undefined) names.add(folded(new URL(publicUrl).hostname));
  return (request: Pick<FastifyRequest, 'hostname' | 'headers' | 'ips'>): boolean => {
    const name = folded(request.hostname ?? '');
    if (isLocal(name) || !name.includes('.') || names.has(name)) return true;
    if (endings.some((ending) => name.endsWith(ending))) return true;
    // A proxy passes on the names that it serves itself.
    return hasTrustedProxy && (request.ips?.length ?? 0) > 1;
  };
}

/** Without the dot that ends a full name. */
function folded(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

const unknownHost = (name: string) =>
  `Stagepost does not know itself by the name "${name.slice(0, 100)}". ` +
  'If the name is right: start with --public-url https://NAME or --allowed-hosts NAME.';
