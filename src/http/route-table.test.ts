import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { otherRoutes, requireRouteAccess, routeTable } from './route-table.ts';

const { live } = otherRoutes;

function serverWith(url: string, config?: { access: typeof live }) {
  const app = Fastify();
  requireRouteAccess(app);
  app.route({ method: 'GET', url, ...(config ? { config } : {}), handler: async () => ({}) });
}

it('a server with a route outside of the table does not start', () => {
  expect(() => serverWith(live.path)).toThrow('has no entry in the table');
  expect(() => serverWith('/another', { access: live })).toThrow('has no entry in the table');
  expect(() => serverWith(live.path, { access: live })).not.toThrow();
});

it('a route is in the table once', () => {
  const keys = routeTable.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(keys).size).toBe(keys.length);
});

it.each(routeTable)(
  '$method $path leaves an entry in the audit log, or says why it changes nothing',
  (route) => {
    const isRead = route.method === 'GET' || 'readOnly' in route;
    expect(route.audit !== null || isRead).toBe(true);
  },
);
