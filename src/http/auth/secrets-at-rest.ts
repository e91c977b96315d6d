import { createHash, randomBytes } from 'node:crypto';

/** A new secret of 32 random bytes. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What is stored of a session, token or link. They are random and long, so that a plain hash is enough: there is
 * nothing to guess.
 */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
