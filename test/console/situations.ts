/**
 * `npm run screenshots:situations -- FOLDER`: what the console shows when something out of the ordinary has happened, each
 * page at full length, in a wide and a narrow window, light and dark. The pictures are for looking at and are not kept.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { StagepostEvent } from '../../src/domain/events.ts';
import { startWorld, type World } from '../support/world.ts';
import { buildIfOld } from './support/build.ts';
import { startBrowser } from './support/chromium.ts';
import { publishRules, rulesInConsole } from './support/rules.ts';
import { playImport, playTrouble } from './support/scene.ts';
import { DESK, heading, openSendAll, PHONE, type Shot, takeShots, toTop } from './support/shots.ts';
import {
  playAccountTrouble,
  playColleagueLeft,
  playEmails,
  playForeignEmail,
  playLongText,
  playOptOutInKommo,
  playWithoutContact,
} from './support/situations.ts';
import { firstAdmin } from './support/visit.ts';

const VARIANTS = [
  { suffix: '-wide', viewport: DESK },
  { suffix: '-narrow', viewport: PHONE },
] as const;

/** Databases that the script starts itself: no PostgreSQL server runs for it. */
const ownStore = () => ({
  dataDir: mkdtempSync(join(tmpdir(), 'stagepost-situations-')),
  databaseUrl: undefined,
});

async function run(folder: string): Promise<void> {
  await buildIfOld();
  mkdirSync(folder, { recursive: true });
  const browser = await startBrowser();
  try {
    await usualAccount(browser, folder);
    await accountWithContactIds(browser, folder);
  } finally {
    await browser.close();
  }
}

async function usualAccount(browser: Browser, folder: string): Promise<void> {
  const rules = rulesInConsole();
  const world = await startWorld({
    requestsPerSecond: 7,
    config: rules.config,
    store: ownStore(),
    appKey: true,
    customerio: { flags: 'present', fullResolution: true, switches: { triggerEventIds: 'event_id' } },
    healthTimes: { judgeEveryMs: 500, firstProbeMs: 0 },
  });
  try {
    const cookie = await firstAdmin(world);
    const text = rules
      .text()
      .replace('email_clicked:', 'email_clicked:\n    field: { Segment: "{{ href }}" }')
      .replace('stages:', 'bulk_guard: { deals: 20 }\nstages:');
    await publishRules(world, cookie, { draft: { text }, basedOn: 0, note: 'As before' });
    const take = (...shots: Shot[]) => takeAll(browser, world, shots, cookie, folder);

    const { deal, email } = await playOptOutInKommo(world);
    await take(
      await trace(world, 'optout-trace', deal, 'deal_changed'),
      await trace(world, 'optout-move-trace', deal, 'deal_moved'),
      subject('optout-deal', String(deal)),
      subject('optout-person', email),
    );
    await take(await trace(world, 'cut-trace', await playLongText(world), 'mail_report', 'email_clicked'));
    await take(await trace(world, 'colleague-trace', await playColleagueLeft(world), 'mail_report'));
    const read = await playEmails(world);
    await take(
      await trace(world, 'emails-trace', read, 'deal_moved'),
      subject('emails-deal', String(read)),
      subject('bounced', 'ben@bolt.example'),
    );
    const without = await playWithoutContact(world);
    await take(
      await trace(world, 'waiting-trace', without, 'deal_moved'),
      subject('waiting-deal', String(without)),
      {
        name: 'activity',
        isWindow: true,
        path: '/activity',
        ready: (page) => page.locator('ol > li').first().waitFor(),
      },
    );
    await take(...prefixShots);
    await playImport(world, 60);
    await take(...heldShots);
    await playAccountTrouble(world, 'payment', 'Pia Moss');
    await take(
      overview('payment-now'),
      problems('payment-problems'),
      await trace(world, 'payment-trace', 'pia@moss.example', 'mail_report', 'email_unsubscribed'),
    );
    world.kommo.setTrouble(null);
    await world.settled();
    await playAccountTrouble(world, 'maintenance', 'Max Dorn');
    await take(
      overview('maintenance-now', /Kommo failed/),
      problems('maintenance-problems'),
      subject('maintenance-client', 'max@dorn.example'),
    );
    world.kommo.setTrouble(null);
    await world.settled();
    await playTrouble(world);
    await take(problems('problems'), discardShot, overview('trouble-now'));
    await take(...rulesShots);
  } finally {
    await world.close();
  }
}

async function accountWithContactIds(browser: Browser, folder: string): Promise<void> {
  const world = await startWorld({
    requestsPerSecond: 7,
    config: (yaml) =>
      yaml.replace(/identify_by: email .*/, 'identify_by: contact_id\n      id_prefix: kommo-'),
    store: ownStore(),
    appKey: true,
    healthTimes: { judgeEveryMs: 500, firstProbeMs: 0 },
  });
  try {
    const cookie = await firstAdmin(world);
    const deal = await playForeignEmail(world);
    await takeAll(
      browser,
      world,
      [
        await trace(world, 'foreign-email-trace', deal, 'deal_moved'),
        subject('foreign-email-deal', String(deal)),
        { name: 'foreign-rules', path: '/rules', ready: heading('Rules') },
      ],
      cookie,
      folder,
    );
  } finally {
    await world.close();
  }
}

