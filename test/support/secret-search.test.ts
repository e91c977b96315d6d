import { expect, it } from 'vitest';
import { secretsIn } from './secret-search.ts';

const SECRET = 'a secret/of+26 "characters"';

it.each<[string, string | Buffer]>([
  ['itself', SECRET],
  ['percent-encoded', encodeURIComponent(SECRET)],
  ['in JSON', JSON.stringify({ token: SECRET })],
  ['in hex', Buffer.from(SECRET).toString('hex')],
  ...['', 'x', 'xy', 'xyz:'].map((before): [string, string] => [
    `in base64 after "${before}"`,
    Buffer.from(`${before}${SECRET}:after`).toString('base64'),
  ]),
  ['in the URL form of base64', Buffer.from(`id:${SECRET}`).toString('base64url')],
  ['cut off', `${SECRET.slice(0, 12)}…`],
  ['among bytes', Buffer.concat([Buffer.from([0xff, 0]), Buffer.from(SECRET), Buffer.from([0xfe])])],
])('a secret is found %s', (_, text) => {
  expect(secretsIn(text, { token: SECRET, other: 'another one, not there' })).toEqual(['token']);
});
