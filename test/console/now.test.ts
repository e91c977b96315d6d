import { expect, it } from 'vitest';
import { expectSound, rig } from './support/rig.ts';

const made = rig({ healthTimes: { judgeEveryMs: 200, firstProbeMs: 0 } });

it('says that all is well, what came and went today, and leads to the rows behind a number', async () => {
  const { world } = made;
  const deal = world.deal({ email: 'ann@acme.example' });
  world.move(deal.id, 'Closed - won');
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
  await world.settled();
  const { page, open, ...visit } = await made.visit();

  await open('/');
  await page.getByText('All is well.').waitFor();
  const sent = page.getByRole('link', { name: /events sent/ });
  await expect.poll(() => sent.textContent(), { timeout: 15_000 }).toMatch(/^1/);
  await page.getByRole('heading', { name: 'Over time' }).waitFor();
  await expectSound({ page, open, ...visit });

  await sent.click();
  await page.getByRole('link', { name: /Deal \d+ moved/ }).waitFor();
  expect(new URL(page.url()).searchParams.get('direction')).toBe('to_customerio');

  await open('/');
  await page.getByRole('link', { name: /^1 running inactivity timers/ }).click();
  const clock = page.getByRole('listitem').filter({ hasText: 'ann@acme.example' });
  await clock.getByText(/^in [45] days/).waitFor();
  await clock.getByText('email_opened').waitFor();
  await expectSound({ page, open, ...visit });
  await clock.getByRole('link', { name: `Deal ${deal.id}`, exact: true }).click();
  await page.getByText(/The inactivity timer of deal_won is running/).waitFor();
  expect(visit.problems()).toEqual([]);
});

it('says who must act when Kommo does not take the token any more', async () => {
  const { world } = made;
  const deal = world.deal({ email: 'ben@bolt.example' });
  await world.settled();
  const visit = await made.visit();
  await visit.open('/');
  world.kommo.faults.add({ kind: 'status', status: 401, match: { method: 'POST', path: /notes/ } });
  world.move(deal.id, 'Closed - won');
  await visit.page.getByText(/needs? attention/).waitFor({ timeout: 15_000 });
  await visit.page
    .getByText(/Kommo does not accept the token/)
    .first()
    .waitFor();
  await expectSound(visit);
});

it('can be read on a phone, in dark colours too', async () => {
  const visit = await made.visit({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  await visit.open('/');
  await visit.page.getByRole('heading', { name: 'Over time' }).waitFor();
  const width = await visit.page.evaluate('document.documentElement.scrollWidth');
  expect(width).toBeLessThanOrEqual(390);
  await expectSound(visit);
});

it('says that it is not up to date while Stagepost does not answer, and comes back by itself', async () => {
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/');
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  await page.route('**/api/now*', (route) => route.abort());
  await page.getByText(/Out of date/).waitFor({ timeout: 20_000 });
  expect(await visit.axe()).toEqual([]);
  await page.unroute('**/api/now*');
  await page.getByText(/Out of date/).waitFor({ state: 'detached', timeout: 20_000 });
});
