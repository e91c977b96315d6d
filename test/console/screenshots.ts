/**
 * `npm run screenshots`: every page of the console as docs/screenshots/*.png, on a desk and on a phone, between the
 * simulators. Look at them afterwards: no test sees that a page is ugly. `npm run screenshots -- --demo` takes those of the
 * demo only, `-- --campaigns` those about campaigns, `-- --backfill` those of existing clients, `-- --clients` those of
 * the search, the lists and the page of a client.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startHttpSink } from '../support/http-sink.ts';
import { startWorld, type World } from '../support/world.ts';
import { takeBackfillShots } from './backfill-shots.ts';
import { takeCampaignShots } from './campaign-shots.ts';
import { takeDemoShots } from './demo-shots.ts';
import { buildIfOld } from './support/build.ts';
import { startBrowser } from './support/chromium.ts';
import { publishRules, rulesInConsole } from './support/rules.ts';
import { playImport, playMorning, playTrouble } from './support/scene.ts';
import { DESK, heading, openSendAll, PHONE, type Shot, takeShots, toTop } from './support/shots.ts';
import { simulatorShots } from './support/simulator-shots.ts';
import { firstAdmin, type VisitOptions } from './support/visit.ts';

const FOLDER = join(import.meta.dirname, '../../docs/screenshots');

/** @param onlyClients leaves out all pages but those about clients */
async function takeConsoleShots(browser: Browser, onlyClients: boolean): Promise<void> {
  const rules = rulesInConsole();
  const slack = await startHttpSink();
  const dataDir = mkdtempSync(join(tmpdir(), 'stagepost-screenshots-'));
  const world = await startWorld({
    requestsPerSecond: 7,
    config: (yaml) => `${rules.config(yaml)}${receivers(slack.url)}`,
    store: { dataDir, databaseUrl: undefined },
    customerio: { flags: 'present', fullResolution: true },
    healthTimes: { judgeEveryMs: 500, firstProbeMs: 0 },
  });
  const cookie = await firstAdmin(world);
  await rules.publish(world, cookie);

  const take = (shots: Shot[], suffix: string, options: VisitOptions) =>
    takeShots(browser, world, shots, {
      ...options,
      suffix,
      folder: FOLDER,
      onTaken: (file) => console.log(`docs/screenshots/${file}`),
    });

  try {
    if (onlyClients) {
      await playMorning(world);
      const shots = (await goodShots(world)).filter(({ name }) => CLIENT_SHOTS.test(name));
      await take(shots, '', { viewport: DESK, cookie });
      await take(shots, '-phone', { viewport: PHONE, cookie });
      return;
    }
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
    await playImport(world, 300);
    await take(heldShots, '', { viewport: DESK, cookie });
    await take(heldShots, '-phone', { viewport: PHONE, cookie });
    await take([decidingShot(world)], '', { viewport: DESK, cookie });
    world.customerio.setLatency(0);
    await take([decidedShot], '', { viewport: DESK, cookie });
    await take([decidedShot], '-phone', { viewport: PHONE, cookie });
    await playTrouble(world);
    await take(troubleShots, '', { viewport: DESK, cookie });
    await take(troubleShots.slice(0, 2), '-phone', { viewport: PHONE, cookie });
  } finally {
    await world.close();
    await slack.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const CLIENT_SHOTS = /^(activity|trace|subject|search|watches|calls)/;

const receivers = (slackUrl: string) => `
alerts:
  receivers:
    - { name: team, kind: slack, target_url: "${slackUrl}/services" }
    - { name: sales, kind: kommo_task, user: Maria Lopez, about: [opt_outs, dead_letters] }
`;

const setupShot: Shot = {
  name: 'now-setup',
  path: '/system',
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
  const waiting = await world.app.database.db
    .selectFrom('events')
    .select('id')
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  return [
    {
      name: 'now',
      path: '/',
      ready: (page) =>
        page
          .getByRole('link', { name: /^[1-9]\d* emailed/ })
          .first()
          .waitFor({ timeout: 60_000 }),
    },
    {
      name: 'overview-deals',
      path: '/deals?step=missed',
      ready: (page) => page.getByText('Contact has no email').first().waitFor({ timeout: 60_000 }),
    },
    {
      name: 'system',
      path: '/system',
      ready: async (page) => {
        await counted(page);
        await page.getByText(/deals moved, [1-9]\d* events sent/).waitFor({ timeout: 30_000 });
      },
    },
    {
      name: 'activity',
      path: '/activity',
      ready: (page) => page.locator('ol > li').first().waitFor(),
    },
    {
      name: 'trace-waiting',
      path: `/activity/${waiting.id}`,
      ready: (page) =>
        page
          .getByText(/waits for a contact/)
          .first()
          .waitFor(),
    },
    {
      name: 'subject-emails',
      path: '/subject?q=ann@acme.example',
      ready: (page) =>
        page
          .getByText(/opened twice/)
          .first()
          .waitFor(),
      prepare: (page) => toTop(page.getByRole('list', { name: 'Emails' }).first()),
    },
    {
      name: 'subject-opt-out',
      path: '/subject?q=dora@dune.example',
      ready: heading('Stage changes and emails'),
    },
    {
      name: 'trace',
      path: `/activity/${move.id}`,
      ready: (page) => page.getByText('Copy as curl').first().waitFor(),
    },
    {
      name: 'subject',
      path: '/subject?q=cleo@cove.example',
      ready: (page) => page.getByText('Kommo shows email_status').first().waitFor(),
    },
    {
      name: 'search',
      path: '/',
      isWindow: true,
      ready: heading('Overview'),
      prepare: async (page) => {
        await page.keyboard.press('Control+k');
        await page.getByRole('combobox', { name: /^Name, company/ }).fill('park');
        await page.getByRole('option').first().waitFor();
      },
    },
    { name: 'calls', path: '/calls', ready: (page) => page.getByRole('listitem').first().waitFor() },
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
        await page.getByRole('combobox', { name: 'Deal' }).fill(String(deal));
        await page.getByRole('option', { name: String(deal) }).click();
        await page.getByRole('combobox', { name: 'As if it moved to' }).click();
        await page.getByRole('option', { name: 'Closed - won' }).first().click();
        await page.getByRole('button', { name: 'Show', exact: true }).click();
        await page.getByText(/^See the \d+ requests$/).click();
        await page.getByRole('insertion').first().waitFor();
        await page
          .getByText(/^2\. Customer.io/)
          .first()
          .evaluate((at) => at.scrollIntoView({ block: 'center' }));
      },
    },
    {
      name: 'rules-limits',
      path: '/rules/edit',
      ready: (page) => page.getByRole('tab', { name: 'Form' }).waitFor(),
      prepare: async (page) => {
        await page.getByRole('button', { name: /^Onboarding/ }).click();
        const guard = page.getByLabel('Many deals at once').first();
        await guard.selectOption({ label: 'hold above another limit' });
        await page.getByLabel('More deals than').first().fill('20');
        await page.getByText(/^3 unpublished changes/).waitFor();
        await toTop(page.getByLabel('Clients who can’t get email').first());
      },
    },
    {
      name: 'rules-person',
      path: '/rules/edit',
      ready: (page) => page.getByRole('tab', { name: 'Form' }).waitFor(),
      prepare: (page) => toTop(page.getByRole('heading', { name: 'Attributes sent to Customer.io' })),
    },
    {
      name: 'rules-timer',
      path: '/rules/edit',
      ready: (page) => page.getByRole('tab', { name: 'Form' }).waitFor(),
      prepare: async (page) => {
        const timer = page.getByRole('button', { name: /^5d after deal_won/ });
        await timer.click();
        await toTop(timer);
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

const held = (page: Page) => page.getByRole('heading', { name: /held in “Onboarding”/ }).waitFor();

/** The list, the choice, the question, and what was decided. */
const heldShots: Shot[] = [
  { name: 'held', path: '/held', ready: held },
  {
    name: 'held-choose',
    path: '/held',
    ready: held,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Choose deals' }).click();
      await page
        .getByRole('checkbox', { name: /^Choose deal/ })
        .nth(1)
        .check();
      await page
        .getByRole('checkbox', { name: /^Choose deal/ })
        .nth(2)
        .check();
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText('Page 2').waitFor();
      await page
        .getByRole('checkbox', { name: /^Choose deal/ })
        .nth(0)
        .check();
      await page.getByText(/^3 of \d+ chosen/).evaluate((at) => at.scrollIntoView({ block: 'end' }));
    },
  },
  {
    name: 'held-send',
    path: '/held',
    ready: held,
    prepare: openSendAll,
  },
];

/** Three are left out, and all others are sent. */
const decidingShot = ({ customerio }: World): Shot => ({
  name: 'held-sending',
  path: '/held',
  ready: held,
  prepare: async (page) => {
    await page.getByRole('button', { name: 'Choose deals' }).click();
    for (const nth of [0, 1, 2])
      await page
        .getByRole('checkbox', { name: /^Choose deal/ })
        .nth(nth)
        .check();
    await page.getByRole('button', { name: /^Send nothing for 3/ }).click();
    await page.getByLabel('Reason').fill('Test deals of the import');
    await page.getByRole('button', { name: 'Send nothing for 3', exact: true }).click();
    await page.getByText(/sent nothing for 3 deals/).waitFor();
    customerio.setLatency(2_000);
    await page.getByRole('button', { name: /^Send all/ }).click();
    await page.getByRole('button', { name: /^Send \d+$/ }).click();
    await page.getByText(/being sent/).waitFor();
  },
});

const decidedShot: Shot = {
  name: 'held-decided',
  path: '/held',
  ready: (page) => page.getByRole('heading', { name: 'Already decided' }).waitFor({ timeout: 90_000 }),
};

const troubleShots: Shot[] = [
  {
    name: 'failures',
    path: '/failures',
    ready: (page) => page.getByText('What to do first').first().waitFor(),
  },
  {
    name: 'now-trouble',
    path: '/system',
    ready: async (page) => {
      await page.getByText(/need(s)? attention/).waitFor();
      await page.getByRole('link', { name: /^[1-9]\d* failures/ }).waitFor({ timeout: 30_000 });
    },
  },
  {
    name: 'failures-dismiss',
    path: '/failures',
    ready: (page) => page.getByText('What to do').first().waitFor(),
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Dismiss …' }).first().click();
      await page.getByRole('dialog').getByLabel('Reason').fill('Test clients');
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

const browser = await startBrowser();
await buildIfOld();
mkdirSync(FOLDER, { recursive: true });
const only =
  ['--demo', '--campaigns', '--backfill', '--clients'].find((option) => process.argv.includes(option)) ??
  null;
if (only === null || only === '--clients') await takeConsoleShots(browser, only === '--clients');
if (only === null) await simulatorShots(browser, FOLDER);
if (only === null || only === '--campaigns') await takeCampaignShots(browser, FOLDER);
if (only === null || only === '--backfill') await takeBackfillShots(browser, FOLDER);
if (only === null || only === '--demo') await takeDemoShots(browser, FOLDER);
await browser.close();
process.exit(0);
