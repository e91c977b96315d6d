import { expect, it } from 'vitest';
import { proxyVerdicts } from './proxy.ts';

it('a proxy that is not trusted is a warning that says how to trust it', () => {
  expect(proxyVerdicts('172.17.0.1')).toMatchObject([
    { status: 'warning', todo: expect.stringContaining('--trust-proxy 172.17.0.1') },
  ]);
});

it('without one there is nothing to say', () => {
  expect(proxyVerdicts(null)).toEqual([]);
});
