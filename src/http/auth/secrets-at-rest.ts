import { createHash, randomBytes } from 'node:crypto';

/** A new secret of 32 random bytes, in base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What is stored of the secret of a session, token or link. These secrets are long and random, so a plain hash is enough:
 * nobody can guess them, as they could a password.
 */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
