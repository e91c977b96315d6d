import { expect, it } from 'vitest';
import { readToken } from './long-lived-token.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

it('reads the end and the account of a token', () => {
  const payload = part({ exp: 1_800_000_000, account_id: 31 });
  expect(readToken(` e30.${payload}.x\n`)).toMatchObject({ endsAt: 1_800_000_000_000, accountId: 31 });
  expect(readToken(`e30.${part({ exp: 'soon' })}.x`)).toMatchObject({ endsAt: null, accountId: null });
});

it.each(['', 'abc', 'a.b.c', 'e30.e30', 'e30.e30.x.y', `${part({ alg: 'RS256' })}.e30.c2hvcnQ`])(
  'reads nothing from what is no whole token: %s',
  (text) => {
    expect(readToken(text)).toBeNull();
  },
);
