import { expect, it } from 'vitest';
import { expectSound, rig } from './support/rig.ts';

const made = rig();

it('tells all that is known of a person, and in one sentence why nothing happened', async () => {
  const { world } = made;
  const deal = world.deal({ email: 'ann@acme.example' });
  world.move(deal.id, 'Closed - won');
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/subject');
  await expectSound(visit);
  await page.getByLabel(/Deal number, deal link/).fill('ann@acme.example');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('heading', { name: 'ann@acme.example', level: 1 }).waitFor();
  await page.getByRole('rowheader', { name: 'account_manager' }).waitFor();
  await page.getByText('Since deal_won, until email opened').waitFor();
  await page.getByRole('link', { name: /moved .*"Closed - won"/ }).waitFor();
  await expectSound(visit);

  world.move(deal.id, 'New lead');
  const answer = page.getByRole('region', { name: 'In short' });
  await expect.poll(() => answer.textContent(), { timeout: 15_000 }).toMatch(/New lead/);
  expect(visit.problems()).toEqual([]);
});

it('knows a deal by its number, and leads on to its person', async () => {
  const { world } = made;
  const deal = world.deal({ email: 'ben@bolt.example' });
  world.move(deal.id, 'Demo scheduled');
  await world.settled();
  const visit = await made.visit({ viewport: { width: 390, height: 844 } });
  const { page } = visit;
  await visit.open(`/subject?q=${deal.id}`);
  await page.getByRole('link', { name: 'ben@bolt.example', exact: true }).click();
  await page.getByRole('heading', { name: 'ben@bolt.example', level: 1 }).waitFor();
  await expectSound(visit);
});

it('says so where nothing is known', async () => {
  const visit = await made.visit();
  await visit.open('/subject?q=nobody@nowhere.example');
  await visit.page.getByRole('region', { name: 'In short' }).waitFor();
  await expectSound(visit);
});
