import type { FastifyReply } from 'fastify';
import { HttpError } from '../../http-error.ts';
import type { ActivityRow } from '../contract.ts';
import type { Feed, News } from './feed.ts';
import { type Filter, matches } from './filter.ts';

export interface StreamOptions {
  feed: Feed;
  filter: Filter;
  /** The last event that the browser has seen; null at its first connection. */
  after: number | null;
  isStillSignedIn(): Promise<boolean>;
}

/** Consoles that one process serves at a time. */
const MOST_STREAMS = 100;
const BEAT_MS = 15_000;
/** What a browser has not taken yet, in bytes. A slower one is cut off: it comes back and loads the list. */
const MOST_BUFFERED = 512_000;

/**
 * Answers with server-sent events until one side ends it. @throws HttpError 503 where too many are open.
 */
export async function streamTo(reply: FastifyReply, options: StreamOptions): Promise<void> {
  const { feed, filter, after, isStillSignedIn } = options;
  if (feed.listeners() >= MOST_STREAMS)
    throw new HttpError(503, 'Too many consoles are open. Close some.', 10);
  const missed = after === null ? null : await feed.since(after);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // nginx would keep the messages back.
    'x-accel-buffering': 'no',
  });
  let newest = after ?? 0;

  function send(event: string, data: unknown, id?: number): void {
    if (raw.writableLength > MOST_BUFFERED) {
      raw.destroy();
      return;
    }
    raw.write(`${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  function tell(news: News): void {
    const rows = rowsFor(news, filter);
    if (rows.length === 0 && !news.missed) return;
    newest = Math.max(newest, ...rows.map(({ id }) => id));
    send('rows', { rows, missed: news.missed }, newest);
  }

  const leave = feed.join({ tell, end: () => raw.end() });
  const beat = setInterval(() => void checkAndBeat(), BEAT_MS);
  beat.unref();
  raw.once('close', () => {
    clearInterval(beat);
    leave();
  });

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
  if (missed) tell(missed);
}

/** A changed row is told although its outcome is no longer one asked for: the reader takes it off the list. */
function rowsFor({ fresh, changed }: News, filter: Filter): ActivityRow[] {
  const loose: Filter = { ...filter, outcome: undefined, hide: undefined };
  return [
    ...changed.filter((row) => matches(row, loose)),
    ...fresh.filter((row) => matches(row, filter)),
  ].sort((a, b) => a.id - b.id);
}
