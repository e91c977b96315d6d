import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { expectSound, rig } from './support/rig.ts';

const made = rig();

it('shows what happens within moments, and leads to how it went', async () => {
  const { world } = made;
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/activity');
  await page.getByText('Nothing has happened yet.').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await expectSound(visit);

  const deal = world.deal({ email: 'ann@acme.example' });
  world.move(deal.id, 'Closed - won');
  const row = page.getByRole('link', { name: /moved .*"Closed - won".*done/ });
  await row.waitFor();
  await expectSound(visit);

  await row.click();
  await page.getByRole('heading', { name: /moved/, level: 1 }).waitFor();
  await page
    .getByText(/Kommo sent webhook \d+/)
    .first()
    .waitFor();
  await page.getByText(/Rule: /).waitFor();
  await page
    .getByText(/event deal_won/)
    .first()
    .waitFor();
  await page
    .getByText(/· 20\d, [\d,]+ ms/)
    .first()
    .waitFor();
  await page.getByText('Request data').first().click();
  await page.getByText('account_manager').waitFor();
  await expectSound(visit);
});

it('keeps its filters in the address', async () => {
  const { world } = made;
  const deal = world.deal({ email: 'ben@bolt.example' });
  world.move(deal.id, 'Demo scheduled');
  await world.settled();
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/activity');
  await page.getByLabel('Deal number or email').fill('ben@bolt.example');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByRole('combobox', { name: 'Outcome' }).click();
  await page.getByRole('option', { name: 'done' }).click();
  await expect.poll(() => new URL(page.url()).search).toBe('?email=ben%40bolt.example&outcome=done');
  await page.reload();
  await page.getByRole('link', { name: /"Demo scheduled"/ }).waitFor();
  expect(await page.getByRole('link', { name: /"Closed - won"/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('link', { name: /"Closed - won"/ }).waitFor();
  expect(await page.getByRole('link', { name: /nothing to do/ }).count()).toBe(0);
  await page.getByRole('switch', { name: /rows with nothing to do/ }).check();
  await page
    .getByRole('link', { name: /nothing to do/ })
    .first()
    .waitFor();
  expect(new URL(page.url()).search).toBe('?show=all');
  await expectSound(visit);
});

it('shows an email as one row that says how far it came, and offers the stages, reasons and campaigns that exist', async () => {
  const { world } = made;
  const deal = world.deal({ email: 'dora@dune.example', name: 'Dora Dune' });
  world.move(deal.id, 'Closed - won');
  const { deliveryId } = await world.customerio.waitFor(
    () => world.customerio.mailbox('dora@dune.example')[0],
  );
  await world.customerio.open(deliveryId);
  await world.settled();
  const nobody = world.deal({ email: null });
  world.move(nobody.id, 'Closed - won');
  await world.settled();
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/activity?email=dora%40dune.example');
  const email = page.getByRole('link', { name: /Dora Dune · "[^"]+" · .*opened/ });
  await email.waitFor();
  expect(await email.count()).toBe(1);
  await email.click();
  await page
    .getByRole('navigation', { name: /Other reports/ })
    .getByRole('link', { name: /delivered/ })
    .click();
  await page.getByRole('heading', { name: /was delivered to Dora Dune/, level: 1 }).waitFor();
  await visit.open('/activity?email=dora%40dune.example');
  const line = page.getByRole('link', { name: /Dora Dune · .* moved/ });
  expect(
    await line.evaluate((row) => (row as unknown as { offsetHeight: number }).offsetHeight),
  ).toBeLessThan(45);

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByRole('combobox', { name: 'No email because' }).click();
  await page.getByRole('option', { name: 'Contact has no email' }).click();
  await page.getByRole('link', { name: /client has no email|waiting/i }).waitFor();
  await page.getByRole('combobox', { name: 'Stage' }).click();
  await page.getByRole('option', { name: 'Closed - won' }).click();
  await expect
    .poll(() => Object.fromEntries(new URL(page.url()).searchParams))
    .toEqual({ reason: 'no_address', stage: expect.stringMatching(/^"?\d+-\d+/) });
  await page.reload();
  await page.getByRole('link', { name: /moved/ }).waitFor();
  expect(await page.getByRole('link', { name: /moved/ }).count()).toBe(1);
  await expectSound(visit);
});

it('stands still while it is paused, and counts what came', async () => {
  const { world } = made;
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/activity');
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  const deal = world.deal({ email: 'cleo@core.example' });
  world.move(deal.id, 'Onboarding');
  await page.getByRole('button', { name: /Show \d+ new row/ }).waitFor();
  expect(await page.getByRole('link', { name: /"Onboarding"/ }).count()).toBe(0);
  await expectSound(visit);
  await page.getByRole('button', { name: /Show \d+ new row/ }).click();
  await page.getByRole('link', { name: /"Onboarding"/ }).waitFor();
  expect(visit.problems()).toEqual([]);
});

it('no page of a trace shows a secret, and what is copied as curl has variables in its place', async () => {
  const { world } = made;
  const { rows } = await ask<{ rows: { id: number }[] }>(
    world.app.url,
    '/api/activity?kind=deal_moved&outcome=done',
  );
  const visit = await made.visit();
  await visit.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await visit.open(`/activity/${rows[0]!.id}`);
  await visit.page.getByRole('button', { name: 'Copy as curl' }).first().click();
  await visit.page.getByText('Copied').waitFor();
  const curl = await visit.page.evaluate<string>('navigator.clipboard.readText()');
  expect(curl).toMatch(/^curl .*\$[A-Z_]+/s);
  const { siteId, apiKey, signingKey } = world.customerio.credentials;
  const all = `${curl} ${await visit.page.content()}`;
  for (const secret of [siteId, apiKey, signingKey, world.kommo.token]) expect(all).not.toContain(secret);

  async function ask<T>(url: string, path: string): Promise<T> {
    const response = await fetch(url + path, { headers: { cookie: made.cookie } });
    return (await response.json()) as T;
  }
});

it('is where it was when one comes back from an event', async () => {
  const { world } = made;
  const stages = ['Demo scheduled', 'Demo completed', 'Onboarding'];
  const deals = Array.from({ length: 12 }, () => world.deal().id);
  for (const id of deals) for (const stage of stages) world.move(id, stage);
  await world.kommo.waitFor(() => deals.every((id) => world.noteTexts(id).length === stages.length));
  await world.settled();
  const visit = await made.visit();
  const { page } = visit;
  /** How far the page is scrolled, in px, and the row in the middle. */
  const look = () =>
    page.evaluate<[number, string]>(
      `[window.scrollY, document.elementFromPoint(600, 500)?.closest('a')?.getAttribute('href')]`,
    );
  await visit.open('/activity?kind=deal_moved');
  await page
    .getByRole('link', { name: /moved from|was created/ })
    .nth(20)
    .waitFor();
  await page.evaluate('window.scrollTo(0, 900)');
  // Whoever listens to scrolling hears of it with the next frame.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  const [place, row] = await look();
  expect(place).toBe(900);
  await page.mouse.click(600, 500);
  await page.getByRole('heading', { name: /moved from|was created/, level: 1 }).waitFor();
  world.move(world.deal().id, 'Closed - won');
  await world.settled();

  await page.getByRole('main').getByRole('link', { name: 'Activity', exact: true }).click();
  await page.getByRole('button', { name: /Show \d+ new row/ }).waitFor();
  expect(new URL(page.url()).search).toBe('?kind=deal_moved');
  // The button for what came has taken some room above.
  await eventually(async () => {
    const [now, middle] = await look();
    expect(Math.abs(now - place)).toBeLessThan(60);
    expect(middle).toBe(row);
  });
  expect(visit.problems()).toEqual([]);
});

it('an event that does not exist is a page that says so', async () => {
  const visit = await made.visit();
  await visit.open('/activity/999999');
  await visit.page.getByText('Page not found').waitFor();
  expect(await visit.axe()).toEqual([]);
});
