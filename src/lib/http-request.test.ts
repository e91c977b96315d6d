import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BODY_TOO_LARGE, boundedRequest } from './http-request.ts';

let answer: (response: ServerResponse) => void = () => {};
const server = createServer((_, response) => answer(response));
const agent = new Agent();
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  await agent.destroy();
  server.closeAllConnections();
  server.close();
});

function ask(answering: typeof answer, signal = AbortSignal.timeout(5_000)) {
  answer = answering;
  const maxBytes = { success: 1_000, failure: 100 };
  return boundedRequest({
    method: 'GET',
    url,
    headers: {},
    body: null,
    dispatcher: agent,
    signal,
    maxBytes,
  });
}

const text = async (asked: ReturnType<typeof ask>) => (await asked).body?.toString('utf8');

describe('a body', () => {
  it('is decompressed, although none was asked to be compressed', async () => {
    const asked = ask((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}')),
    );
    expect(await text(asked)).toBe('{"a":1}');
  });

  it('that is larger than allowed fails a success', async () => {
    await expect(ask((response) => response.end('x'.repeat(1_001)))).rejects.toMatchObject({
      code: BODY_TOO_LARGE,
    });
  });

  it('that is small on the wire and large decompressed fails too', async () => {
    const bomb = gzipSync('x'.repeat(100_000));
    expect(bomb.length).toBeLessThan(1_000);
    const asked = ask((response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    await expect(asked).rejects.toMatchObject({ code: BODY_TOO_LARGE });
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['is too large', (response) => response.writeHead(429).end('x'.repeat(101))],
    ['breaks off', (response) => response.writeHead(429, { 'content-length': 50 }).end('x')],
    [
      'is compressed in an unknown way',
      (response) => response.writeHead(429, { 'content-encoding': 'rot13' }).end('x'),
    ],
  ])('that %s leaves a refusal its status', async (_what, answering) => {
    const answered = await ask((response) => {
      answering(response);
      response.socket?.end();
    });
    expect(answered).toMatchObject({ status: 429, body: null });
  });
});

describe('the signal', () => {
  it('ends a request whose answer does not come', async () => {
    const controller = new AbortController();
    const asked = ask(() => controller.abort(new Error('enough')), controller.signal);
    await expect(asked).rejects.toThrow('enough');
  });
});
