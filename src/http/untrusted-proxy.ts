import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/**
 * Notices a proxy that is not trusted. All visitors behind it count as one sender when sign-in attempts are limited, which
 * nobody would notice before a stranger makes use of it.
 */
export class UntrustedProxy {
  readonly #log: Pick<Logger, 'warn'>;
  readonly #hasTrustedProxy: boolean;
  #address: string | null = null;

  constructor(log: Pick<Logger, 'warn'>, hasTrustedProxy: boolean) {
    this.#log = log;
    this.#hasTrustedProxy = hasTrustedProxy;
  }

  /** The proxy's address; null where none was seen. */
  get address(): string | null {
    return this.#address;
  }

  /** Logs the first request that an untrusted proxy has passed on. */
  note(request: Pick<FastifyRequest, 'headers' | 'ips' | 'socket'>): void {
    if (this.#address !== null) return;
    const isForwarded =
      request.headers['x-forwarded-for'] !== undefined || request.headers['x-forwarded-proto'] !== undefined;
    if (!isForwarded || (this.#hasTrustedProxy && (request.ips?.length ?? 0) > 1)) return;
    this.#address = request.socket.remoteAddress ?? 'unknown';
    this.#log.warn(
      { address: this.#address },
      'A request has X-Forwarded headers of a sender that is not trusted. If that is your proxy, start with ' +
        '--trust-proxy ADDRESS: until then all its visitors count as one when sign-in attempts are limited',
    );
  }
}
