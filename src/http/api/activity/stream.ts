import type { FastifyReply } from 'fastify';
import type { Sentences } from '../../../languages/languages.ts';
import { HttpError } from '../../http-error.ts';
import type { ActivityRow } from './contract.ts';
import type { Feed, News } from './feed.ts';
import { type Filter, hasOutcome, prefilter } from './filter.ts';
import type { StreamPlaces } from './stream-places.ts';

/*
 * Server-sent events without a library: the work is in the feed, and the libraries (better-sse, @fastify/sse) are below
 * version 1 and longer than this file.
 */

export interface StreamOptions {
  feed: Feed;
  filter: Filter;
  words: Sentences;
  /** The last event that the browser has seen; null at its first connection. */
  after: number | null;
  isStillSignedIn(): Promise<boolean>;
}

const HEARTBEAT_MS = 15_000;
/** How many bytes a browser may leave unread. A slower one is disconnected: it reconnects and loads the list. */
const MAX_BUFFERED = 512_000;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Without it nginx buffers the messages.
  'x-accel-buffering': 'no',
};

/**
 * Answers with server-sent events until one side ends the connection.
 * @throws the error of reading the missed events
 */
export async function streamTo(reply: FastifyReply, options: StreamOptions): Promise<void> {
  const { feed, filter, words, after, isStillSignedIn } = options;
  const { raw } = reply;
  let newestId = after ?? 0;
  /** News that came while the missed events were read; null once these were sent. */
  let pending: News[] | null = [];

  function send(event: string, data: unknown, id?: number): void {
    if (raw.writableLength > MAX_BUFFERED) {
      raw.destroy();
      return;
    }
    raw.write(`${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  function sendNews(news: News): void {
    const rows = rowsFor(news, filter, words);
    if (rows.length === 0 && !news.missed) return;
    newestId = Math.max(newestId, ...rows.map(({ id }) => id));
    send('rows', { rows, missed: news.missed }, newestId);
  }

  const leave = feed.join({
    publish: (news) => (pending ? void pending.push(news) : sendNews(news)),
    end: () => raw.end(),
  });
  let heartbeat: NodeJS.Timeout | undefined;
  // Registered before anything is awaited: a browser can be gone by then, and `close` is emitted only once.
  raw.once('close', () => {
    clearInterval(heartbeat);
    leave();
  });
  if (raw.destroyed) leave();
  const missed = after === null ? null : await feed.since(after).catch(leaveAndThrow);
  reply.hijack();
  if (raw.destroyed || raw.writableEnded) return;
  raw.writeHead(200, HEADERS);
  heartbeat = setInterval(() => void checkAndBeat(), HEARTBEAT_MS);
  heartbeat.unref();

  function leaveAndThrow(error: unknown): never {
    leave();
    throw error;
  }

  async function checkAndBeat(): Promise<void> {
    if (await isStillSignedIn().catch(() => true)) {
      raw.write(': beat\n\n');
      return;
    }
    send('bye', { error: 'The sign-in has ended.' });
    raw.end();
  }

  raw.write('retry: 2000\n');
  send('hello', {});
  if (missed) sendNews(missed);
  for (const news of pending) sendNews(news);
  pending = null;
}

/** How long a browser waits before it opens a stream again that was closed for another one of the same user, ms. */
const CLOSED_RETRY_MS = 60_000;

/**
 * Takes a place for the stream that a request asks for, until the answer has ended.
 * @param owner a user or token
 * @throws HttpError 503 where all places are taken by others
 */
export function takeStreamPlace(
  places: StreamPlaces,
  owner: string,
  { raw }: Pick<FastifyReply, 'raw'>,
): void {
  const leave = places.take(owner, () => {
    if (!raw.headersSent) raw.destroy();
    // Otherwise the browser reconnects in two seconds, and closes the stream after it.
    else raw.end(`retry: ${CLOSED_RETRY_MS}\n\n`);
  });
  if (!leave) throw new HttpError(503, 'Too many consoles are open. Close some.', 10);
  raw.once('close', leave);
  if (raw.destroyed) leave();
}

/**
 * A changed row is sent even where its outcome no longer matches the filter, so that the browser can remove it. So is the row of a
 * message, which may be in the list by an earlier report. Of a message the last row is sent.
 */
function rowsFor({ fresh, changed }: News, filter: Filter, words: Sentences): ActivityRow[] {
  const withoutOutcome: Filter = { ...filter, outcome: undefined, hide: undefined, repaired: undefined };
  const items = [
    ...changed.filter(({ event }) => prefilter(event, withoutOutcome)),
    ...fresh.filter(({ event, row }) =>
      row.message === null
        ? prefilter(event, filter) && hasOutcome(row, filter)
        : prefilter(event, withoutOutcome),
    ),
  ].sort((a, b) => a.row.id - b.row.id);
  const last = new Map(items.map(({ row }) => [row.message?.key ?? row.id, row.id]));
  return items
    .filter(({ row }) => last.get(row.message?.key ?? row.id) === row.id)
    .map(({ rowIn }) => rowIn(words));
}
