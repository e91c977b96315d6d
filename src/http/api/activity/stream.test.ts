import { once } from 'node:events';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { en } from '../../../languages/en.ts';
import type { ActivityRow } from './contract.ts';
import type { Feed, Listener, News, NewsItem } from './feed.ts';
import { streamTo, takeStreamPlace } from './stream.ts';
import { StreamPlaces } from './stream-places.ts';

let app: FastifyInstance;
let listeners: Set<Listener>;
/** Ends the reading of the missed events. */
let answerSince: (news: News) => void;
let failSince: (error: Error) => void;
/** Resolve when the reading of missed events was begun, when the browser was seen to be gone, when the handler ended. */
let reading: Promise<void>;
let gone: Promise<unknown>;
let handled: Promise<void>;

const item = (id: number): NewsItem => {
  const both = { id, kind: 'deal_moved', connection: 'acme' } as const;
  const row = { ...both, outcome: 'done', message: null } as ActivityRow;
  return { event: { ...both, state: 'planned' } as NewsItem['event'], row, rowIn: () => row };
};
const news = (...ids: number[]): News => ({ fresh: ids.map(item), changed: [], missed: false });

beforeEach(async () => {
  listeners = new Set();
  const begun = Promise.withResolvers<void>();
  const seenGone = Promise.withResolvers<unknown>();
  const ended = Promise.withResolvers<void>();
  [reading, gone, handled] = [begun.promise, seenGone.promise, ended.promise];
  const feed: Feed = {
    join(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    since: () =>
      new Promise((resolve, reject) => {
        [answerSince, failSince] = [resolve, reject];
        begun.resolve();
      }),
    listeners: () => listeners.size,
    close: () => {},
  };
  app = Fastify();
  app.get('/stream', async (_request, reply) => {
    reply.raw.once('close', () => seenGone.resolve(null));
    try {
      await streamTo(reply, {
        feed,
        filter: { connections: ['acme'] },
        words: en,
        after: 5,
        isStillSignedIn: async () => true,
      });
    } finally {
      ended.resolve();
    }
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  app.server.closeAllConnections();
  await app.close();
});

function open() {
  const request = get({ port: (app.server.address() as AddressInfo).port, path: '/stream' });
  request.on('error', () => {});
  return request;
}

it('a browser that leaves while the missed events are read leaves no listener behind', async () => {
  const request = open();
  await reading;
  request.destroy();
  await gone;
  answerSince(news());
  await handled;
  expect(listeners.size).toBe(0);
});

it('a failure to read the missed events leaves no listener behind', async () => {
  open();
  await reading;
  failSince(new Error('The database cannot be reached.'));
  await handled;
  expect(listeners.size).toBe(0);
});

it('a sixth stream of a user closes the first, whose browser comes back in a minute at the earliest', async () => {
  const places = new StreamPlaces({ max: 100, maxOfOwner: 5 });
  const replies = Array.from({ length: 6 }, () => {
    const raw = Object.assign(new PassThrough(), { headersSent: true });
    takeStreamPlace(places, 'session 1', { raw } as never);
    return raw;
  });
  expect(String(replies[0]!.read())).toBe('retry: 60000\n\n');
  expect(replies.map(({ writableEnded }) => writableEnded)).toEqual([true, ...Array(5).fill(false)]);
});

it('news that come while the missed events are read follow these', async () => {
  const request = open();
  await reading;
  for (const listener of listeners) listener.publish(news(8));
  answerSince(news(6, 7));
  const [response] = await once(request, 'response');
  let text = '';
  for await (const part of response) {
    text += part;
    if (text.includes('id: 8\n')) break;
  }
  const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  expect(ids).toEqual([7, 8]);
});
