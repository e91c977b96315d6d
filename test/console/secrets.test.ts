import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Secrets, secretsIn } from '../support/secret-search.ts';
import { type SetupRig, startSetupRig } from '../support/setup-rig.ts';
import { connectToBrowser } from './support/chromium.ts';
import { connectByToken, connectByWindow, type OwnKeys } from './support/setup-journey.ts';
import { visit } from './support/visit.ts';

/* What a browser gets to know and keeps: no secret but those that were typed into it, and these only until the step is done. */

const SECRETS: Secrets = {
  token: 'eyJ0eXAi.3f9c52d7a1b84e60',
  apiKey: 't-77aa41c0d2e95b38',
  appKey: 'a-1c9be5f0673d82a4',
  signingKey: 's-e04d7b92c6f1835a',
};

/** All pages of the console, with what stands for their parameters. */
const PAGES = [
  ...[
    '/',
    '/deals',
    '/system',
    '/connections',
    '/connections/add',
    '/setup/acme',
    '/setup/gamma/kommo',
    '/setup/gamma/customerio',
  ],
  ...[
    '/setup/gamma/rules',
    '/setup/acme/finish',
    '/activity',
    '/activity/1',
    '/subject?query=ann@acme.example',
  ],
  ...[
    '/failures',
    '/held',
    '/backfill',
    '/watches',
    '/calls',
    '/alerts',
    '/people',
    '/rules?connection=acme',
  ],
  ...['/rules/edit?connection=acme', '/rules/versions?connection=acme', '/setup', '/sign-in'],
];

let rig: SetupRig;
let browser: Browser;
let keys: OwnKeys;
beforeAll(async () => {
  const { token, apiKey, appKey, signingKey } = SECRETS as Record<string, string>;
  [rig, browser] = await Promise.all([
    startSetupRig({
      kommo: { token: token! },
      customerio: { apiKey: apiKey!, appKey: appKey!, signingKey: signingKey! },
    }),
    connectToBrowser(),
  ]);
  const { clientId, clientSecret } = rig.kommo.oauth;
  keys = {
    kommo: { url: rig.kommo.url, token: token!, clientId, clientSecret },
    customerio: rig.customerio.credentials,
  };
  SECRETS.clientSecret = clientSecret;
});
afterAll(async () => {
  await browser?.close();
  await rig?.close();
});

interface Watched {
  page: Page;
  open(path: string): Promise<void>;
  /** The secrets in every answer and address so far, and in what the page shows and keeps. */
  found(): Promise<string[]>;
  close(): Promise<void>;
}

async function watch(): Promise<Watched> {
  const cookie = rig.admin.cookie.split(';')[0]!;
  const { page, context, open } = await visit(browser, rig, { cookie });
  const seen: Promise<[string, string]>[] = [];
  const isStream = (address: string) => address.includes('/stream');
  page.on('request', (request) => void seen.push(Promise.resolve(['address', request.url()])));
  page.on('response', (response) => {
    if (isStream(response.url())) return;
    const text = response.text().catch(() => '');
    seen.push(text.then((body) => [response.url(), `${JSON.stringify(response.headers())} ${body}`]));
  });
  return {
    page,
    open,
    async found() {
      const parts: [string, string][] = [...(await Promise.all(seen)), ['page', await shownAndKept(page)]];
      return parts.flatMap(([name, text]) =>
        secretsIn(text, SECRETS).map((secret) => `${secret} in ${name}`),
      );
    },
    close: () => context.close(),
  };
}

/** The document, the values of its fields, the address, and all that the browser keeps for it. */
const shownAndKept = (page: Page) =>
  page.evaluate<string>(`JSON.stringify([
    document.documentElement.outerHTML, [...document.querySelectorAll('input, textarea')].map(({ value }) => value),
    location.href, document.title, history.state, document.cookie, { ...localStorage }, { ...sessionStorage }, window.name,
  ])`);

/** All strings in the memory of the page. */
async function memoryOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => void chunks.push(chunk));
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot');
  await session.detach();
  return chunks.join('');
}

it('keeps nothing of the keys that were typed once their step is left, in the wizard of a token', async () => {
  const { page, open, found, close } = await watch();
  await open('/connections/add');
  await connectByToken({ page, keys, name: 'acme' });
  expect(await found()).toEqual([]);
  expect(secretsIn(await memoryOf(page), SECRETS)).toEqual([]);
  await close();
});

it('never gets to know what Kommo has granted in its own window', async () => {
  const { page, open, found, close } = await watch();
  await open('/connections/add');
  await connectByWindow({ page, keys, name: 'beta' });
  expect(await found()).toEqual([]);
  await close();
});

it('gets no secret on any page, in what is shown, answered, kept, or in memory', async () => {
  const { admin, kommo } = rig;
  await admin.ask('POST', '/api/setup/connections', { name: 'gamma', kommoUrl: kommo.url });
  await admin.ask('POST', '/api/setup/connections/gamma/kommo', { token: kommo.token });
  const { page, open, found, close } = await watch();
  await open('/');
  const leaks: string[] = [];
  for (const path of PAGES) {
    await page.evaluate(
      `history.pushState(null, '', '${path}'); dispatchEvent(new PopStateEvent('popstate'))`,
    );
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForLoadState('networkidle');
    leaks.push(...(await found()).map((leak) => `${path}: ${leak}`));
  }
  expect(leaks).toEqual([]);
  const memory = await memoryOf(page);
  expect(memory).toContain('acme');
  expect(secretsIn(memory, SECRETS)).toEqual([]);
  await close();
});
