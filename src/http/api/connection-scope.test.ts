import { expect, it } from 'vitest';
import type { z } from 'zod';
import { connectionScope } from './connection-scope.ts';
import { type Route, routes } from './contract.ts';

const configured = ['acme', 'beta', 'gamma'];

it('is all configured connections for a role without a limit', () => {
  expect(connectionScope(configured, { connections: null }).names).toEqual(configured);
});

it('is what is both configured and allowed', () => {
  const scope = connectionScope(configured, { connections: ['gamma', 'left-long-ago', 'acme'] });
  expect(scope.names).toEqual(['acme', 'gamma']);
  expect(scope.select(undefined)).toEqual(['acme', 'gamma']);
  expect(scope.select('acme')).toEqual(['acme']);
});

it('is empty for an empty list, not everything', () => {
  expect(connectionScope(configured, { connections: [] }).names).toEqual([]);
});

it('refuses a hidden connection in the same words as one that does not exist', () => {
  const scope = connectionScope(configured, { connections: ['acme', 'left-long-ago'] });
  const refusal = (name: string) => {
    try {
      return scope.select(name);
    } catch (error) {
      return error;
    }
  };
  expect(refusal('beta')).toEqual(refusal('nothing'));
  expect(refusal('left-long-ago')).toEqual(refusal('nothing'));
  expect(refusal('beta')).toMatchObject({ statusCode: 404 });
  expect(String(refusal('beta'))).not.toContain('beta');
});

it.each(Object.entries<Route>(routes))('%s says whether its input names a connection', (_name, route) => {
  const inputs = [route.params, route.query, route.body] as (z.ZodObject | undefined)[];
  const isNamed = inputs.some((schema) => schema && 'connection' in schema.shape);
  expect(route.scope === 'named').toBe(isNamed);
});
