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
  await page.getByRole('combobox', { name: /^Name, company/ }).fill('ann@acme');
  await page.getByRole('option', { name: /Ann Lee/ }).click();
  await visit.open('/subject?q=ann@acme.example');
  await page.getByRole('heading', { name: 'Ann Lee', level: 1 }).waitFor();
  await page.getByText('Can be emailed: yes').waitFor();
  await page.getByText('Attributes last sent to Customer.io').click();
  await page.getByRole('rowheader', { name: 'account_manager' }).waitFor();
  await page.getByText('Closed - won (Sales)').waitFor();
  await page.getByText('Since deal_won, until email opened').waitFor();
  await page.getByRole('link', { name: /moved .*"Closed - won"/ }).waitFor();
  const emails = page.getByRole('list', { name: 'Emails' });
  await expect
    .poll(() => emails.textContent())
    .toMatch(/^Email “.+” \(Campaign \d+\) to ann@acme\.example: sent .+, delivered.*probably$/);
  await expectSound(visit);

  world.move(deal.id, 'New lead');
  const answer = page.getByRole('region', { name: 'In short' });
  await expect.poll(() => answer.textContent()).toMatch(/New lead/);
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
  await page.getByText('ben@bolt.example', { exact: true }).first().waitFor();
  await expectSound(visit);
});

it('says so where nothing is known', async () => {
  const visit = await made.visit();
  await visit.open('/subject?q=nobody@nowhere.example');
  await visit.page.getByRole('region', { name: 'In short' }).waitFor();
  await expectSound(visit);
});

it('finds a client by name from every page, with the keyboard alone', async () => {
  const { world } = made;
  const deal = world.deal({ name: 'Zoe Quinn', email: 'zoe@quay.example' });
  world.move(deal.id, 'Demo scheduled');
  await world.settled();
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/activity');
  await page.keyboard.press('Control+k');
  const search = page.getByRole('combobox', { name: /^Name, company/ });
  await search.fill('quinn z');
  const option = page.getByRole('option', { name: /Zoe Quinn/ });
  await expect
    .poll(() => option.textContent())
    .toMatch(new RegExp(`deal ${deal.id}.*can be emailed.*Acme Ltd`));
  await expectSound(visit);
  await search.press('Enter');
  await page.waitForURL(new RegExp(`/subject\\?q=.*${deal.id}`));
  await page.keyboard.press('/');
  await search.fill('nobody of this name');
  await page.getByText('No client or deal matches “nobody of this name”.').waitFor();
  await expectSound(visit);
});
