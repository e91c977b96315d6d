import { it } from 'vitest';
import { expectSound, rig } from './support/rig.ts';

const made = rig();

it('shows which stage starts which campaign, and what comes back', async () => {
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/rules');
  await page.getByRole('row', { name: /Closed - won deal_won/ }).waitFor();
  await page.getByRole('row', { name: /email_unsubscribed .*email_status = unsubscribed/ }).waitFor();
  await page.getByText(/After deal_won, if 5 days go by without email_opened/).waitFor();
  await expectSound(visit);
  await page.getByRole('switch', { name: 'All stages' }).check();
  await page.getByRole('row', { name: /New lead no rule/ }).waitFor();
  await expectSound(visit);
});
