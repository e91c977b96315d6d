import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createKommoHosts } from './hosts.ts';

const { originOf } = createKommoHosts();

it.each([
  ['acme', 'https://acme.kommo.com'],
  ['Acme.Kommo.com', 'https://acme.kommo.com'],
  ['https://acme.kommo.com/leads/list/?x=1', 'https://acme.kommo.com'],
  ['acme.amocrm.ru', 'https://acme.amocrm.ru'],
  ['api-b.kommo.com', 'https://api-b.kommo.com'],
])('%s is %s', (named, origin) => {
  expect(originOf(named)).toBe(origin);
});

it.each([
  '',
  'www.kommo.com',
  'kommo.com',
  'acme.kommo.com.evil.example',
  'evil.example/acme.kommo.com',
  'evil.example#.kommo.com',
  'evil.example?.kommo.com',
  'evil.example\\.kommo.com',
  'acme.kommo.com@evil.example',
  'user:password@acme.kommo.com',
  'a.b.kommo.com',
  'acme.kommo.com:8443',
  '127.0.0.1',
  '[::1]',
  'localhost:4400',
  'file:///etc/passwd',
  'acme.kommo.com.',
  'аcme.kommo.com',
])('%s is nobody’s', (named) => {
  const origin = originOf(named);
  // A label in another alphabet is another account, and still one of Kommo.
  expect(origin === null || /^https:\/\/xn--[a-z0-9-]+\.kommo\.com$/.test(origin)).toBe(true);
});

it('never leads to a host that is not Kommo’s', () => {
  const part = fc.constantFrom(
    'acme',
    '.kommo.com',
    'evil.example',
    '/',
    '\\',
    '@',
    '#',
    '?',
    ':',
    '%2e',
    '\t',
    'https://',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 3 })), { maxLength: 8 }), (parts) => {
      const origin = originOf(parts.join(''));
      expect(origin ?? 'https://acme.kommo.com').toMatch(
        /^https:\/\/[a-z0-9-]+\.(kommo\.com|amocrm\.(com|ru))$/,
      );
    }),
  );
});

it('knows a simulator only where it was named', () => {
  const simulated = createKommoHosts(['http://127.0.0.1:9101']);
  expect(simulated.originOf('127.0.0.1:9101')).toBe('http://127.0.0.1:9101');
  expect(simulated.originOf('127.0.0.1:9102')).toBeNull();
  expect(simulated.authorizeOrigin).toBe('http://127.0.0.1:9101');
});
