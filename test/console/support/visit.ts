import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { World } from '../../support/world.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Opens a page of the console and waits for its content. */
  open(path: string): Promise<void>;
  /** What went wrong in the browser since the last look: errors, broken policy, requests to other hosts. */
  problems(): string[];
  /** Serious and critical findings of axe, in words. @param rules only these of its rules; default: all */
  axe(rules?: string[]): Promise<string[]>;
}

export interface VisitOptions {
  viewport?: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
  /** The cookie of somebody who is signed in; left out: nobody is. */
  cookie?: string;
  /** The language that the browser asks for; default: `en-US`. */
  locale?: string;
}

export const NAME = 'Ann';
export const PASSWORD = 'correct horse battery';

/** Makes the first admin. @returns the session's cookie */
export async function firstAdmin(world: World): Promise<string> {
  const link = await world.app.setupLink();
  const response = await fetch(`${world.app.url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-stagepost': 'console', origin: world.app.url },
    body: JSON.stringify({ link: link?.split('#')[1], name: NAME, password: PASSWORD }),
  });
  if (!response.ok) throw new Error(`No first admin: ${response.status} ${await response.text()}`);
  return response.headers.get('set-cookie')!.split(';')[0]!;
}

/** Somebody whom the admin invited and who has chosen a password. @returns the session's cookie */
export async function invited(
  world: World,
  admin: string,
  name: string,
  role: 'viewer' | 'editor' | 'admin',
): Promise<string> {
  const ask = (path: string, body: object) =>
    fetch(world.app.url + path, {
      method: 'POST',
      headers: {
        cookie: admin,
        'content-type': 'application/json',
        'x-stagepost': 'console',
        origin: world.app.url,
      },
      body: JSON.stringify(body),
    });
  const { link } = (await (await ask('/api/users', { name, role })).json()) as { link: string };
  const response = await ask('/api/setup', { link: link.split('#')[1], password: PASSWORD });
  if (!response.ok) throw new Error(`Not invited: ${response.status} ${await response.text()}`);
  return response.headers.get('set-cookie')!.split(';')[0]!;
}

/** A browser window on the console that notes everything that should not happen. */
export async function visit(
  browser: Browser,
  world: { app: { url: string } },
  options: VisitOptions = {},
): Promise<Visit> {
  const {
    cookie,
    viewport = { width: 1280, height: 800 },
    colorScheme = 'light',
    locale = 'en-US',
  } = options;
  const context = await browser.newContext({ viewport, colorScheme, locale, reducedMotion: 'reduce' });
  const { url } = world.app;
  if (cookie) {
    const [name, value] = cookie.split('=');
    await context.addCookies([{ name: name!, value: value!, url, httpOnly: true, sameSite: 'Strict' }]);
  }
  const found: string[] = [];
  await context.exposeFunction('noteViolation', (what: string) => found.push(what));
  await context.addInitScript(`document.addEventListener('securitypolicyviolation', (event) =>
    noteViolation('policy violated: ' + event.violatedDirective + ' ' + event.blockedURI));`);
  const page = await context.newPage();
  // Shorter than a test may take, so that the step that was waited for is named.
  page.setDefaultTimeout(30_000);
  page.on('console', (message) => {
    if (message.type() !== 'error' || isAskedWhoOneIs(message.location().url)) return;
    found.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => found.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) found.push(`request to another host: ${request.url()}`);
  });

  return {
    page,
    context,
    async open(path) {
      await page.goto(url + path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
    },
    problems: () => found.splice(0),
    async axe(rules) {
      await page.evaluate(AXE);
      const { violations } = await page.evaluate<AxeResults>(
        `axe.run(${rules ? JSON.stringify({ runOnly: rules }) : ''})`,
      );
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(
          ({ id, help, nodes }) =>
            `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
        );
    },
  };
}

interface AxeResults {
  violations: { id: string; impact: string | null; help: string; nodes: { html: string }[] }[];
}

/** The browser writes a line for the 401 that says nobody is signed in. */
function isAskedWhoOneIs(url: string): boolean {
  return url.endsWith('/api/session');
}
