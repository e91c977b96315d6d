import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { cookieValues, removeCookie, setCookie } from './cookies.ts';
import { cameOverTls } from './transport.ts';

const request = (isOverTls: boolean, cookie = '') => ({ isOverTls, headers: { cookie } }) as FastifyRequest;

function cookiesSet(act: (reply: FastifyReply) => void): Record<string, unknown>[] {
  const set: Record<string, unknown>[] = [];
  const setCookie = (name: string, value: string, attributes: object) =>
    set.push({ name, value, ...attributes });
  act({ setCookie } as unknown as FastifyReply);
  return set;
}

describe('a cookie', () => {
  it('over TLS has the prefix that no sibling host can set, and Secure', () => {
    const set = cookiesSet((reply) =>
      setCookie(request(true), reply, { name: 'a', value: 'x', maxAgeMs: 5_000 }),
    );
    expect(set).toEqual([
      {
        name: '__Host-a',
        value: 'x',
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: true,
        maxAge: 5,
      },
    ]);
  });

  it('without TLS has neither, because a browser would refuse it', () => {
    const set = cookiesSet((reply) =>
      setCookie(request(false), reply, { name: 'a', value: 'x', maxAgeMs: 5_000 }),
    );
    expect(set).toMatchObject([{ name: 'a', secure: false }]);
  });

  it('is removed under both names', () => {
    const set = cookiesSet((reply) => removeCookie(request(true), reply, 'a'));
    expect(set.map(({ name, maxAge }) => [name, maxAge])).toEqual([
      ['__Host-a', 0],
      ['a', 0],
    ]);
  });
});

describe('values of a cookie', () => {
  it('are all of that name, but five at most', () => {
    expect(cookieValues(request(false, 'a=bad; b=1; a=good'), 'a')).toEqual(['bad', 'good']);
    const many = Array.from({ length: 50 }, (_, index) => `a=${index}`).join(';');
    expect(cookieValues(request(false, many), 'a')).toHaveLength(5);
  });

  it('are only those with the prefix, where there is one', () => {
    expect(cookieValues(request(false, 'a=planted; __Host-a=own'), 'a')).toEqual(['own']);
  });

  it('are none without the prefix over TLS', () => {
    expect(cookieValues(request(true, 'a=planted'), 'a')).toEqual([]);
  });
});

describe('a request came over TLS', () => {
  const HOST = 'stagepost.example';
  const sent = (headers: Record<string, string>, host = HOST, protocol = 'http') =>
    ({ headers, host, hostname: host, protocol }) as never;
  const own = (scheme: string) => ({ origin: `${scheme}://${HOST}` });

  it.each([
    ['where the browser says so', sent(own('https')), false, true],
    [
      'where a trusted proxy says so, whatever the browser says',
      sent(own('http'), HOST, 'https'),
      false,
      true,
    ],
    ['where a proxy says so that is not trusted', sent({ 'x-forwarded-proto': 'https' }), false, true],
    ['where the public address is https', sent({}), true, true],
    ['not at an IP address next to it', sent({}, '127.0.0.1'), true, false],
    ['not where the browser says that it did not', sent(own('http')), true, false],
    ['not where another site says so', sent({ origin: 'https://evil.example' }), false, false],
    ['not without any sign of it', sent({}), false, false],
  ])('%s', (_case, request, isPublicTls, expected) => {
    expect(cameOverTls(request, isPublicTls)).toBe(expected);
  });
});
