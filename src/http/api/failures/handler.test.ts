import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeadLetters } from '../../../failures/dead-letters.ts';
import { api } from '../api.ts';

let app: FastifyInstance;
let asked: unknown[][];

beforeEach(async () => {
  asked = [];
  const answer =
    (name: string, result: unknown) =>
    async (...given: unknown[]) => {
      asked.push([name, ...given]);
      return result;
    };
  const letters = {
    failures: answer('failures', { total: 0 }),
    list: answer('list', [{ id: 7 }, { id: 9 }]),
    plan: answer('plan', { ids: [] }),
    replay: answer('replay', { taken: [5], blocked: [] }),
    progress: answer('progress', { counts: {} }),
    discard: answer('discard', { discarded: 1 }),
  } as unknown as DeadLetters;
  app = Fastify();
  await app.register(api, {
    token: 'token',
    connections: () => ['acme'],
    trace: async () => [],
    status: async () => ({ connections: [], open: [] }),
    deadLetters: async () => letters,
  });
});
afterEach(() => app.close());

const headers = { authorization: 'Bearer token' };
const get = (url: string) => app.inject({ url, headers });
const post = (url: string, payload: object) => app.inject({ method: 'POST', url, headers, payload });

it.each([
  ['GET', '/api/failures'],
  ['GET', '/api/failures/list'],
  ['POST', '/api/replay/plan'],
  ['POST', '/api/replay'],
  ['POST', '/api/replay/progress'],
  ['POST', '/api/discard'],
] as const)('%s %s asks for the token', async (method, url) => {
  expect((await app.inject({ method, url })).statusCode).toBe(401);
  expect(asked).toEqual([]);
});

describe('what is asked for', () => {
  it('in a query is read as numbers and texts', async () => {
    await get('/api/failures?deal=5&reason=no%20such&since=1000&ids=1,2&connection=acme');
    const wanted = { deal: 5, reason: 'no such', since: 1000, ids: [1, 2], connection: 'acme' };
    expect(asked).toEqual([['failures', wanted]]);
  });

  it('page by page says where the next one begins', async () => {
    expect((await get('/api/failures/list?above=3&limit=2')).json()).toEqual({
      letters: [{ id: 7 }, { id: 9 }],
      next: 9,
    });
    expect((await get('/api/failures/list')).json()).toMatchObject({ next: null });
  });

  it('in a body is passed on', async () => {
    await post('/api/replay/plan', { deal: 5 });
    await post('/api/replay', { ids: [5], until: 9 });
    await post('/api/replay/progress', { ids: [5] });
    await post('/api/discard', { ids: [5], why: ' gone ' });
    expect(asked).toEqual([
      ['plan', { deal: 5 }],
      ['replay', { ids: [5], until: 9 }],
      ['progress', [5]],
      ['discard', { ids: [5] }, 'gone'],
    ]);
  });
});

it.each<[string, object, RegExp]>([
  ['/api/replay', {}, /ids/],
  ['/api/replay', { ids: [] }, /ids/],
  ['/api/replay', { ids: ['5'] }, /ids\.0/],
  ['/api/replay', { ids: [-1] }, /ids\.0/],
  ['/api/replay', { ids: Array.from({ length: 1_001 }, (_, index) => index + 1) }, /ids/],
  ['/api/replay/plan', { reasn: 'x' }, /reasn/],
  ['/api/replay/plan', { since: 'yesterday' }, /since/],
  ['/api/discard', { ids: [5] }, /why/],
  ['/api/discard', { ids: [5], why: '  ' }, /why/],
])('POST %s with %j is refused in words', async (url, body, words) => {
  const answer = await post(url, body);
  expect(answer.statusCode).toBe(400);
  expect(answer.json().message).toMatch(words);
  expect(asked).toEqual([]);
});

it.each(['deal=x', 'since=-1', 'ids=1,x', 'pipeline=3'])('GET /api/failures?%s is refused', async (query) => {
  expect((await get(`/api/failures?${query}`)).statusCode).toBe(400);
});
