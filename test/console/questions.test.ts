import { beforeAll, expect, it } from 'vitest';
import { countAll } from '../support/count-all.ts';
import { eventually } from '../support/eventually.ts';
import { expectSound, rig } from './support/rig.ts';
import { publishRules, rulesInConsole } from './support/rules.ts';

const kept = rulesInConsole();
const made = rig({
  config: (yaml) => kept.config(yaml),
  customerio: { switches: { triggerEventIds: 'event_id' } },
  healthTimes: { judgeEveryMs: 200, firstProbeMs: 0 },
});

/** A week of a sales team: Ann and Ben are won, Cleo is won without an address; then the rules change, and Dora is won. */
beforeAll(async () => {
  const { world, cookie } = made;
  await kept.publish(world, cookie);
  const win = async (name: string, email: string | null) => {
    world.move(world.deal({ name, email }).id, 'Closed - won');
    await world.settled();
  };
  const mailOf = (email: string) => world.customerio.waitFor(() => world.customerio.mailbox(email)[0]);
  await win('Ann Lee', 'ann@acme.example');
  await win('Ben Cruz', 'ben@acme.example');
  await win('Cleo Park', null);
  const { deliveryId } = await mailOf('ann@acme.example');
  world.customerio.open(deliveryId);
  world.customerio.click(deliveryId);
  const text = kept.text().replace('event: demo_completed', 'event: demo_done');
  await publishRules(world, cookie, { draft: { text }, basedOn: 1, note: 'A new campaign after the demo' });
  // Stage changes have whole seconds: hers is in a later one than the publication.
  const published = Math.floor(Date.now() / 1000);
  await eventually(() => expect(Math.floor(Date.now() / 1000)).toBeGreaterThan(published + 1));
  await win('Dora Novak', 'dora@acme.example');
  await mailOf('dora@acme.example');
  await world.settled();
  await eventually(async () => {
    await countAll(world.app.database);
    const entries = await world.app.database.db
      .selectFrom('stage_entries')
      .select(['missed', 'clicked_at'])
      .execute();
    expect(entries.filter(({ clicked_at }) => clicked_at !== null)).toHaveLength(1);
    expect(entries.filter(({ missed }) => missed === 'no_address')).not.toEqual([]);
  });
});

/** A visit to the first page that counts what its visitor clicks. */
async function morning() {
  const visit = await made.visit();
  await visit.open('/');
  await visit.page.getByText('All is well.').waitFor();
  let clicks = 0;
  const click = async (role: 'link' | 'button', name: string | RegExp) => {
    clicks += 1;
    await visit.page.getByRole(role, { name }).first().click();
  };
  return { visit, page: visit.page, click, clicks: () => clicks };
}

it('is all well? The first page says so', async () => {
  const { visit, clicks } = await morning();
  await expectSound(visit);
  expect(clicks()).toBe(0);
});

it('did Ann get the email for new clients? Her name says it, without a click', async () => {
  const { visit, page, clicks } = await morning();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('ann l');
  await page.getByRole('option', { name: /Ann Lee/ }).waitFor();
  await page.keyboard.press('Enter');
  await page
    .getByRole('heading', { name: /Ann Lee/ })
    .first()
    .waitFor();
  await page
    .getByText(/Ann Lee.*clicked/)
    .first()
    .waitFor();
  await expectSound(visit);
  expect(clicks()).toBe(0);
});

it('who of this week’s won deals got no email, and why? One click', async () => {
  const { visit, page, click, clicks } = await morning();
  await click('link', '4 entered, Closed - won');
  const cleo = page.getByRole('row', { name: /Cleo Park/ });
  await cleo.getByText('Contact has no email', { exact: true }).waitFor();
  await expectSound(visit);
  expect(clicks()).toBe(1);
});

it('whom to call today? One click', async () => {
  const { visit, page, click, clicks } = await morning();
  await click('link', 'To call');
  await page.getByRole('listitem').filter({ hasText: 'Ann Lee' }).getByText('Clicked in an email').waitFor();
  await expectSound(visit);
  expect(clicks()).toBe(1);
});

it('did the new rule change anything? Two clicks', async () => {
  const { visit, page, click, clicks } = await morning();
  await click('link', 'Rules');
  await click('link', 'Versions');
  const effect = page.getByRole('region', { name: 'Did it change anything?' });
  await effect.getByText(/1 of 1 stage change led to an email.*In the .* before/).waitFor();
  const won = effect.getByRole('row', { name: /Closed - won/ });
  await won.getByText('1 (100%)').first().waitFor();
  await expectSound(visit);
  expect(clicks()).toBe(2);
});
