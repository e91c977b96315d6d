import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openDatabase } from '../../src/store/database/database.ts';
import { startBrowser } from '../../test/console/support/chromium.ts';
import { visit } from '../../test/console/support/visit.ts';
import type { Kind } from '../../test/support/databases.ts';
import type { Benchmark, Figure } from '../support/benchmark.ts';
import type { Serving } from '../support/child.ts';
import { fillHistory } from '../support/history.ts';
import { openLoop } from '../support/load.ts';
import { median, percentile } from '../support/statistics.ts';
import { type BenchWorld, startBenchWorld } from '../support/world.ts';
import { editsTo } from './intake.ts';

const EVENTS = Number(process.env.STAGEPOST_BENCH_CONSOLE_EVENTS ?? 1_000_000);
const STEADY = { perSecond: 100, seconds: 30 };
const FEED = { perSecond: 200, seconds: 15 };
const OPENINGS = 5;
/** What three people look at: how it goes, what happens now, and one search of each kind that is long. */
const PAGES = ['/', '/activity', '/activity?outcome=failed'];

/** An admin's session, made with the token that the server leaves on its own machine. @returns the cookie */
async function signIn({ store }: BenchWorld, { url }: Serving): Promise<{ cookie: string; token: string }> {
  const lock = readFileSync(join(store.dataDir!, 'stagepost.lock'), 'utf8');
  const { token } = JSON.parse(lock) as { token: string };
  const post = (path: string, body: object, headers: Record<string, string>) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const user = await post(
    '/api/users',
    { name: 'Bench', role: 'admin' },
    { authorization: `Bearer ${token}` },
  );
  const { link } = (await user.json()) as { link: string };
  const answer = await post(
    '/api/setup',
    { link: link.split('#')[1], password: 'correct horse battery' },
    { 'x-stagepost': 'console', origin: url },
  );
  return { cookie: answer.headers.get('set-cookie')!.split(';')[0]!, token };
}

/** The first start counts the history; the figures are about what comes after that. */
async function whenCounted({ url }: Serving, token: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/api/now`, { headers: { authorization: `Bearer ${token}` } });
    const { countedTo } = (await answer.json()) as { countedTo: number | null };
    if (countedTo !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const isUsable = (page: Page) => page.getByText('What do these numbers count?').waitFor({ timeout: 60_000 });

/** @returns ms from the address to the numbers, with nothing in the browser's cache. */
async function firstPage(browser: Browser, url: string, cookie: string): Promise<number> {
  const { page, context } = await visit(browser, { app: { url } }, { cookie });
  const started = performance.now();
  await page.goto(url);
  await isUsable(page);
  const took = performance.now() - started;
  await context.close();
  return took;
}

/** @returns the longest time between two pictures while events come in, in ms. */
async function longestGap(page: Page, load: () => Promise<unknown>): Promise<number> {
  await page.evaluate(`
    window.longestGap = 0;
    let before = performance.now();
    requestAnimationFrame(function next(now) {
      window.longestGap = Math.max(window.longestGap, now - before);
      before = now;
      requestAnimationFrame(next);
    });
  `);
  await load();
  return page.evaluate<number>('window.longestGap');
}

export const consoleBenchmark: Benchmark = {
  name: 'console',
  description: `Does the console slow the service, with ${EVENTS.toLocaleString('en-US')} events stored? (reference: no console open)`,
  databases: ['embedded'],
  async run(database: Kind, onStep): Promise<Figure[]> {
    const world = await startBenchWorld({ database, kommo: { rateLimit: false } });
    onStep('the history is written');
    const store = await openDatabase({ ...world.store, onError: console.error });
    await fillHistory(store.db, EVENTS, Date.now());
    await store.close();
    const server = await world.serve();
    onStep('the history is counted');
    const { cookie, token } = await signIn(world, server);
    await whenCounted(server, token);
    onStep('webhooks without a console');
    const alone = await openLoop(editsTo(server), STEADY.perSecond, STEADY.seconds);
    onStep('the first page');
    const browser = await startBrowser();
    const openings: number[] = [];
    for (let n = 0; n < OPENINGS; n++) openings.push(await firstPage(browser, server.url, cookie));
    onStep('webhooks with three consoles');
    const app = { app: { url: server.url } };
    const visits = await Promise.all(PAGES.map(() => visit(browser, app, { cookie })));
    await Promise.all(visits.map(({ open }, index) => open(PAGES[index]!)));
    const watched = await openLoop(editsTo(server), STEADY.perSecond, STEADY.seconds);
    onStep('a feed of 200 events a second');
    for (const { context } of [visits[0]!, visits[2]!]) await context.close();
    const gap = await longestGap(visits[1]!.page, () =>
      openLoop(editsTo(server), FEED.perSecond, FEED.seconds),
    );
    await browser.close();
    await server.stop();
    await world.close();
    return [
      {
        name: 'webhooks at 100 a second, p99',
        unit: 'ms',
        ours: percentile(watched.times, 99),
        reference: percentile(alone.times, 99),
        goal: '< 100',
      },
      {
        name: 'refused or failed',
        unit: 'answers',
        ours: watched.failed,
        reference: alone.failed,
        goal: '0',
      },
      {
        name: 'the first page, usable',
        unit: 'ms',
        ours: median(openings),
        reference: null,
        goal: '<= 1,000',
      },
      {
        name: 'longest still picture, 200 events a second',
        unit: 'ms',
        ours: gap,
        reference: null,
        goal: '< 500',
      },
    ];
  },
};
