import fastify from 'fastify';
import { expect, it } from 'vitest';
import { listen, localUrl } from './listen.ts';

it.each([
  ['127.0.0.1', 'http://127.0.0.1:4400'],
  ['0.0.0.0', 'http://127.0.0.1:4400'],
  ['::', 'http://127.0.0.1:4400'],
  ['::1', 'http://[::1]:4400'],
  ['10.0.0.7', 'http://10.0.0.7:4400'],
])('a server on %s reaches itself at %s', (address, url) => {
  expect(localUrl({ address, port: 4400 })).toBe(url);
});

it('a server on all addresses says where it listens, and where this machine reaches it', async () => {
  const server = fastify();
  const { url, localUrl } = await listen(server, { host: '0.0.0.0', port: 0 });
  await server.close();
  expect(url).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/);
  expect(localUrl).toBe(url.replace('0.0.0.0', '127.0.0.1'));
});
