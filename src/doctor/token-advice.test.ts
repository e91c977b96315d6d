import { expect, it } from 'vitest';
import { validityOf, whyTokenRefused } from './token-advice.ts';

const NOW = Date.UTC(2026, 10, 30);
const DAY_S = 86_400;
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenOf = (accountId: number, days = 80) =>
  [
    part({ typ: 'JWT', alg: 'RS256' }),
    part({ account_id: accountId, exp: NOW / 1000 + days * DAY_S, scopes: ['crm'] }),
    Buffer.alloc(256, 7).toString('base64url'),
  ].join('.');
const beta = { name: 'beta', token: tokenOf(22) };
const why = (token: string) =>
  whyTokenRefused({ token, url: 'https://acme.kommo.com', others: [beta], now: NOW });

it.each([
  ['in quotes', `"${tokenOf(11)}"`, /^The token is in quotes/],
  ['with the header', `Bearer ${tokenOf(11)}`, /begins with "Bearer"/],
  ['in two lines', `${tokenOf(11).slice(0, 80)}\n${tokenOf(11).slice(80)}`, /a space or a line break/],
  ['cut off in the last part', tokenOf(11).slice(0, -20), /^The token is cut off: only \d+ characters/],
  ['cut off in the second part', tokenOf(11).slice(0, 60), /^The token is cut off/],
  ['of OAuth', 'def50200abc', /refresh token/],
  ['the integration’s ID', '2a5c1463-43dd-4ccc-abd0-79516f785e57', /ID of the integration/],
  ['something else', 'a-password', /not a long-lived token/],
  ['ended', tokenOf(11, -3), /^The token ended on 2026-11-27\.$/],
  ['of another connection', tokenOf(22), /same account as that of the connection "beta"/],
  [
    'revoked, or of a stranger',
    tokenOf(11),
    /valid until 2027-02-18.*revoked, or it belongs to the account 11/,
  ],
])('says what happened to a token: %s', (_what, token, expected) => {
  expect(why(token)).toMatch(expected);
  expect(why(token)).not.toContain(token.slice(0, 40));
});

it('says how long a token is valid', () => {
  expect(validityOf(tokenOf(11), NOW)).toEqual({
    message: 'The token of Kommo is valid until 2027-02-18 (80 days)',
    isSoon: false,
  });
  expect(validityOf(tokenOf(11, 12), NOW)?.isSoon).toBe(true);
  expect(validityOf('simulated', NOW)).toBeNull();
});
