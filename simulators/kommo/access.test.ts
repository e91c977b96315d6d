import { describe, expect, test } from 'vitest';
import { createRateLimiter } from './rate-limit.ts';
import { createRequestLog, mostInOneSecond, shownQuery } from './request-log.ts';
import { request, start } from './testing/start.ts';

describe('who may call', () => {
  test('a wrong token is 401 in the words of Kommo', async () => {
    await using tried = await start();
    const { url } = tried.kommo;
    for (const authorization of ['Bearer wrong', '', 'Basic x']) {
      const answer = await request(`${url}/api/v4/account`, { headers: { authorization } });
      expect(answer).toEqual({
        status: 401,
        type: 'application/problem+json',
        body: {
          title: 'Unauthorized',
          type: 'https://httpstatus.es/401',
          status: 401,
          detail: 'Invalid user name or password',
        },
      });
    }
  });

  test('a revoked long-lived token is 401 until it is restored', async () => {
    await using tried = await start();
    tried.kommo.revokeToken();
    expect((await tried.get('/account')).status).toBe(401);
    tried.kommo.restoreToken();
    expect((await tried.get('/account')).status).toBe(200);
  });

  test('an unknown path is 404 and names it, another method is 405', async () => {
    await using tried = await start();
    const { url } = tried.kommo;
    const lost = await tried.get('/notes');
    expect([lost.status, lost.body.detail]).toEqual([404, `Cannot GET ${url}/api/v4/notes`]);
    expect((await request(`${url}/other`, {})).body.detail).toBe(`Cannot GET ${url}/other`);
    expect((await tried.send('DELETE', '/leads/1')).status).toBe(405);
    expect((await tried.send('DELETE', '/tasks')).status).toBe(403);
  });

  test('users and webhooks are for administrators', async () => {
    const users = [{ id: 5, name: 'Plain', email: 'plain@acme.example' }];
    await using tried = await start({ users });
    expect((await tried.get('/users')).status).toBe(403);
    expect((await tried.get('/webhooks')).status).toBe(403);
    expect((await tried.get('/account')).body.current_user_id).toBe(5);
  });
});

describe('the rate limit', () => {
  test('takes seven in any rolling second, not per calendar second', () => {
    const limiter = createRateLimiter({});
    const at = [0, 100, 200, 300, 400, 500, 999];
    expect(at.map((time) => limiter.take(time))).toEqual(at.map(() => 'ok'));
    expect(limiter.take(999.9)).toBe('too_many');
    expect(limiter.take(1000)).toBe('ok');
    expect(limiter.take(1099)).toBe('too_many');
    expect(limiter.take(1100)).toBe('ok');
  });

  test('too many 429s block, until support lifts it', () => {
    const limiter = createRateLimiter({ perSecond: 1, blockAfter: 3 });
    expect([0, 1, 2, 3, 5000].map((at) => limiter.take(at))).toEqual([
      'ok',
      'too_many',
      'too_many',
      'too_many',
      'blocked',
    ]);
    limiter.unblock();
    expect(limiter.take(5001)).toBe('ok');
  });

  test('429s of more than five minutes ago do not count towards the block', () => {
    const limiter = createRateLimiter({ perSecond: 1, blockAfter: 2 });
    for (const at of [0, 1, 400_000, 400_001]) limiter.take(at);
    expect(limiter.blocked).toBe(false);
  });

  test.each([
    ['json', 'application/problem+json'],
    ['html', 'text/html'],
  ] as const)('the 429 as %s has no Retry-After header', async (tooManyRequestsBody, type) => {
    await using tried = await start({ rateLimit: { perSecond: 0 }, switches: { tooManyRequestsBody } });
    const response = await fetch(`${tried.kommo.url}/api/v4/account`);
    expect([
      response.status,
      response.headers.get('content-type'),
      response.headers.get('retry-after'),
    ]).toEqual([429, type, null]);
    const text = await response.text();
    if (type === 'text/html') expect(text).toContain('<h1>429');
    else expect(JSON.parse(text)).toMatchObject({ status: 429, retry_after: 300 });
  });

  test('a block is an nginx page for everything, the token endpoint too', async () => {
    await using tried = await start();
    tried.kommo.block();
    const token = await request(`${tried.kommo.url}/oauth2/access_token`, { method: 'POST', body: '{}' });
    for (const answer of [await tried.get('/account'), token]) {
      expect([answer.status, answer.type]).toEqual([403, 'text/html']);
      expect(answer.body).toContain('403 Forbidden');
    }
    tried.kommo.unblock();
    expect((await tried.get('/account')).status).toBe(200);
  });
});

describe('the request log', () => {
  test('finds the worst second across calendar seconds', () => {
    expect(mostInOneSecond([])).toBe(0);
    expect(mostInOneSecond([0, 900, 999, 1000, 1899, 1999])).toBe(4);
    expect(mostInOneSecond([0, 1000])).toBe(1);
  });

  test('shows no webhook address', () => {
    expect(shownQuery('filter%5Bdestination%5D=https%3A%2F%2Fa%2Fsecret&page=2')).toBe('page=2');
  });

  test('keeps method, path, status and the number of items', async () => {
    await using tried = await start();
    await tried.send('POST', '/leads', [{ name: 'One' }, { name: 'Two' }]);
    await tried.get('/leads?limit=1');
    expect(tried.kommo.requests.all()).toMatchObject([
      { method: 'POST', path: '/api/v4/leads', status: 200, items: 2 },
      { method: 'GET', path: '/api/v4/leads', query: 'limit=1', status: 200 },
    ]);
  });

  test('says how many requests its worst second had', () => {
    const log = createRequestLog(10);
    for (const at of [0, 600, 1200])
      log.push({ at, date: at, method: 'GET', path: '/api/v4/leads', query: '', status: 200 });
    expect(log.maxInRollingSecond()).toBe(2);
  });
});
