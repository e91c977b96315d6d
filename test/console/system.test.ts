import { expect, it } from 'vitest';
import { expectSound, rig } from './support/rig.ts';
import { invited } from './support/visit.ts';

const made = rig({
  healthTimes: { judgeEveryMs: 200, firstProbeMs: 0 },
  config: (yaml) => yaml.replace('    stages:\n', '    bulk_guard: { deals: 20, within: 1m }\n    stages:\n'),
});

it('says that all is well, what came and went today, and leads to the rows behind a number', async () => {
  const { world } = made;
  const deal = world.deal({ email: 'ann@acme.example' });
  world.move(deal.id, 'Closed - won');
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
  await world.settled();
  const { page, open, ...visit } = await made.visit();

  await open('/system');
  await page.getByText('All is well.').waitFor();
  const sent = page.getByRole('link', { name: /events sent/ });
  // Counts follow ten seconds later, and the page asks for them now and then.
  await expect.poll(() => sent.textContent(), { timeout: 45_000 }).toMatch(/^1/);
  await page.getByRole('heading', { name: 'Over time' }).waitFor();
  await expectSound({ page, open, ...visit });

  await sent.click();
  await page.getByRole('link', { name: /moved from/ }).waitFor();
  expect(new URL(page.url()).searchParams.get('direction')).toBe('to_customerio');

  await open('/system');
  await page.getByRole('link', { name: /^1 running inactivity timers/ }).click();
  const clock = page.getByRole('listitem').filter({ hasText: 'ann@acme.example' });
  await clock.getByText(/^in [45] days/).waitFor();
  await clock.getByText('email_opened').waitFor();
  await expectSound({ page, open, ...visit });
  await clock.getByRole('link', { name: /, Pro$/ }).click();
  await page.getByText(/The inactivity timer of deal_won is running/).waitFor();
  expect(visit.problems()).toEqual([]);
});

it('leads to the deals that are held, of which one chooses some over several pages, and sends none of the others', async () => {
  const { world } = made;
  const ids = Array.from({ length: 50 }, () => world.deal().id);
  for (const id of ids) world.move(id, 'Onboarding');
  await world.kommo.waitFor(() => world.kommo.hooksPending() === 0);
  await world.settled();
  const before = world.customerio.events('onboarding_started').length;
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/system');
  await page.getByRole('link', { name: 'See the held deals' }).click();
  const hold = page.getByRole('region', { name: /deals held in “Onboarding”/ });
  await hold.getByText('still growing').waitFor();
  const held = Number((await hold.getAttribute('aria-label'))!.split(' ')[0]);
  expect(held).toBeGreaterThanOrEqual(30);
  await page.getByRole('link', { name: `Held deals ${held}` }).waitFor();

  await hold.getByRole('button', { name: 'Choose deals' }).click();
  await hold
    .getByRole('checkbox', { name: /^Choose deal/ })
    .first()
    .check();
  await hold.getByRole('button', { name: 'Next' }).click();
  await hold.getByText('Page 2').waitFor();
  // The rows of the page before are shown, and cannot be chosen, until those of this one are there.
  await hold
    .getByRole('checkbox', { name: /^Choose deal/, checked: false })
    .first()
    .check();
  await hold.getByText(`2 of ${held} chosen`).waitFor();
  await expectSound(visit);
  await hold.getByRole('button', { name: /^Send 2/ }).click();
  await page
    .getByRole('dialog')
    .getByText(/“onboarding_started” for the clients of 2 deals/)
    .waitFor();
  await expectSound(visit);
  await page.getByRole('button', { name: 'Send 2', exact: true }).click();
  await hold.getByText('2 of 2 sent').waitFor();
  expect(world.customerio.events('onboarding_started').length).toBe(before + 2);

  const viewer = await made.visit({ cookie: await invited(world, made.cookie, 'Vic', 'viewer') });
  await viewer.open('/held');
  await viewer.page.getByText(/You need the editor role/).waitFor();
  expect(await viewer.page.getByRole('button', { name: /^Send/ }).count()).toBe(0);
  await viewer.page
    .getByRole('link', { name: /^Deal \d+$/ })
    .first()
    .click();
  await viewer.page.getByText(`Held with ${held - 3} others`).waitFor();
  expect(viewer.problems()).toEqual([]);

  await hold.getByRole('button', { name: 'Send none' }).click();
  await page.getByLabel('Reason').fill('Old clients');
  await page.getByRole('button', { name: `Send nothing for ${held - 2}` }).click();
  await page.getByText('No deals are held.').waitFor();
  await page.getByText(/^Ann sent nothing for \d+ deals: “Old clients”/).waitFor();
  await page.getByText(/^Ann sent 2 deals/).waitFor();
  expect(world.customerio.events('onboarding_started').length).toBe(before + 2);
  await expectSound(visit);
});

it('says who must act when Kommo does not take the token any more', async () => {
  const { world } = made;
  const deal = world.deal({ email: 'ben@bolt.example' });
  await world.settled();
  const visit = await made.visit();
  await visit.open('/system');
  world.kommo.faults.add({ kind: 'status', status: 401, match: { method: 'POST', path: /notes/ } });
  world.move(deal.id, 'Closed - won');
  await visit.page.getByText(/needs? attention/).waitFor();
  await visit.page
    .getByText(/Kommo does not accept the token/)
    .first()
    .waitFor();
  await expectSound(visit);
});

it('can be read on a phone, in dark colours too', async () => {
  const visit = await made.visit({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  await visit.open('/system');
  await visit.page.getByRole('heading', { name: 'Over time' }).waitFor();
  const width = await visit.page.evaluate('document.documentElement.scrollWidth');
  expect(width).toBeLessThanOrEqual(390);
  await expectSound(visit);
});

it('says that it is not up to date while Stagepost does not answer, and comes back by itself', async () => {
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/system');
  await page.getByRole('heading', { name: 'Today' }).waitFor();
  await page.route('**/api/now*', (route) => route.abort());
  await page.getByText(/Out of date/).waitFor({ timeout: 20_000 });
  expect(await visit.axe()).toEqual([]);
  await page.unroute('**/api/now*');
  await page.getByText(/Out of date/).waitFor({ state: 'detached', timeout: 20_000 });
});
