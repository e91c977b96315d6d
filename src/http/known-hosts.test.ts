import { describe, expect, it } from 'vitest';
import { knownHosts } from './known-hosts.ts';

const options = {
  publicUrl: 'https://hooks.example.com/x',
  allowedHosts: ['console.example.com', '*.example.org'],
  hasTrustedProxy: false,
};
const request = (hostname: string, ips?: string[]) => ({ hostname, headers: {}, ips }) as never;

describe('a host', () => {
  it.each([
    'localhost',
    'console.localhost',
    '127.0.0.1',
    '10.1.2.3',
    '[::1]',
    'stagepost',
    '',
    'hooks.example.com',
    'HOOKS.example.com.',
    'console.example.com',
    'a.b.example.org',
  ])('"%s" is known', (hostname) => {
    expect(knownHosts(options)(request(hostname))).toBe(true);
  });

  it.each([
    'evil.example',
    '127.0.0.1.evil.example',
    'evil-example.org',
    'example.org',
    'hooks.example.com.evil.example',
  ])('"%s" is not', (hostname) => {
    expect(knownHosts(options)(request(hostname))).toBe(false);
  });

  it('that a trusted proxy passes on is known', () => {
    const isKnown = knownHosts({ ...options, hasTrustedProxy: true });
    expect(isKnown(request('any.example', ['127.0.0.1', '203.0.113.7']))).toBe(true);
    expect(isKnown(request('any.example', ['203.0.113.7']))).toBe(false);
  });
});
