import { setImmediate } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BodyBudget } from './body-budget.ts';
import { MAX_VALUES, takeJsonBodies } from './json-body.ts';
import { ParseTurns } from './parse-turns.ts';

let app: FastifyInstance;
beforeEach(() => {
  app = Fastify({ bodyLimit: 1_000_000 });
  takeJsonBodies(app, new BodyBudget({ maxBytes: 3_000_000, maxBytesOfNetwork: 3_000_000 }));
  app.post('/', async ({ body }) => ({ values: (body as unknown[]).length }));
});
afterEach(() => app.close());

const send = (payload: string) =>
  app.inject({ method: 'POST', url: '/', headers: { 'content-type': 'application/json' }, payload });

it('reads a body of many values, and texts of many commas', async () => {
  expect((await send(`[${'1,'.repeat(MAX_VALUES - 1)}1]`)).json()).toEqual({ values: MAX_VALUES });
  expect((await send(JSON.stringify(['",[{\\'.repeat(60_000)]))).json()).toEqual({ values: 1 });
});

it.each([
  ['numbers', `[${'1,'.repeat(MAX_VALUES)}1]`],
  ['lists in lists', `${'['.repeat(480_000)}${']'.repeat(480_000)}`],
  ['empty objects', `[${'{},'.repeat(200_000)}{}]`],
])('refuses too many %s before they are parsed', async (_what, body) => {
  const answer = await send(body);
  expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining('more than 50000 values')]);
});

it('lets other work go on between two large bodies that come at once', async () => {
  const turns = new ParseTurns();
  const seen: string[] = [];
  const parsed = [1, 2, 3].map((n) => turns.next().then(() => void seen.push(`body ${n}`)));
  for (let n = 0; n < 2; n++) {
    await setImmediate();
    seen.push('a turn of others');
  }
  await Promise.all(parsed);
  expect(seen.slice(0, 2)).toEqual(['body 1', 'a turn of others']);
  expect(seen.indexOf('body 3') - seen.indexOf('body 1')).toBeGreaterThan(2);
});
