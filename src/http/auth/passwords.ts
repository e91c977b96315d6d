import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { FairSemaphore, type Share } from '../../lib/fair-semaphore.ts';
import { SemaphoreFull } from '../../lib/semaphore.ts';
import { HttpError } from '../http-error.ts';

/*
 * Node's own scrypt instead of a package for argon2: it needs no native code of others, and OWASP accepts it with these
 * costs.
 */

/** The parameters of scrypt. */
export interface PasswordCost {
  N: number;
  r: number;
  p: number;
}

/** OWASP's cheat sheet on password storage asks for at least this of scrypt. It takes 32 MB and some 0.2 s. */
const COST: PasswordCost = { N: 2 ** 15, r: 8, p: 3 };
const KEY_BYTES = 32;
/** Hashes in progress at once: each takes memory, and a thread of those that Node does other work with. */
const MAX_CONCURRENT = 2;
/** Of all networks together. At five hashes a second the last one waits for 13 s, and networks take turns. */
const MAX_WAITING = 64;
const RETRY_SECONDS = 2;

export interface Passwords {
  /**
   * For the bearer of a one-time link: goes before all sign-ins.
   * @returns a text that holds the cost and the salt, too. @throws HttpError 429 where too many sign in at once
   */
  hash(password: string): Promise<string>;
  /**
   * Takes as long where there is no hash (no such user), so that the time reveals nothing.
   * @param share whose turn it is: the group is the sender's network, so that one network cannot take every place
   * @throws SemaphoreFull where too many sign in at once; then nothing was compared
   */
  isRight(password: string, hash: string | null, share: Share): Promise<boolean>;
}

/** One-time links are proven before a password is hashed. */
const LINK: Share = { group: 'one-time links', isPreferred: true };

/** @param cost lower in tests */
export function createPasswords(cost: PasswordCost = COST): Passwords {
  const semaphore = new FairSemaphore({ places: MAX_CONCURRENT, maxWaiting: MAX_WAITING });

  async function derive(
    password: string,
    salt: Buffer,
    withCost: PasswordCost,
    share: Share,
  ): Promise<Buffer> {
    return semaphore.run(share, () => scryptKey(password.normalize('NFC'), salt, withCost));
  }

  return {
    async hash(password) {
      const salt = randomBytes(16);
      const key = await derive(password, salt, cost, LINK).catch((error: unknown) => {
        if (!(error instanceof SemaphoreFull)) throw error;
        throw new HttpError(429, 'Too many people are signing in at this moment. Try again.', RETRY_SECONDS);
      });
      return formatHash(cost, salt, key);
    },
    async isRight(password, hash, share) {
      const stored = parseHash(hash ?? '');
      if (!stored) {
        await derive(password, Buffer.alloc(16), cost, share);
        return false;
      }
      const key = await derive(password, stored.salt, stored.cost, share);
      return key.length === stored.key.length && timingSafeEqual(key, stored.key);
    },
  };
}

function scryptKey(text: string, salt: Buffer, { N, r, p }: PasswordCost): Promise<Buffer> {
  // scrypt needs 128 * N * r bytes and a little more; Node's default limit is below what COST needs.
  const options = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(text, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** `scrypt$N$r$p$SALT$KEY`, the last two in base64url. */
function formatHash({ N, r, p }: PasswordCost, salt: Buffer, key: Buffer): string {
  return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Null where the text is no hash. */
function parseHash(hash: string): { cost: PasswordCost; salt: Buffer; key: Buffer } | null {
  const [scheme, N, r, p, salt, key] = hash.split('$');
  if (scheme !== 'scrypt' || !salt || !key) return null;
  return {
    cost: { N: Number(N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
}
