import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { accountAddress, connectionNameOf } from './account-address.ts';

describe('the address of an account', () => {
  test.each([
    'acme',
    ' ACME ',
    'acme.kommo.com',
    'acme.kommo.com/leads/',
    'https://acme.kommo.com',
    'http://acme.kommo.com:443/leads/list/pipeline/?skip_filter=Y',
    'https://acme.kommo.com./todo/#x',
    '<https://acme.kommo.com/leads/detail/123>',
    '"acme.kommo.com"',
    'https://user:secret@acme.kommo.com/',
  ])('%s is https://acme.kommo.com', (text) => {
    expect(accountAddress(text)).toEqual({ ok: true, url: 'https://acme.kommo.com' });
  });

  it('may be one of the older domain', () => {
    expect(accountAddress('acme.amocrm.com')).toEqual({ ok: true, url: 'https://acme.amocrm.com' });
  });

  test.each([
    '',
    'kommo.com',
    'www.kommo.com',
    'https://www.kommo.com/oauth',
    'acme.example.com',
    'https://kommo.com.evil.example',
    'https://evilkommo.com',
    'https://evil.example/acme.kommo.com',
    'https://acme.kommo.com@evil.example',
    'https://evil.example#.kommo.com',
    'http://169.254.169.254/latest',
    'http://localhost:4400',
    'http://[::1]:80',
    'file:///etc/passwd',
    'gopher://acme.kommo.com',
    'a.b.kommo.com',
    'my company',
  ])('is not %j', (text) => {
    expect(accountAddress(text)).toMatchObject({ ok: false, todo: expect.stringContaining('browser') });
  });

  it('is never a token in the wrong field, and no message quotes that', () => {
    const token = `eyJ0eXAi.${'a'.repeat(400)}.c2ln`;
    expect(JSON.stringify(accountAddress(token))).not.toContain('eyJ0');
  });

  it('is always one of Kommo, whatever is written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.domain(), fc.ipV4()), (text) => {
        const address = accountAddress(text);
        if (address.ok) expect(address.url).toMatch(/^https:\/\/[a-z0-9-]+\.(kommo|amocrm)\.com$/);
      }),
    );
  });

  it('may be the one of the simulator where that is configured, and no other one of the machine', () => {
    const simulated = 'http://127.0.0.1:9101';
    expect(accountAddress('http://127.0.0.1:9101/leads', simulated)).toEqual({ ok: true, url: simulated });
    expect(accountAddress('http://127.0.0.1:9102', simulated)).toMatchObject({ ok: false });
    expect(accountAddress('http://127.0.0.1:9101')).toMatchObject({ ok: false });
  });

  it('gives the connection its name', () => {
    expect(connectionNameOf('https://acme.kommo.com')).toBe('acme');
    expect(connectionNameOf('http://127.0.0.1:9101')).toBe('kommo');
  });
});
