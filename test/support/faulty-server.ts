import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** The body of an answer. `own` is the destination's own error. */
export const KINDS = ['own', 'gzip', 'mistyped', 'other', 'html', 'empty', 'text', 'broken', 'huge'] as const;
export type Kind = (typeof KINDS)[number];

/** The destination's own success, for every call that is made here. */
const DONE = JSON.stringify({
  _embedded: {
    users: [{ id: 1, name: 'Ann' }],
    notes: [5, 6].map((id, index) => ({ id, request_id: String(index) })),
    leads: [{ id: 5, request_id: '0' }],
  },
});

/** Larger than what the clients read of a success (32 MB for Kommo); of an error they read far less. */
const FILLER = Buffer.alloc(33 * 1024 * 1024, 'x');
const LARGE_ERROR = 2_100_000;

/**
 * Answers each request with the status and the kind of body that its address names: `/503/html/api/v4/...` or
 * `/api/v1/customers/503.html`. Every body repeats the credentials that came, as careless servers do.
 */
export async function startFaultyServer(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    const url = request.url ?? '';
    const [, code = '500', kind = 'empty'] = /\/(\d{3})[./](\w+)/.exec(url) ?? [];
    const status = Number(code);
    const said = credentialsIn(request.headers.authorization ?? '');
    const isKommo = url.includes('/api/v4/');
    if (kind === 'done') return void response.writeHead(status).end(isKommo ? DONE : '{}\n');
    const own = isKommo ? kommoProblem(status, said) : customerioErrors(said);
    const { type, body, encoding } = content(kind as Kind, own, said);
    response.writeHead(status, {
      'content-type': type,
      ...(encoding ? { 'content-encoding': encoding } : {}),
    });
    if (kind !== 'huge') return void response.end(body);
    response.on('error', () => {});
    response.write(body);
    response.end(FILLER.subarray(0, status < 300 ? undefined : LARGE_ERROR));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function content(
  kind: Kind,
  own: string,
  said: string,
): { type: string; body: string | Buffer; encoding?: string } {
  const json = 'application/json';
  const html = `<html><head><title>${said}</title></head><body>${said}</body></html>`;
  return {
    own: { type: 'application/problem+json', body: own },
    gzip: { type: json, body: gzipSync(own), encoding: 'gzip' },
    mistyped: { type: 'text/html', body: own },
    // As Spring's and Kong's gateways write it.
    other: { type: json, body: JSON.stringify({ status: 500, error: 'Bad Gateway', message: said }) },
    html: { type: 'text/html', body: html },
    empty: { type: 'text/plain', body: '' },
    text: { type: 'text/plain', body: `upstream connect error: ${said}` },
    broken: { type: json, body: own.slice(0, Math.floor(own.length * 0.9)) },
    huge: { type: json, body: `${own.slice(0, -1)},"filler":"` },
  }[kind];
}

/** Kommo docs, "Error codes". */
function kommoProblem(status: number, said: string): string {
  const more = status === 429 ? { retry_after: 300 } : {};
  const type = `https://httpstatus.es/${status}`;
  return JSON.stringify({ title: 'Problem', type, status, detail: `Sent with ${said}`, ...more });
}

/** Track v1: `{"meta":{"errors":["..."]}}`. */
function customerioErrors(said: string): string {
  return JSON.stringify({ meta: { errors: [`sent with ${said}`] } }, null, 2);
}

/** The header as it came, and what is inside a Basic one. */
function credentialsIn(authorization: string): string {
  const basic = /^Basic (.+)$/.exec(authorization)?.[1];
  return basic === undefined ? authorization : `${authorization} ${Buffer.from(basic, 'base64')}`;
}

/** A server that does to each connection what a test says. */
export async function startTcp(
  onConnection: (socket: Socket) => void,
  options: { pauseOnConnect?: boolean } = {},
) {
  const sockets = new Set<Socket>();
  const server = createTcpServer(options, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    port,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Calls `act` once for each whole request of the connection. */
export function onRequest(socket: Socket, act: () => void): void {
  let seen = '';
  socket.on('data', (part) => {
    seen += part.toString('latin1');
    const end = seen.indexOf('\r\n\r\n');
    const length = Number(/content-length: (\d+)/i.exec(seen)?.[1] ?? 0);
    if (end < 0 || seen.length < end + 4 + length) return;
    seen = '';
    act();
  });
}
