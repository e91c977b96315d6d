import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { expectSound, rig } from './support/rig.ts';

/** The pages' pictures go here, if it is set. */
const PICTURES = process.env.STAGEPOST_BACKFILL_PICTURES;
const PHONE = { width: 390, height: 844 };

const made = rig({ appKey: true });

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

/** Deals from before Stagepost: no webhook says anything of them. */
function existingDeals(count: number): void {
  const { kommo } = made.world;
  for (const { destination } of kommo.hooks()) kommo.removeHook(destination);
  for (let n = 0; n < count; n++) {
    const hasEmail = n % 5 !== 0;
    const contact = kommo.createContact({
      name: `Client ${n}`,
      ...(hasEmail ? { email: `client${n}@example.com` } : {}),
    });
    kommo.createDeal({
      name: `Deal ${n}`,
      contactIds: n % 7 === 0 ? [] : [contact.id],
      pipelineId: kommo.pipelineId('Sales'),
      stageId: kommo.stageId('Sales', n % 2 ? 'Onboarding' : 'Closed - won'),
    });
  }
}

it('plans a backfill, says who is left out, runs it and leads to the held events', async () => {
  existingDeals(60);
  const visit = await made.visit();
  const { page, open } = visit;
  await open('/backfill');
  await page.getByRole('button', { name: 'Show the plan' }).waitFor();
  await expectSound(visit);
  await picture(page, 'form');
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await page.getByText('All deals were read').waitFor();
  await page.getByText('Left out: no email address').waitFor();
  await expectSound(visit);
  await page.getByRole('checkbox', { name: /onboarding_started/ }).check();
  await page.getByText('The events of 1 stage are prepared and held.').waitFor();
  await picture(page, 'plan');
  await page.setViewportSize(PHONE);
  await picture(page, 'plan-phone');
  await page.getByRole('button', { name: /to Customer.io$/ }).click();
  await page.getByText('Done ·').waitFor();
  await page.getByText('The events of Sales / Onboarding wait for your decision.').waitFor();
  await expectSound(visit);
  await picture(page, 'done-phone');
  await page.setViewportSize({ width: 1280, height: 800 });
  await picture(page, 'done');
  await page.getByRole('link', { name: 'See the held deals' }).click();
  await page.getByText('A backfill has found these deals in the stage.', { exact: false }).waitFor();
  await picture(page, 'held');
  await made.world.settled();
  expect(made.world.customerio.events()).toEqual([]);
});

it('pauses and resumes', async () => {
  const visit = await made.visit();
  const { page, open } = visit;
  existingDeals(1_200);
  await open('/backfill');
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await page.getByRole('button', { name: /to Customer.io$/ }).waitFor();
  made.world.kommo.setLatency(400);
  await page.getByRole('button', { name: /to Customer.io$/ }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused ·').waitFor();
  await expectSound(visit);
  await picture(page, 'paused');
  made.world.kommo.setLatency(0);
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('Paused ·').waitFor({ state: 'detached' });
  expect(visit.problems()).toEqual([]);
});
