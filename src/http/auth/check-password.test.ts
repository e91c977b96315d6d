import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SemaphoreFull } from '../../lib/semaphore.ts';
import type { User } from '../../store/users/users.ts';
import { Attempts } from './attempts.ts';
import { type CheckPassword, createCheckPassword } from './check-password.ts';
import { rememberDevice } from './device-cookie.ts';
import { createPasswords } from './passwords.ts';

const passwords = createPasswords({ N: 16, r: 8, p: 1 });
const PASSWORD = 'correct horse battery';

let ann: User;
let now: number;
let delays: number[];
let checkPassword: CheckPassword;
beforeAll(async () => {
  ann = { id: 7, name: 'Ann', password_hash: await passwords.hash(PASSWORD) } as User;
});
beforeEach(() => {
  now = 1_700_000_000_000;
  delays = [];
  checkPassword = createCheckPassword({
    passwords,
    attempts: new Attempts(() => now),
    delay: async (ms) => void delays.push(ms),
  });
});

const request = (ip: string, cookie = '') => ({ ip, headers: { cookie }, isOverTls: false });

/** Ann's right password, from this address. @returns the state of the verdict */
async function signIn(ip: string, cookie?: string): Promise<string> {
  const attempt = { name: 'ann', password: PASSWORD, user: ann, request: request(ip, cookie) };
  return (await checkPassword(attempt)).state;
}

/** @returns the verdict's state, and how long a stranger would have to wait */
function guess(ip: string, name = 'ann') {
  return checkPassword({ name, password: 'wrong', user: name === 'ann' ? ann : null, request: request(ip) });
}

/** The cookie of a browser in which the user has signed in. */
function deviceCookie(user: User): string {
  let cookie = '';
  const setCookie = (name: string, value: string) => (cookie = `${name}=${value}`);
  const reply = { setCookie } as unknown as FastifyReply;
  rememberDevice(request('1.1.1.1') as FastifyRequest, reply, user);
  return cookie;
}

describe('while a stranger denies sign-in', () => {
  it('to one address with wrong names, whenever the wait ends, the right password gets in', async () => {
    for (let index = 0; index < 30; index++) await guess('1.1.1.1', `name ${index}`);
    for (let round = 0; round < 20; round++) {
      const verdict = await guess('1.1.1.1', 'nobody');
      if (verdict.state === 'throttled') now += verdict.waitMs;
      expect(await signIn('1.1.1.1')).toBe('right');
    }
  });

  it('to one name from a /48, nine of nine right passwords get in from another address', async () => {
    for (let index = 0; index < 200; index++) await guess(`2001:db8:1:${index.toString(16)}::1`);
    const states = [];
    for (let index = 0; index < 9; index++) {
      for (let poll = 0; poll < 10; poll++) {
        now += 60;
        await guess(`2001:db8:1:${(1_000 + 10 * index + poll).toString(16)}::1`);
      }
      states.push(await signIn('198.51.100.1'));
    }
    expect(states).toEqual(Array(9).fill('right'));
  });

  it('with 40 connections at once from many /64, the right password is compared, and soon', async () => {
    const ended: string[] = [];
    const guesses = Array.from({ length: 40 }, (_, index) =>
      guess(`2001:db8:1:${index.toString(16)}::1`, `name ${index}`).then(({ state }) => ended.push(state)),
    );
    const right = signIn('198.51.100.1').then((state) => ended.push(state));
    await Promise.all([...guesses, right]);
    const compared = ended.filter((state) => state !== 'throttled');
    expect(compared).toContain('right');
    expect(compared.indexOf('right')).toBeLessThan(6);
  });

  it('for her very name and address, Ann gets in with a browser that she has used before', async () => {
    const cookie = deviceCookie(ann);
    for (let index = 0; index < 100; index++) await guess('1.1.1.1');
    expect(await signIn('1.1.1.1')).toBe('throttled');
    expect(await signIn('1.1.1.1', cookie)).toBe('right');
  });
});

describe('the cookie of a browser is worth nothing', () => {
  const lockedOut = async (cookie: string) => {
    for (let index = 0; index < 100; index++) await guess('1.1.1.1');
    return signIn('1.1.1.1', cookie);
  };

  it('for another user', async () => {
    expect(await lockedOut(deviceCookie({ ...ann, id: 8 }))).toBe('throttled');
  });

  it('after a new password', async () => {
    expect(await lockedOut(deviceCookie({ ...ann, password_hash: 'an earlier one' }))).toBe('throttled');
  });

  it('with a forged signature', async () => {
    const forged = randomBytes(32).toString('base64url');
    expect(await lockedOut(deviceCookie(ann).replace(/[^.]+$/, forged))).toBe('throttled');
  });
});

it('a known browser that guesses is refused, too', async () => {
  const cookie = deviceCookie(ann);
  for (let index = 0; index < 10; index++)
    await checkPassword({ name: 'ann', password: 'wrong', user: ann, request: request('1.1.1.1', cookie) });
  expect(await signIn('1.1.1.1', cookie)).toBe('throttled');
});

it('a try for which there was no place in the queue does not count', async () => {
  let isFull = true;
  const isRight = async () => {
    if (isFull) throw new SemaphoreFull();
    return false;
  };
  const check = createCheckPassword({
    attempts: new Attempts(() => now),
    passwords: { ...passwords, isRight },
  });
  const attempt = { name: 'ann', password: 'wrong', user: ann, request: request('1.1.1.1') };
  for (let tries = 0; tries < 20; tries++) expect((await check(attempt)).state).toBe('throttled');
  isFull = false;
  for (let tries = 0; tries < 5; tries++) expect((await check(attempt)).state).toBe('wrong');
});
