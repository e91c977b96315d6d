import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { expectSound, rig } from './support/rig.ts';

const made = rig({
  appKey: true,
  customerio: { listedCampaigns: [{ name: 'Copy of demo', event: 'Demo_Scheduled', state: 'running' }] },
});

it('shows which stage starts which campaign, what comes back, and why it cannot be edited here', async () => {
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/rules');
  await page.getByRole('row', { name: /Closed - won deal_won/ }).waitFor();
  await page.getByText(/The rules are in .*stagepost.yaml/).waitFor();
  expect(await page.getByRole('link', { name: 'Edit rules' }).count()).toBe(0);
  await page.getByRole('row', { name: /email_unsubscribed .*email_status = unsubscribed/ }).waitFor();
  await page.getByText(/5 days after deal_won without email_opened/).waitFor();
  await expectSound(visit);
  await page.getByRole('switch', { name: 'All stages' }).check();
  await page.getByRole('row', { name: /New lead no rule/ }).waitFor();
  await expectSound(visit);
  await visit.open('/rules/edit');
  await page.getByText(/The rules are in .*stagepost.yaml/).waitFor();
  await expectSound(visit);
});

it('shows the campaign that each event starts, and after another look the one that was stopped', async () => {
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/rules');
  await page.getByRole('row', { name: /Closed - won deal_won Deal won running/ }).waitFor();
  await page.getByText('A running campaign starts from each event.').waitFor();
  await page.getByText('The campaign "Copy of demo" waits for "Demo_Scheduled"').waitFor();
  await expectSound(visit);
  made.world.customerio.setCampaignState('deal_won', 'stopped');
  const stopped = page.getByRole('row', { name: /deal_won No running campaign Deal won stopped/ });
  await eventually(async () => {
    await page.getByRole('button', { name: 'Check again' }).click();
    await stopped.waitFor({ timeout: 1_000 });
  });
  await page.getByText('One event starts no running campaign.').waitFor();
  await expectSound(visit);
});

it('says what is wrong where nothing can be shown, and tries again when it is asked to', async () => {
  const visit = await made.visit();
  const { page } = visit;
  const broken = { status: 400, json: { error: 'A test says no.' } };
  await page.route('**/api/rules*', (route) => route.fulfill(broken));
  await page.goto(`${made.world.app.url}/rules`);
  await page.getByText('A test says no.').waitFor();
  expect(await visit.axe()).toEqual([]);
  await page.unroute('**/api/rules*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('row', { name: /deal_won/ }).waitFor();
});
