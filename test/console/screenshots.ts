/**
 * `npm run screenshots`: every page of the console as docs/screenshots/*.png, on a desk and on a phone, between the
 * simulators. Look at them afterwards: no test sees that a page is ugly.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Cookie, Page } from 'playwright-core';
import { startHttpSink } from '../support/http-sink.ts';
import { startWorld, type World } from '../support/world.ts';
import { buildIfOld } from './support/build.ts';
import { startBrowser } from './support/chromium.ts';
import { startDemo } from './support/demo.ts';
import { publishRules, rulesInConsole } from './support/rules.ts';
import { playMorning, playTrouble } from './support/scene.ts';
import { firstAdmin, type VisitOptions, visit } from './support/visit.ts';

const FOLDER = join(import.meta.dirname, '../../docs/screenshots');
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

interface Shot {
  name: string;
  path: string;
  /** Is there when the page is. */
  ready(page: Page): Promise<unknown>;
  prepare?(page: Page): Promise<unknown>;
}

const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole('heading', { name }).first().waitFor();

async function run(): Promise<void> {
  await buildIfOld();
  mkdirSync(FOLDER, { recursive: true });
  const rules = rulesInConsole();
  const slack = await startHttpSink();
  const dataDir = mkdtempSync(join(tmpdir(), 'stagepost-screenshots-'));
  const [world, browser] = await Promise.all([
    startWorld({
      config: (yaml) => `${rules.config(yaml)}${receivers(slack.url)}`,
      store: { dataDir, databaseUrl: undefined },
      customerio: { flags: 'present', fullResolution: true },
      healthTimes: { judgeEveryMs: 500, firstProbeMs: 0 },
    }),
    startBrowser(),
  ]);
  const cookie = await firstAdmin(world);
  await rules.publish(world, cookie);

  async function take(shots: Shot[], suffix: string, options: VisitOptions): Promise<void> {
    const { page, open, context } = await visit(browser, world, options);
    for (const { name, path, ready, prepare } of shots) {
      await open(path);
      await ready(page);
      await prepare?.(page);
      await page.evaluate('document.fonts.ready');
      await page.screenshot({ path: join(FOLDER, `${name}${suffix}.png`), animations: 'disabled' });
      console.log(`docs/screenshots/${name}${suffix}.png`);
    }
    await context.close();
  }

  try {
    await take([{ name: 'sign-in', path: '/', ready: heading('Sign in') }], '', { viewport: DESK });
    await take([setupShot], '', { viewport: DESK, cookie });
    await take([setupShot], '-phone', { viewport: PHONE, cookie });
    await playMorning(world);
    const text = rules.text().replace('event: demo_completed', 'event: demo_done');
    await publishRules(world, cookie, {
      draft: { text },
      basedOn: 1,
      note: 'The campaign after the demo is new',
    });
    const good = [...(await goodShots(world)), ...(await ruleShots(world)), people];
    await take(good, '', { viewport: DESK, cookie });
    await take(good, '-phone', { viewport: PHONE, cookie });
    await take(good.slice(0, 1), '-dark', { viewport: DESK, colorScheme: 'dark', cookie });
    await playTrouble(world);
    await take(troubleShots, '', { viewport: DESK, cookie });
    await take(troubleShots.slice(0, 2), '-phone', { viewport: PHONE, cookie });
  } finally {
    await world.close();
    await slack.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
  await boardShots(browser);
  await browser.close();
}

const receivers = (slackUrl: string) => `
alerts:
  receivers:
    - { name: team, kind: slack, target_url: "${slackUrl}/services" }
    - { name: sales, kind: kommo_task, user: Maria Lopez, about: [opt_outs, dead_letters] }
`;

const setupShot: Shot = {
  name: 'now-setup',
  path: '/',
  ready: (page) => page.getByText(/Setup isn’t finished: 2 of 5 steps left/).waitFor(),
};

/** The counts follow some seconds behind. */
const counted = (page: Page) => page.getByRole('link', { name: /^[1-9]\d* events sent/ }).waitFor();

async function goodShots(world: World): Promise<Shot[]> {
  const move = await world.app.database.db
    .selectFrom('events')
    .select('id')
    .where('kind', '=', 'deal_moved')
    .where('state', '=', 'planned')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  return [
    {
      name: 'now',
      path: '/',
      ready: async (page) => {
        await counted(page);
        await page.getByText(/deals moved, [1-9]\d* events sent/).waitFor({ timeout: 30_000 });
      },
    },
    {
      name: 'activity',
      path: '/activity?outcome=done',
      ready: (page) => page.locator('ol > li').first().waitFor(),
    },
    {
      name: 'trace',
      path: `/activity/${move.id}`,
      ready: (page) => page.getByText('Copy as curl').first().waitFor(),
    },
    {
      name: 'subject',
      path: '/subject?q=cleo@cove.example',
      ready: (page) => page.getByRole('rowheader', { name: 'account_manager' }).waitFor(),
    },
    { name: 'watches', path: '/watches', ready: (page) => page.getByText('Runs out').first().waitFor() },
    {
      name: 'connections',
      path: '/connections',
      ready: (page) => page.getByText('Reporting webhook', { exact: true }).waitFor(),
      prepare: async (page) => {
        await page.getByRole('button', { name: 'Test the Kommo webhook' }).click();
        await page.getByText('Understood:').waitFor();
      },
    },
    {
      name: 'alerts',
      path: '/alerts',
      ready: (page) => page.getByRole('region', { name: 'team' }).waitFor(),
      prepare: async (page) => {
        await page.getByRole('button', { name: 'Send a test to team' }).click();
        await page.getByText('The test was accepted.').waitFor();
      },
    },
    { name: 'rules', path: '/rules', ready: (page) => page.getByRole('row', { name: /deal_won/ }).waitFor() },
  ];
}

/** One draft in three views, from the first change to a try, and what was published before. */
async function ruleShots(world: World): Promise<Shot[]> {
  const { deal_id: deal } = await world.app.database.db
    .selectFrom('events')
    .select('deal_id')
    .where('kind', '=', 'deal_moved')
    .where('state', '=', 'planned')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  return [
    {
      name: 'rules-edit',
      path: '/rules/edit',
      ready: (page) => page.getByText('No changes yet.').waitFor(),
      prepare: async (page) => {
        await page.getByRole('button', { name: 'Closed - won deal_won' }).click();
        await page.getByRole('button', { name: 'Remove plan' }).first().click();
        await page.getByText(/^1 unpublished change/).waitFor();
        await page.getByRole('combobox', { name: 'Value of amount' }).fill('deal.');
        await page.getByRole('option', { name: 'deal.price' }).waitFor();
        await page.getByText('Fix 1 error to publish.').waitFor();
      },
    },
    {
      name: 'rules-try',
      path: '/rules/edit',
      ready: (page) => page.getByRole('tab', { name: 'Form' }).waitFor(),
      prepare: async (page) => {
        await page.getByRole('button', { name: 'Closed - won deal_won' }).click();
        await page.getByRole('combobox', { name: 'Value of amount' }).fill('deal.responsible_user.name');
        await page.getByText(/^2 unpublished changes/).waitFor();
        await page.getByRole('tab', { name: 'Try it' }).click();
        await page.getByRole('textbox', { name: 'Deal' }).fill(String(deal));
        await page.getByRole('combobox', { name: 'As if it moved to' }).click();
        await page.getByRole('option', { name: 'Closed - won' }).first().click();
        await page.getByRole('button', { name: 'Show', exact: true }).click();
        await page.getByRole('insertion').first().waitFor();
        await page
          .getByText(/^2\. Customer.io/)
          .first()
          .evaluate((at) => at.scrollIntoView({ block: 'center' }));
      },
    },
    {
      name: 'rules-versions',
      path: '/rules/versions',
      ready: (page) => page.getByRole('insertion').first().waitFor(),
    },
  ];
}

const people: Shot = {
  name: 'people',
  path: '/people',
  ready: (page) => page.getByText('chose a password').waitFor(),
};

const troubleShots: Shot[] = [
  { name: 'failures', path: '/failures', ready: (page) => page.getByText('What to do').first().waitFor() },
  {
    name: 'now-trouble',
    path: '/',
    ready: async (page) => {
      await page.getByText(/need(s)? attention/).waitFor();
      await page.getByRole('link', { name: /^[1-9]\d* failures/ }).waitFor({ timeout: 30_000 });
    },
  },
  {
    name: 'replay',
    path: '/failures',
    ready: (page) => page.getByText('What to do').first().waitFor(),
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Retry …' }).first().click();
      await page
        .getByRole('dialog')
        .getByText(/will be sent again/)
        .waitFor();
    },
  },
];

/** In the middle of the demo's story, with the first client's mail opened. */
async function boardShots(browser: Browser): Promise<void> {
  const demo = await startDemo();
  let cookies: Cookie[] = [];
  for (const [suffix, viewport] of [
    ['', DESK],
    ['-phone', PHONE],
  ] as const) {
    const { page, open, context } = await visit(browser, { app: { url: demo.address.origin } }, { viewport });
    // The address works once; the session is kept for the second picture.
    if (cookies.length > 0) await context.addCookies(cookies);
    await open(cookies.length > 0 ? '/demo' : demo.address.pathname);
    cookies = await context.cookies();
    await page.getByRole('button', { name: /Cove Inc, Enterprise.*unsubscribed/ }).click({ timeout: 60_000 });
    await page.getByRole('article', { name: 'Thank you for choosing us' }).first().waitFor();
    await page.screenshot({ path: join(FOLDER, `board${suffix}.png`), animations: 'disabled' });
    console.log(`docs/screenshots/board${suffix}.png`);
    await context.close();
  }
  await demo.stop();
}

await run();
process.exit(0);
