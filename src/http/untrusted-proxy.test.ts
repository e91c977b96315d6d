import { beforeEach, expect, it } from 'vitest';
import { UntrustedProxy } from './untrusted-proxy.ts';

let lines: unknown[];
beforeEach(() => {
  lines = [];
});

const proxy = (hasTrustedProxy: boolean) =>
  new UntrustedProxy({ warn: (fields: unknown) => void lines.push(fields) } as never, hasTrustedProxy);
const forwarded = (ips?: string[]) =>
  ({ headers: { 'x-forwarded-for': '203.0.113.7' }, ips, socket: { remoteAddress: '172.17.0.1' } }) as never;

it('a proxy that is not trusted is logged once, and remembered for doctor', () => {
  const untrusted = proxy(false);
  for (let index = 0; index < 10; index++) untrusted.note(forwarded());
  expect(lines).toEqual([{ address: '172.17.0.1' }]);
  expect(untrusted.address).toBe('172.17.0.1');
});

it('so is one at another address than the trusted one', () => {
  const untrusted = proxy(true);
  untrusted.note(forwarded(['172.17.0.1']));
  expect(untrusted.address).toBe('172.17.0.1');
});

it('a trusted proxy, and a request without a proxy, are no news', () => {
  const trusted = proxy(true);
  trusted.note(forwarded(['172.17.0.1', '203.0.113.7']));
  trusted.note({ headers: {}, ips: ['172.17.0.1'], socket: { remoteAddress: '172.17.0.1' } } as never);
  expect([trusted.address, lines]).toEqual([null, []]);
});
