import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startWorld } from '../support/world.ts';
import { rulesInConsole } from './support/rules.ts';
import { DESK, PHONE, type Shot, takeShots, toTop } from './support/shots.ts';
import { firstAdmin } from './support/visit.ts';

/** The pages about campaigns in a workspace as they are: a draft, one that was stopped, a copy with another name. */
export async function takeCampaignShots(browser: Browser, folder: string): Promise<void> {
  const rules = rulesInConsole();
  const dataDir = mkdtempSync(join(tmpdir(), 'stagepost-screenshots-'));
  const world = await startWorld({
    appKey: true,
    config: rules.config,
    store: { dataDir, databaseUrl: undefined },
    customerio: {
      campaigns: [
        { event: 'demo_scheduled', subject: 'Your demo is booked', name: 'Demo reminder' },
        { event: 'demo_completed', subject: 'Thank you', name: 'After the demo' },
        { event: 'proposal_sent', subject: 'Your proposal', name: 'Proposal', state: 'draft' },
        { event: 'onboarding_started', subject: 'Welcome aboard', name: 'Onboarding series' },
        { event: 'onboarding_inactive', subject: 'Need a hand?', name: 'Wake-up call', state: 'stopped' },
      ],
      listedCampaigns: [
        { name: 'Thanks for buying', event: 'Deal_Won', state: 'running' },
        { name: 'Active users', segments: [4], state: 'running' },
        { name: 'Welcome to the app', event: 'signed_up', state: 'running' },
      ],
    },
  });
  try {
    const cookie = await firstAdmin(world);
    await rules.publish(world, cookie);
    const take = (suffix: string, viewport: typeof DESK) =>
      takeShots(browser, world, SHOTS, {
        ...{ viewport, cookie, suffix, folder },
        onTaken: (file) => console.log(`docs/screenshots/${file}`),
      });
    await take('', DESK);
    await take('-phone', PHONE);
  } finally {
    await world.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

const ready = (page: Page) =>
  page
    .getByText(/starts? no running campaign/)
    .first()
    .waitFor();

const SHOTS: Shot[] = [
  { name: 'rules-campaigns', path: '/rules', ready },
  {
    name: 'rules-campaigns-missing',
    path: '/rules',
    ready,
    prepare: (page) => toTop(page.getByRole('heading', { name: 'Campaigns in Customer.io' })),
  },
  {
    name: 'rules-publish',
    path: '/rules/edit',
    ready: (page) => page.getByRole('tab', { name: 'Form' }).waitFor(),
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Closed - won deal_won' }).click();
      await page.getByRole('button', { name: 'Remove plan' }).first().click();
      await page.getByText(/^1 unpublished change/).waitFor();
      await page.getByText('No campaign').first().waitFor();
      await page.getByRole('button', { name: 'Publish …' }).click();
      await page
        .getByRole('dialog')
        .getByText(/start no running campaign/)
        .waitFor();
    },
  },
];
