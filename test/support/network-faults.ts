import type { Socket } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import { onRequest, startTcp } from './faulty-server.ts';

/** Where a call goes, and through what. */
export interface How {
  url: string;
  timeoutMs?: number;
  dispatcher?: Dispatcher;
}

const half = (head: string) =>
  `HTTP/1.1 ${head}\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{"a`;

/** A place to call where the phase goes wrong. Short timeouts only where nothing else ends the call. */
export async function startNetworkFault(phase: string): Promise<How & AsyncDisposable> {
  if (phase === 'host_name_not_found') {
    const gone = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    return withAgent({ lookup: (_host, _options, done) => done(gone, []) });
  }
  if (phase === 'connection_never_made') return withAgent(() => {}, 60);
  const answer = ANSWERS[phase];
  const tcp = await startTcp(
    (socket) => {
      if (phase === 'reset_before_the_request_was_read')
        socket.once('readable', () => socket.resetAndDestroy());
      else if (phase === 'tls_garbage') socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      else onRequest(socket, () => answer?.(socket));
    },
    { pauseOnConnect: phase === 'reset_before_the_request_was_read' },
  );
  if (phase === 'connection_refused') await tcp.close();
  const ends = !/silence|trickle/.test(phase);
  return {
    url: `${phase === 'tls_garbage' ? 'https' : 'http'}://127.0.0.1:${tcp.port}`,
    timeoutMs: ends ? 5000 : 1000,
    [Symbol.asyncDispose]: phase === 'connection_refused' ? async () => {} : tcp.close,
  };
}

const ANSWERS: Record<string, (socket: Socket) => void> = {
  reset_after_the_request_was_read: (socket) => socket.resetAndDestroy(),
  closed_without_an_answer: (socket) => socket.end(),
  something_that_is_not_http: (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
  closed_in_the_headers: (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-ty'),
  closed_in_the_body: (socket) => socket.end(half('200 OK')),
  closed_in_a_chunk: (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{"a'),
  closed_in_the_body_of_a_401: (socket) => socket.end(half('401 Unauthorized')),
  closed_in_the_body_of_a_429: (socket) => socket.end(half('429 Too Many Requests')),
  closed_in_the_body_of_a_503: (socket) => socket.end(half('503 Unavailable')),
  closed_in_the_body_of_a_400: (socket) => socket.end(half('400 Bad Request')),
  silence: () => {},
  silence_in_the_headers: (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-ty'),
  silence_in_the_body: (socket) => void socket.write(half('200 OK')),
  silence_in_the_body_of_a_429: (socket) => void socket.write(half('429 Too Many Requests')),
  a_trickle_without_an_end(socket) {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999999\r\n\r\n{"a":"');
    const timer = setInterval(() => socket.write('x'), 10);
    socket.on('close', () => clearInterval(timer));
  },
};

/** Connections that are made in the test's way; one at a time, so that requests come in their order. */
export function withAgent(
  connect: NonNullable<Agent.Options['connect']>,
  timeoutMs = 5000,
  url = 'http://destination.example',
): How & AsyncDisposable {
  const dispatcher = new Agent({ connect, connections: 1 });
  return { url, timeoutMs, dispatcher, [Symbol.asyncDispose]: () => dispatcher.destroy() };
}
