import { expect, it } from 'vitest';
import { ownAddresses } from './authorize-address.ts';
import { isPublicHost, waysOf } from './status.ts';

const offered = (publicUrl: string | null, configured: Parameters<typeof waysOf>[0] = null) =>
  waysOf(configured, publicUrl === null ? null : ownAddresses(publicUrl), false)
    .filter(({ isOffered }) => isOffered)
    .map(({ way }) => way);

it('offers the ways that the address of this Stagepost allows', () => {
  expect(offered('https://stagepost.example.com')).toEqual(['button', 'integration', 'code', 'token']);
  expect(offered('https://stagepost.internal')).toEqual(['integration', 'code', 'token']);
  expect(offered('http://stagepost.example.com')).toEqual(['code', 'token']);
  expect(offered(null)).toEqual(['code', 'token']);
});

it('does not change what stands in stagepost.yaml', () => {
  const file = { origin: 'https://acme.kommo.com', source: 'file', redirectUri: null } as const;
  const integration = { clientId: 'id', clientSecret: 'key' };
  expect(offered('https://s.example.com', { ...file, kind: 'token', integration: null })).toEqual([]);
  expect(offered('https://s.example.com', { ...file, kind: 'oauth', integration })).toEqual([
    'integration',
    'code',
  ]);
});

it.each([
  'localhost',
  'stagepost',
  'stagepost.local',
  '10.0.0.1',
  '192.168.1.5',
  '172.20.0.1',
  '127.0.0.1',
  '169.254.1.1',
  '[::1]',
  '[fd00::1]',
])('%s cannot be reached from the internet', (host) => {
  expect(isPublicHost(host)).toBe(false);
});

it.each(['stagepost.example.com', '203.0.113.5', '[2001:db8::1]'])('%s can', (host) => {
  expect(isPublicHost(host)).toBe(true);
});
