import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { SemaphoreFull } from '../../lib/semaphore.ts';
import type { User } from '../../store/users/users.ts';
import type { Attempts } from './attempts.ts';
import { knownDevice } from './device-cookie.ts';
import { networksOf } from './network.ts';
import type { Passwords } from './passwords.ts';

export interface CheckPasswordOptions {
  attempts: Attempts;
  passwords: Passwords;
  /** @param ms */
  delay?: (ms: number) => Promise<unknown>;
}

/** A try to sign in as the user of this name. */
export interface PasswordAttempt {
  name: string;
  password: string;
  /** Null where there is no user of this name. */
  user: User | null;
  request: Pick<FastifyRequest, 'headers' | 'isOverTls' | 'ip'>;
}

/** `throttled`: nothing was compared, and the next try may be made in `waitMs`. */
export type PasswordVerdict = { state: 'right' | 'wrong' } | { state: 'throttled'; waitMs: number };

export type CheckPassword = (attempt: PasswordAttempt) => Promise<PasswordVerdict>;

/** After a refusal because too many sign in at this moment, ms. */
const BUSY_WAIT_MS = 2_000;

/** Compares passwords, within the limits for names, networks and browsers. */
export function createCheckPassword({
  attempts,
  passwords,
  delay = sleep,
}: CheckPasswordOptions): CheckPassword {
  return async ({ name, password, user, request }) => {
    const device = user && knownDevice(request, user);
    const attempt = attempts.begin({ name, address: request.ip, device });
    if (attempt.state === 'refused') return { state: 'throttled', waitMs: attempt.waitMs };
    const share = { group: networksOf(request.ip).wide, isPreferred: device !== null };
    try {
      if (attempt.delayMs > 0) await delay(attempt.delayMs);
      if ((await passwords.isRight(password, user?.password_hash ?? null, share)) && user) {
        attempt.succeed();
        return { state: 'right' };
      }
      attempt.fail();
      return { state: 'wrong' };
    } catch (error) {
      if (!(error instanceof SemaphoreFull)) throw error;
      return { state: 'throttled', waitMs: BUSY_WAIT_MS };
    } finally {
      // Without effect where the attempt has ended above.
      attempt.giveBack();
    }
  };
}
