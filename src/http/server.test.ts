import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createServer } from './server.ts';

/** A server whose only route that works with a store, `/api/trace`, fails with this error. */
async function serverThatFails(error: Error) {
  const lines: string[] = [];
  const app = await createServer({
    log: pino({}, { write: (line: string) => void lines.push(line) }),
    webhooks: { connections: new Map(), receiver: { receive: async () => {}, refuse: () => {} } },
    health: { metrics: new Registry(), notReady: async () => [] },
    api: {
      token: 'token',
      connections: [],
      trace: () => Promise.reject(error),
      status: async () => ({ connections: [], open: [] }),
    },
  });
  const headers = { authorization: 'Bearer token' };
  const answer = await app.inject({ url: '/api/trace?q=5', headers });
  await app.close();
  return { answer, lines };
}

it.each([
  ['22012', 'division by zero'],
  ['22P02', 'invalid input syntax for type bigint'],
])('an SQL error of ours (%s) is answered 500 and logged as an error', async (code, message) => {
  const { answer, lines } = await serverThatFails(Object.assign(new Error(message), { code }));
  expect([answer.statusCode, answer.body.includes(message)]).toEqual([500, false]);
  // Without a built console the server logs a warning of its own at its start.
  const ofRequest = lines.map((line) => JSON.parse(line)).filter(({ reqId }) => reqId !== undefined);
  expect(ofRequest).toMatchObject([{ level: 50, err: { code } }]);
});
