import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const gzip = promisify(gzipCallback);

/** What `html.cspNonce` in console/vite.config.ts leaves for the server to fill in. */
const PLACEHOLDER = 'STAGEPOST_NONCE';

/** Addresses that are never a page of the console. */
const NOT_PAGES = /^\/(api|webhooks|health|metrics|assets)(\/|$)/;

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};

const NOT_BUILT =
  'The console is not built here. In a checkout: npm run console:build. The rest of Stagepost works without it.';

export interface FilesOptions {
  /** The folder of the built console. */
  folder?: string;
}

/**
 * The console's files at `/`. Files under `/assets` carry a hash of their contents in the name and are kept
 * by the browser for ever; the page itself is fetched each time. Any other address that a browser opens is a
 * page of the console; for others than browsers it stays 404.
 */
export async function consoleFiles(app: FastifyInstance, options: FilesOptions = {}): Promise<void> {
  const folder = options.folder ?? builtConsole();
  const kept = new Map<string, Promise<StoredFile | null>>();

  /** Each file is read and compressed once, off the thread that answers webhooks. */
  function file(name: string): Promise<StoredFile | null> {
    const found = kept.get(name) ?? load(join(folder, name));
    kept.set(name, found);
    return found.then((stored) => {
      if (!stored) kept.delete(name);
      return stored;
    });
  }

  async function sendFile(request: FastifyRequest, reply: FastifyReply, name: string, caching: string) {
    const stored = await file(name);
    if (!stored) return reply.callNotFound();
    reply.headers({ 'content-type': stored.type, 'cache-control': caching, vary: 'accept-encoding' });
    if (!accepts(request, 'accept-encoding', 'gzip') || !stored.gzipped) return reply.send(stored.plain);
    return reply.header('content-encoding', 'gzip').send(stored.gzipped);
  }

  app.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
    const { name } = request.params;
    if (!/^[\w-][\w.-]*$/.test(name)) return reply.callNotFound();
    return sendFile(request, reply, `assets/${name}`, 'public, max-age=31536000, immutable');
  });

  app.get('/favicon.svg', (request, reply) =>
    sendFile(request, reply, 'favicon.svg', 'public, max-age=86400'),
  );

  app.get('/*', async (request, reply) => {
    const path = request.url.split('?')[0]!;
    if (NOT_PAGES.test(path) || !accepts(request, 'accept', 'text/html')) return reply.callNotFound();
    const page = await file('index.html');
    if (!page) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers({ ...PAGE_HEADERS, 'content-security-policy': policy(nonce) })
      .send(page.plain.toString('utf8').replaceAll(PLACEHOLDER, nonce));
  });
}

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  // Not even kept for "back": it holds this answer's nonce.
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/**
 * Nothing from elsewhere, and no script but our files. Mantine and the scroll lock write <style> elements, which
 * carry the nonce; what React sets through `element.style` is no inline style to the browser.
 */
function policy(nonce: string): string {
  return [
    "default-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

interface StoredFile {
  type: string;
  plain: Buffer;
  /** Null where compressing does not pay. */
  gzipped: Buffer | null;
}

async function load(path: string): Promise<StoredFile | null> {
  const plain = await readFile(path).catch(() => null);
  if (!plain) return null;
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  const isText = /^(text|image\/svg)/.test(type);
  return { type, plain, gzipped: isText ? await gzip(plain, { level: 9 }) : null };
}

function accepts(request: FastifyRequest, header: 'accept' | 'accept-encoding', wanted: string): boolean {
  return request.headers[header]?.includes(wanted) ?? false;
}

/** In a checkout beside `src/`, or beside the compiled code in `dist/`. */
export function builtConsole(): string {
  const places = ['../..', '../../..'].map((root) => join(import.meta.dirname, root, 'console/dist'));
  return places.find((place) => existsSync(join(place, 'index.html'))) ?? places[0]!;
}
