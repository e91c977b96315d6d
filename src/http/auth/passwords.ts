import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** What a hash costs: OWASP's cheat sheet on password storage asks for at least this of scrypt. 32 MB, some 0.2 s. */
const COST = { N: 2 ** 15, r: 8, p: 3 };
const MEMORY = 128 * COST.N * COST.r * 2;
const KEY_BYTES = 32;
/** At once, for the sake of memory and of the other work of Node's threads; more wait, and too many are refused. */
const AT_ONCE = 2;
const MAX_WAITING = 20;

/** Too many sign-ins at once. */
export class TooBusy extends Error {
  readonly statusCode = 429;
  readonly retryAfterSeconds = 2;
  constructor() {
    super('Too many people sign in at this moment. Try again in a few seconds.');
  }
}

export interface Passwords {
  /** @returns a text that holds the costs and the salt. @throws TooBusy */
  hash(password: string): Promise<string>;
  /** Takes as long where there is no hash (no such user): the time tells nothing. @throws TooBusy */
  isRight(password: string, hash: string | null): Promise<boolean>;
}

/** @param cost lower costs, for tests. */
export function createPasswords(cost: typeof COST = COST): Passwords {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function derive(password: string, salt: Buffer, { N, r, p }: typeof COST): Promise<Buffer> {
    if (running < AT_ONCE) running += 1;
    else if (waiting.length >= MAX_WAITING) throw new TooBusy();
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await new Promise((resolve, reject) => {
        const text = password.normalize('NFC');
        scrypt(text, salt, KEY_BYTES, { N, r, p, maxmem: Math.max(MEMORY, 256 * N * r) }, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      });
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  return {
    async hash(password) {
      const salt = randomBytes(16);
      const key = await derive(password, salt, cost);
      return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join(
        '$',
      );
    },
    async isRight(password, hash) {
      const [scheme, n, r, p, salt, key] = (hash ?? '').split('$');
      if (scheme !== 'scrypt' || !salt || !key) {
        await derive(password, Buffer.alloc(16), cost);
        return false;
      }
      const expected = Buffer.from(key, 'base64url');
      const given = await derive(password, Buffer.from(salt, 'base64url'), {
        N: Number(n),
        r: Number(r),
        p: Number(p),
      });
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
