import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from './tls-options.ts';

export interface ListenOptions {
  host: string;
  /** 0 takes a free port. */
  port: number;
  tls?: TlsOptions | undefined;
}

export interface Listening {
  /** Origin, e.g. `http://127.0.0.1:40123`. Where the server listens on every address, that of the loopback. */
  url: string;
  /** Stops listening and cuts all connections. */
  close(): Promise<void>;
}

/** @throws the system's error with its `code`, such as EADDRINUSE */
export async function listen(
  { host, port, tls }: ListenOptions,
  answer: RequestListener,
): Promise<Listening> {
  const options = { keepAliveTimeout: 60_000 };
  const server = tls ? createTlsServer({ ...options, ...tls }, answer) : createServer(options, answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://${reachable(host)}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An address that a client on this machine can call. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
