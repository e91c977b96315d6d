import type { FastifyInstance } from 'fastify';
import { OAUTH_PATHS } from '../kommo-oauth/authorize-address.ts';
import type { RouteAccess } from './api/route.ts';
import { routes } from './api/route-list.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
}

/** The routes outside of the API's list: for senders of webhooks, for monitoring, and for browsers. */
export const otherRoutes = {
  kommoWebhook: {
    method: 'POST',
    path: '/webhooks/kommo/:connection/:secret',
    role: 'anyone',
    scope: 'none',
    audit: null,
    readOnly: 'who knows the secret in the address is Kommo; what it sends is in the activity',
    summary: 'Takes a webhook of Kommo',
  },
  customerioWebhook: {
    method: 'POST',
    path: '/webhooks/customerio/:connection',
    role: 'anyone',
    scope: 'none',
    audit: null,
    readOnly: 'who can sign the body is Customer.io; what it sends is in the activity',
    summary: 'Takes a report of Customer.io',
  },
  kommoRedirect: {
    method: 'GET',
    path: OAUTH_PATHS.redirect,
    role: 'anyone',
    scope: 'none',
    audit: 'kommo_access',
    summary:
      'Kommo comes back here when somebody has granted access; it calls it itself after an installation',
  },
  kommoSecrets: {
    method: 'POST',
    path: OAUTH_PATHS.secrets,
    role: 'anyone',
    scope: 'none',
    audit: null,
    readOnly: 'who knows the state is Kommo; what it sends is kept only for the authorization of that state',
    summary: 'Takes the secrets of the integration that Kommo has made for an authorization',
  },
  kommoDisconnected: {
    method: 'GET',
    path: OAUTH_PATHS.disconnected,
    role: 'anyone',
    scope: 'none',
    audit: null,
    summary:
      'Kommo says, signed, that somebody has withdrawn access; Stagepost then renews it, or sees that it cannot',
  },
  live: {
    method: 'GET',
    path: '/health/live',
    role: 'anyone',
    scope: 'none',
    audit: null,
    summary: 'Whether the process answers',
  },
  ready: {
    method: 'GET',
    path: '/health/ready',
    role: 'anyone',
    scope: 'none',
    audit: null,
    summary: 'Whether the process is ready, or why not, with the names of its connections',
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    role: 'anyone',
    scope: 'none',
    audit: null,
    summary: 'Numbers for Prometheus, with the names of the connections',
  },
  demoLogin: {
    method: 'GET',
    path: '/api/enter/:secret',
    role: 'anyone',
    scope: 'none',
    audit: 'sign_in',
    summary: 'Only in the demo: signs in with the secret that the demo prints',
  },
  demoSignIn: {
    method: 'POST',
    path: '/api/demo/session',
    role: 'anyone',
    scope: 'none',
    audit: 'sign_in',
    summary: 'Only in the demo, on this machine: signs in without a password',
  },
  asset: {
    method: 'GET',
    path: '/assets/:name',
    role: 'anyone',
    scope: 'none',
    audit: null,
    summary: 'Files of the console, which hold no data',
  },
  logo: {
    method: 'GET',
    path: OAUTH_PATHS.logo,
    role: 'anyone',
    scope: 'none',
    audit: null,
    summary: 'The logo that Kommo shows while it asks for access',
  },
  favicon: {
    method: 'GET',
    path: '/favicon.svg',
    role: 'anyone',
    scope: 'none',
    audit: null,
    summary: 'The icon of the console',
  },
  page: {
    method: 'GET',
    path: '/*',
    role: 'anyone',
    scope: 'none',
    audit: null,
    summary: 'The page of the console, which holds no data',
  },
} as const satisfies Record<string, RouteAccess>;

/** All routes of the server, without the further ones of the demo. */
export const routeTable: readonly RouteAccess[] = [...Object.values(routes), ...Object.values(otherRoutes)];

/**
 * Refuses to start a server with a route that does not say who may use it and what remains of it. To be called before
 * any route is added.
 */
export function requireRouteAccess(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    const access = config?.access;
    const methods = [method].flat();
    const isDeclared = methods.every(
      (one) => one === access?.method || (one === 'HEAD' && access?.method === 'GET'),
    );
    if (isDeclared && access?.path === url) return;
    throw new Error(`The route ${methods.join(', ')} ${url} has no entry in the table of routes.`);
  });
}
