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
  await page.getByText('All stages').click();
  await page.getByRole('row', { name: /First contact no rule/ }).waitFor();
  await expectSound(visit);
});
