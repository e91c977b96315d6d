import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface ListenOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** A listening socket that this process inherited, instead of one on host and port. */
  listenFd?: number | null;
}

export interface ListenAddress {
  /** As it was asked for: `http://host:port`. */
  url: string;
  /** How this process reaches itself. */
  localUrl: string;
}

/** @throws what the port says: EADDRINUSE, EACCES. */
export async function listen(
  server: FastifyInstance,
  { host, port, listenFd }: ListenOptions,
): Promise<ListenAddress> {
  // Node prefers a descriptor. Fastify passes it on, although its types do not know it.
  const where: { host: string; port: number; fd?: number } = {
    host,
    port,
    ...(listenFd && { fd: listenFd }),
  };
  await server.listen(where);
  const address = server.server.address() as AddressInfo;
  return {
    url: httpUrl(listenFd ? address.address : host, address.port),
    localUrl: localUrl(address),
  };
}

/** A server that listens on all addresses listens on the local one, too. */
export function localUrl({ address, port }: Pick<AddressInfo, 'address' | 'port'>): string {
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
  return httpUrl(host, port);
}

/** An IPv6 address stands in brackets (RFC 3986, 3.2.2). */
function httpUrl(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
