import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyHelmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { otherRoutes } from './route-table.ts';

/** What `html.cspNonce` in console/vite.config.ts leaves for the server to replace. */
const PLACEHOLDER = 'STAGEPOST_NONCE';

/** Addresses that are never a page of the console. */
const NOT_PAGES = /^\/(api|webhooks|oauth|health|metrics|assets)(\/|$)/;

const NOT_BUILT =
  'The console has not been built. In a checkout, run: npm ci (without --omit=dev), then npm run console:build. Everything else works without it.';

const DAY_MS = 86_400_000;

export interface FilesOptions {
  /** The folder of the built console. */
  folder?: string;
}

/**
 * The console's files at `/`. Files under `/assets` have a hash of their contents in the name, so browsers keep them for
 * ever; the page itself is fetched each time. Any other address that a browser opens is a page of the console; for other
 * clients it stays 404. console/build.ts compresses the files, so that no request waits for it.
 */
export async function consoleFiles(app: FastifyInstance, options: FilesOptions = {}): Promise<void> {
  const folder = options.folder ?? builtConsole();
  let page: string | null = null;
  await app.register(fastifyStatic, { root: folder, serve: false, preCompressed: true, dotfiles: 'ignore' });
  await app.register(fastifyHelmet, { global: false });

  const { asset, favicon, logo, page: consolePage } = otherRoutes;
  app.get<{ Params: { name: string } }>(asset.path, { config: { access: asset } }, async (request, reply) => {
    const { name } = request.params;
    if (!/^[\w-][\w.-]*$/.test(name)) return reply.callNotFound();
    return reply.sendFile(`assets/${name}`, { maxAge: 365 * DAY_MS, immutable: true });
  });

  app.get(favicon.path, { config: { access: favicon } }, async (_request, reply) =>
    reply.sendFile('favicon.svg', { maxAge: DAY_MS }),
  );

  app.get(logo.path, { config: { access: logo } }, async (_request, reply) =>
    reply.sendFile('logo.png', { maxAge: DAY_MS }),
  );

  app.get(consolePage.path, { config: { access: consolePage } }, async (request, reply) => {
    const path = request.url.split('?')[0]!;
    const isBrowser = request.headers.accept?.includes('text/html') ?? false;
    if (NOT_PAGES.test(path) || !isBrowser) return reply.callNotFound();
    page ??= await readFile(join(folder, 'index.html'), 'utf8').catch(() => null);
    if (page === null) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    return sendPage(reply, page);
  });
}

/** Each answer has its own nonce, in the page and in the policy. */
async function sendPage(reply: FastifyReply, page: string): Promise<FastifyReply> {
  const nonce = randomBytes(16).toString('base64');
  await reply.helmet(securityHeaders(nonce));
  return reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      // Not even kept for "back": the page holds this answer's nonce.
      'cache-control': 'no-store',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    })
    .send(page.replaceAll(PLACEHOLDER, nonce));
}

/**
 * The policy allows nothing from other hosts, and no script but our files. Mantine and the scroll lock write <style>
 * elements, which carry the nonce; what React sets through `element.style` is no inline style for a browser. Of helmet's
 * other headers, those that only old browsers read are off, and so is HSTS: the proxy that ends TLS decides about it.
 */
function securityHeaders(nonce: string): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", `'nonce-${nonce}'`],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    hsts: false,
    originAgentCluster: false,
    dnsPrefetchControl: false,
    ieNoOpen: false,
    permittedCrossDomainPolicies: false,
    xssFilter: false,
  };
}

/** The folder of the built console: next to `src/` in a checkout, or to the compiled code in `dist/`. */
export function builtConsole(): string {
  const places = ['../..', '../../..'].map((root) => join(import.meta.dirname, root, 'console/dist'));
  return places.find((place) => existsSync(join(place, 'index.html'))) ?? places[0]!;
}
