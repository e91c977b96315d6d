import { expect, it } from 'vitest';
import type { z } from 'zod';
import { accessAs, accessTo, accessToAll, type Role } from '../../store/users/access.ts';
import { connectionScope } from './connection-scope.ts';
import { type Route, routes } from './contract.ts';

const configured = ['acme', 'beta', 'gamma'];
const viewerOf = (...names: string[]) => ({ name: 'Ann', ...accessAs('viewer', names) });
const withRoles = (roles: Record<string, Role>) => ({
  name: 'Ann',
  ...accessTo(new Map(Object.entries(roles))),
});

function refusalOf(scope: ReturnType<typeof connectionScope>, name: string): unknown {
  try {
    return scope.select(name);
  } catch (error) {
    return error;
  }
}

it('is all configured connections for a role without a limit', () => {
  expect(connectionScope(configured, { name: 'Ann', ...accessToAll('viewer') }).names).toEqual(configured);
});

it('is what is both configured and allowed', () => {
  const scope = connectionScope(configured, viewerOf('gamma', 'left-long-ago', 'acme'));
  expect(scope.names).toEqual(['acme', 'gamma']);
  expect(scope.select(undefined)).toEqual(['acme', 'gamma']);
  expect(scope.select('acme')).toEqual(['acme']);
});

it('is empty for an empty list, not everything', () => {
  expect(connectionScope(configured, viewerOf()).names).toEqual([]);
});

it('refuses a hidden connection in the same words as one that does not exist', () => {
  const scope = connectionScope(configured, viewerOf('acme', 'left-long-ago'));
  expect(refusalOf(scope, 'beta')).toEqual(refusalOf(scope, 'nothing'));
  expect(refusalOf(scope, 'left-long-ago')).toEqual(refusalOf(scope, 'nothing'));
  expect(refusalOf(scope, 'beta')).toMatchObject({ statusCode: 404 });
  expect(String(refusalOf(scope, 'beta'))).not.toContain('beta');
});

it('has only the connections for which the sender has the role that is needed', () => {
  const roles = withRoles({ acme: 'viewer', beta: 'admin', gamma: 'editor' });
  const namesFor = (role: Role) => connectionScope(configured, roles, role).names;
  expect(namesFor('viewer')).toEqual(['acme', 'beta', 'gamma']);
  expect(namesFor('editor')).toEqual(['beta', 'gamma']);
  expect(namesFor('admin')).toEqual(['beta']);
});

it('says which role is missing for a connection that the sender sees', () => {
  const scope = connectionScope(configured, withRoles({ acme: 'viewer', beta: 'admin' }), 'editor');
  expect(refusalOf(scope, 'acme')).toMatchObject({
    statusCode: 403,
    message: 'This needs the role "editor" for acme. Ann has "viewer" for it.',
  });
});

it('gives no role for a connection that is named like a property of every object', () => {
  const scope = connectionScope([...configured, 'constructor'], withRoles({ acme: 'viewer' }));
  expect(scope.has('constructor')).toBe(false);
});

it.each(Object.entries<Route>(routes))('%s says whether its input names a connection', (_name, route) => {
  const inputs = [route.params, route.query, route.body] as (z.ZodObject | undefined)[];
  const isNamed = inputs.some((schema) => schema && 'connection' in schema.shape);
  expect(route.scope === 'named').toBe(isNamed);
});