async function takeAll(
  browser: Browser,
  world: World,
  shots: readonly Shot[],
  cookie: string,
  folder: string,
): Promise<void> {
  const wanted = shots.filter(({ name }) => ONLY === undefined || name.includes(ONLY));
  if (wanted.length === 0) return;
  for (const variant of VARIANTS)
    await takeShots(browser, world, wanted, {
      ...variant,
      cookie,
      folder,
      isFullPage: true,
      alsoDark: true,
      onTaken: (file) => console.log(join(folder, file)),
    });
}

/** The page of the last event of this kind of a deal or a person. */
async function trace(
  world: World,
  name: string,
  about: number | string,
  kind: StagepostEvent['kind'],
  report?: string,
): Promise<Shot> {
  const { id } = await world.app.database.db
    .selectFrom('events')
    .select('id')
    .where(typeof about === 'number' ? 'deal_id' : 'person', '=', about)
    .where('kind', '=', kind)
    .$if(report !== undefined, (query) => query.where('name', '=', report!))
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  return { name, path: `/activity/${id}`, ready: (page) => page.locator('ol > li').nth(1).waitFor() };
}

const subject = (name: string, q: string): Shot => ({
  name,
  path: `/subject?q=${encodeURIComponent(q)}`,
  ready: heading('Stage changes and emails'),
});

const overview = (name: string, said = /need(s)? (attention|a look)/): Shot => ({
  name,
  path: '/system',
  ready: async (page) => {
    await page.getByText(said).first().waitFor({ timeout: 120_000 });
    await page
      .getByRole('img', { name: /Failures|From/ })
      .first()
      .waitFor();
  },
});

const problems = (name: string): Shot => ({
  name,
  path: '/failures',
  ready: (page) =>
    page
      .getByText(/is paused for|Something is wrong|What to do first/)
      .first()
      .waitFor({ timeout: 120_000 }),
});

const discardShot: Shot = {
  name: 'problems-dismiss',
  isWindow: true,
  path: '/failures',
  ready: (page) => page.getByText('What to do').first().waitFor(),
  prepare: async (page) => {
    await page.getByRole('button', { name: 'Dismiss …' }).first().click();
    await page.getByRole('dialog').getByLabel('Reason').fill('Test clients');
  },
};

const form = (page: Page) => page.getByRole('tab', { name: 'Form' }).waitFor();

const identify = (page: Page, by: string) =>
  page.getByLabel('People are identified by').selectOption({ label: by });

const prefixShots: Shot[] = [
  {
    name: 'prefix',
    isWindow: true,
    path: '/rules/edit',
    ready: form,
    prepare: async (page) => {
      await identify(page, 'the contact’s ID in Kommo');
      await page.getByLabel('Prefix of contact IDs').fill('kommo-');
      await page.getByText(/unpublished change/).waitFor();
      await toTop(page.getByRole('heading', { name: 'Attributes sent to Customer.io' }));
    },
  },
  {
    name: 'prefix-wrong',
    isWindow: true,
    path: '/rules/edit',
    ready: form,
    prepare: async (page) => {
      await page.getByLabel('Prefix of contact IDs').fill('cio_1 ');
      await page.getByText(/^Fix 1 error/).click();
      await page
        .getByRole('dialog')
        .getByText(/cannot come before/)
        .waitFor();
    },
  },
  {
    name: 'prefix-unused',
    isWindow: true,
    path: '/rules/edit',
    ready: form,
    prepare: async (page) => {
      await page.getByLabel('Prefix of contact IDs').fill('kommo-');
      await identify(page, 'email');
      await page.getByText('1 warning').click();
      await page
        .getByRole('dialog')
        .getByText(/changes nothing/)
        .waitFor();
    },
  },
];

const held = (page: Page) => page.getByRole('heading', { name: /held in “Onboarding”/ }).waitFor();

async function chooseTwo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Choose deals' }).click();
  for (const nth of [1, 2])
    await page
      .getByRole('checkbox', { name: /^Choose deal/ })
      .nth(nth)
      .check();
}

const heldShots: Shot[] = [
  { name: 'held', path: '/held', ready: held },
  { name: 'held-choose', isWindow: true, path: '/held', ready: held, prepare: chooseTwo },
  {
    name: 'held-send-some',
    isWindow: true,
    path: '/held',
    ready: held,
    prepare: async (page) => {
      await chooseTwo(page);
      await page.getByRole('button', { name: 'Send 2 …' }).click();
      await page
        .getByRole('dialog')
        .getByText(/Customer.io gets/)
        .waitFor();
    },
  },
  {
    name: 'held-send-all',
    isWindow: true,
    path: '/held',
    ready: held,
    prepare: openSendAll,
  },
  {
    name: 'held-send-none',
    isWindow: true,
    path: '/held',
    ready: held,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Send none …' }).click();
      await page.getByRole('dialog').getByLabel('Reason').fill('Import of old clients');
    },
  },
];

const rulesShots: Shot[] = [
  { name: 'rules', path: '/rules', ready: (page) => page.getByRole('row', { name: /deal_won/ }).waitFor() },
  { name: 'connections', path: '/connections', ready: heading('Connections') },
];

/** Only pictures with this in their name. */
const ONLY = process.argv[3];

await run(process.argv[2] ?? join(tmpdir(), 'stagepost-situations'));
