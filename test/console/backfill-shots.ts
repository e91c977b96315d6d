import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startWorld, type World } from '../support/world.ts';
import { DESK, PHONE, type Shot, takeShots } from './support/shots.ts';
import { firstAdmin } from './support/visit.ts';

/** So many that Customer.io, when it is slow, leaves some of them in Kommo. */
const DEALS = 2_700;
/** The page is somewhat longer than the usual window. */
const TALL_DESK = { ...DESK, height: 960 };

/** The page *Existing clients* from the filter to the end of a backfill. */
export async function takeBackfillShots(browser: Browser, folder: string): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'stagepost-screenshots-'));
  const world = await startWorld({
    appKey: true,
    requestsPerSecond: 7,
    store: { dataDir, databaseUrl: undefined },
  });
  try {
    makeDeals(world);
    const cookie = await firstAdmin(world);
    const take = async (shot: Shot, alsoDark = false) => {
      const options = { cookie, folder, alsoDark, isFullPage: true };
      const onTaken = (file: string) => console.log(`docs/screenshots/${file}`);
      await takeShots(browser, world, [shot], { ...options, viewport: TALL_DESK, suffix: '', onTaken });
      const { name, path, ready } = shot;
      await takeShots(browser, world, [{ name, path, ready }], {
        ...{ ...options, viewport: PHONE, suffix: '-phone', onTaken },
      });
    };
    await take({ name: 'backfill', path: '/backfill', ready: button('Show the plan') });
    await take(planShot, true);
    await take(runningShot(world), true);
    world.customerio.setLatency(0);
    await take({ name: 'backfill-done', path: '/backfill', ready: text('Done ·') });
  } finally {
    await world.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Deals from before Stagepost: no webhook says anything of them. */
function makeDeals({ kommo }: World): void {
  for (const { destination } of kommo.hooks()) kommo.removeHook(destination);
  for (let n = 0; n < DEALS; n++) {
    const hasEmail = n % 9 !== 0;
    const contact = kommo.createContact({
      ...{ name: `Client ${n}`, firstName: 'Client', lastName: String(n) },
      ...(hasEmail ? { email: `client${n}@example.com` } : {}),
    });
    kommo.createDeal({
      ...{ name: `Deal ${n}`, price: 100 + n, contactIds: n % 40 === 0 ? [] : [contact.id] },
      pipelineId: kommo.pipelineId('Sales'),
      stageId: kommo.stageId('Sales', ['Onboarding', 'Closed - won', 'Proposal sent'][n % 3]!),
    });
  }
}

const button = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).waitFor();
const text = (words: string) => (page: Page) => page.getByText(words).first().waitFor();
const START = /to Customer.io$/;

const planShot: Shot = {
  name: 'backfill-plan',
  path: '/backfill',
  ready: (page) =>
    page
      .getByRole('button', { name: /^Show the plan$|to Customer.io$/ })
      .first()
      .waitFor(),
  prepare: async (page) => {
    await page.getByRole('button', { name: 'Show the plan' }).click();
    await page.getByText('All deals were read').waitFor();
    await page.getByRole('checkbox', { name: /onboarding_started/ }).check();
  },
};

/** Customer.io is slow, so that it is still running in the last picture. */
const runningShot = ({ customerio }: World): Shot => ({
  name: 'backfill-running',
  path: '/backfill',
  ready: (page) =>
    page
      .getByText('Running ·')
      .or(page.getByRole('button', { name: START }))
      .first()
      .waitFor(),
  prepare: async (page) => {
    customerio.setLatency(10_000);
    await page.getByRole('checkbox', { name: /onboarding_started/ }).check();
    await page.getByRole('button', { name: START }).click();
    await page.getByText(/^[1-9][\d,]* of /).waitFor();
  },
});
