import { describe, expect, it } from 'vitest';
import {
  type Access,
  accessAs,
  accessText,
  accessTo,
  accessToAll,
  connectionsWith,
  includesAccess,
  intersectionOf,
  isAdminOf,
  type Role,
  roleFor,
  storedAccess,
} from './access.ts';

const to = (roles: Record<string, Role>): Access => accessTo(new Map(Object.entries(roles)));
const mixed = to({ acme: 'admin', beta: 'viewer' });

describe('an access', () => {
  it.each([
    ['admin', accessToAll('admin')],
    ['viewer of acme, beta', accessAs('viewer', ['acme', 'beta'])],
    ['admin of acme, viewer of beta', mixed],
    ['editor of no connection', accessAs('editor', [])],
  ])('reads %s', (text, access) => {
    expect(accessText(access)).toBe(text);
  });

  it('has the highest of its roles, and each for its connection only', () => {
    expect(mixed.role).toBe('admin');
    expect(['acme', 'beta', 'gamma'].map((name) => roleFor(mixed, name))).toEqual(['admin', 'viewer', null]);
    expect(connectionsWith(mixed, 'editor')).toEqual(['acme']);
    expect(connectionsWith(accessToAll('editor'), 'editor')).toBeNull();
    expect(connectionsWith(accessToAll('viewer'), 'editor')).toEqual([]);
  });
});

describe('the access of a token', () => {
  it.each([
    ['for all, by somebody with roles', accessToAll('editor'), mixed, to({ acme: 'editor', beta: 'viewer' })],
    ['with roles, by an editor', mixed, accessToAll('editor'), to({ acme: 'editor', beta: 'viewer' })],
    ['for all, by a viewer', accessToAll('admin'), accessToAll('viewer'), accessToAll('viewer')],
    ['for other connections', to({ gamma: 'admin' }), mixed, accessAs('admin', [])],
  ])('%s is what both allow', (_what, own, maker, expected) => {
    expect(intersectionOf(own, maker)).toEqual(expected);
  });

  it('is within that of its maker', () => {
    expect(includesAccess(mixed, to({ beta: 'viewer' }))).toBe(true);
    expect(includesAccess(mixed, to({ beta: 'editor' }))).toBe(false);
    expect(includesAccess(mixed, to({ gamma: 'viewer' }))).toBe(false);
    expect(includesAccess(mixed, accessToAll('viewer'))).toBe(false);
    expect(includesAccess(accessToAll('viewer'), mixed)).toBe(false);
  });
});

it('users are managed by the admins of all their connections', () => {
  expect(isAdminOf(mixed, to({ acme: 'admin' }))).toBe(true);
  expect(isAdminOf(mixed, to({ acme: 'viewer', beta: 'viewer' }))).toBe(false);
  expect(isAdminOf(mixed, accessToAll('viewer'))).toBe(false);
  expect(isAdminOf(accessToAll('admin'), mixed)).toBe(true);
});

describe('stored roles', () => {
  const roles = { acme: 'admin', beta: 'viewer' } as const;
  it('count where they agree with what an older version reads', () => {
    expect(storedAccess({ role: 'viewer', connections: ['acme', 'beta'], roles })).toEqual(mixed);
  });

  it.each([
    ['taken a connection away', 'viewer', ['beta']],
    ['added one', 'viewer', ['acme', 'beta', 'gamma']],
    ['changed the role', 'editor', ['acme', 'beta']],
  ] as const)('count no more where an older version has %s', (_what, role, connections) => {
    expect(storedAccess({ role, connections, roles })).toEqual(accessAs(role, connections));
  });
});
