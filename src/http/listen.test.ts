import { expect, it } from 'vitest';
import { localUrl } from './listen.ts';

it.each([
  ['127.0.0.1', 'http://127.0.0.1:4400'],
  ['0.0.0.0', 'http://127.0.0.1:4400'],
  ['::', 'http://127.0.0.1:4400'],
  ['::1', 'http://[::1]:4400'],
  ['10.0.0.7', 'http://10.0.0.7:4400'],
])('a server on %s reaches itself at %s', (address, url) => {
  expect(localUrl({ address, port: 4400 })).toBe(url);
});
