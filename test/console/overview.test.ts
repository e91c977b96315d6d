import { beforeAll, expect, it } from 'vitest';
import { countAll } from '../support/count-all.ts';
import { eventually } from '../support/eventually.ts';
import { expectSound, rig } from './support/rig.ts';

const made = rig({
  healthTimes: { judgeEveryMs: 200, firstProbeMs: 0 },
  customerio: { switches: { triggerEventIds: 'event_id' } },
});

/** Ann clicks; Cleo's contact has no email. */
beforeAll(async () => {
  const { world } = made;
  const ann = world.deal({ name: 'Ann Lee', email: 'ann@acme.example' });
  world.move(ann.id, 'Closed - won');
  const { deliveryId } = await world.customerio.waitFor(
    () => world.customerio.mailbox('ann@acme.example')[0],
  );
  world.customerio.click(deliveryId);
  world.move(world.deal({ name: 'Cleo Park', email: null }).id, 'Onboarding');
  await world.settled();
  await eventually(async () => {
    await countAll(world.app.database);
    const rows = await world.app.database.db
      .selectFrom('stage_entries')
      .select(['missed', 'clicked_at'])
      .execute();
    expect(rows.filter(({ clicked_at }) => clicked_at !== null)).toHaveLength(1);
    expect(rows.map(({ missed }) => missed)).toContain('no_address');
  });
});

it('shows what became of the deals of each stage, and leads to them', async () => {
  const visit = await made.visit();
  const { page, open } = visit;
  await open('/');
  await page.getByText('All is well.').waitFor();
  const sales = page.getByRole('region', { name: 'Sales', exact: true }).first();
  const won = sales.getByRole('row', { name: /Closed - won/ });
  await won.getByRole('link', { name: '1 clicked, Closed - won' }).waitFor();
  await page.getByText('What do these numbers count?').click();
  await expectSound(visit);

  await won.getByRole('link', { name: '1 clicked, Closed - won' }).click();
  await page.getByRole('heading', { name: 'Deals whose client clicked a link' }).waitFor();
  await page.getByRole('link', { name: 'Ann Lee', exact: true }).waitFor();
  await expectSound(visit);

  await page.getByRole('link', { name: '← Overview' }).click();
  await page.getByRole('link', { name: 'Contact has no email' }).click();
  await page.getByRole('heading', { name: 'Not emailed: Contact has no email' }).waitFor();
  expect(new URL(page.url()).searchParams.get('reason')).toBe('no_address');
  await page.getByText(/Contact Cleo Park has no email/).waitFor();
  await page.getByRole('link', { name: 'See what happened' }).click();
  await page
    .getByRole('heading', { name: /moved|created/ })
    .first()
    .waitFor();
  expect(visit.problems()).toEqual([]);
});

it('leads from the number of lost clients to them, and on to their pages', async () => {
  const { db } = made.world.app.database;
  await db
    .insertInto('consent_ledger')
    .values({
      ...{
        connection: 'acme',
        key: 'lost',
        kind: 'bounce',
        scope: 'global',
        source: 'report',
        name: 'email_bounced',
      },
      ...{ email: 'dora@acme.example', at: Math.floor(Date.now() / 1000) - 60, recorded_at: Date.now() },
    })
    .execute();
  const visit = await made.visit();
  const { page, open } = visit;
  await open('/?period=today');
  await page.getByRole('link', { name: 'Addresses that bounced: 1' }).click();
  await page.getByRole('heading', { name: 'Clients whose address bounced' }).waitFor();
  await page.getByRole('link', { name: 'dora@acme.example' }).waitFor();
  await expectSound(visit);
  await page.getByText('Unsubscribed', { exact: true }).click();
  await page.getByText('No client was lost in this period.').waitFor();
  expect(new URL(page.url()).searchParams.get('kind')).toBe('unsubscribed');
  await page.getByRole('link', { name: '← Overview' }).click();
  await page.getByRole('region', { name: 'Moved but not emailed' }).waitFor();
  expect(new URL(page.url()).searchParams.get('period')).toBe('today');
  expect(visit.problems()).toEqual([]);
});

it('keeps the period in the address, and leads on where no deal moved', async () => {
  const visit = await made.visit();
  const { page, open } = visit;
  await open('/?period=custom&from=2026-01-01&to=2026-01-31');
  await page.getByText('No deal entered a stage in this period.').waitFor();
  await expectSound(visit);
  await page.getByRole('link', { name: 'Show 30 days' }).click();
  await page.getByRole('region', { name: 'Moved but not emailed' }).waitFor();
  expect(new URL(page.url()).searchParams.get('period')).toBe('30d');
  expect(visit.problems()).toEqual([]);
});

it.each([
  ['light', '/'],
  ['dark', '/'],
  ['dark', '/deals'],
] as const)('can be read on a phone, in %s colours: %s', async (colorScheme, path) => {
  const visit = await made.visit({ viewport: { width: 390, height: 844 }, colorScheme });
  const { page, open } = visit;
  await open(path);
  await page.getByText('Onboarding').first().waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  await expectSound(visit);
});

it('says in one line what is wrong, and leads there', async () => {
  const { world } = made;
  const visit = await made.visit();
  const { page, open } = visit;
  await open('/');
  world.kommo.faults.add({ kind: 'status', status: 401, match: { method: 'POST', path: /notes/ } });
  world.move(world.deal({ email: 'ben@bolt.example' }).id, 'Closed - won');
  await page.getByText(/needs? attention: .*Kommo/).waitFor();
  await expectSound(visit);
  await page.getByRole('link', { name: 'See System' }).click();
  await page.getByRole('heading', { name: 'Over time' }).waitFor();
});
