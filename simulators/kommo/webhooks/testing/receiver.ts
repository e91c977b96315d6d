import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  /** The client's port: the same one again means the connection was kept. */
  port: number | undefined;
}

/** A receiver of webhooks on a free port; `answer` returns a status, or null to never answer. */
export async function startReceiver(
  answer: (received: Received, count: number) => number | null = () => 200,
) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const entry = { headers: request.headers, body, port: request.socket.remotePort };
      received.push(entry);
      const status = answer(entry, received.length);
      if (status !== null) response.writeHead(status, { location: '/elsewhere' }).end('answer');
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
