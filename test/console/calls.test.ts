import { beforeAll, expect, it } from 'vitest';
import { countAll } from '../support/count-all.ts';
import { eventually } from '../support/eventually.ts';
import { expectSound, rig } from './support/rig.ts';

const made = rig({ customerio: { switches: { triggerEventIds: 'event_id' } } });

const clicks = async () =>
  made.world.app.database.db
    .selectFrom('stage_entries')
    .select('clicked_at')
    .where('clicked_at', 'is not', null)
    .execute();

beforeAll(async () => {
  const { world } = made;
  const mails = new Map<string, string>();
  for (const name of ['Ann Lee', 'Ben Cruz']) {
    const email = `${name.slice(0, 3).toLowerCase()}@acme.example`;
    world.move(world.deal({ name, email }).id, 'Demo scheduled');
    const { deliveryId } = await world.customerio.waitFor(() => world.customerio.mailbox(email)[0]);
    mails.set(name, deliveryId);
  }
  await world.settled();
  world.customerio.click(mails.get('Ann Lee')!);
  world.customerio.unsubscribe(mails.get('Ben Cruz')!);
  await world.settled();
  await eventually(async () => {
    await countAll(world.app.database);
    expect(await clicks()).toHaveLength(1);
  });
});

it.each([
  ['a desk', { width: 1280, height: 800 }],
  ['a phone', { width: 390, height: 844 }],
])('says whom to call and why, on %s', async (_, viewport) => {
  const visit = await made.visit({ viewport });
  const { page, open } = visit;
  await open('/calls');
  await page.getByRole('heading', { name: 'Whom to call' }).waitFor();
  const rows = page.getByRole('list').getByRole('listitem').filter({ hasText: 'In Kommo' });
  await expect.poll(() => rows.count()).toBe(2);
  expect(await rows.nth(0).textContent()).toMatch(/Ben Cruz.*unsubscribed.*Due in/is);
  expect(await rows.nth(1).textContent()).toMatch(/Ann Lee.*Clicked in an email/s);
  await expectSound(visit);
  await rows.nth(1).getByRole('link', { name: 'Ann Lee', exact: true }).click();
  await page
    .getByRole('heading', { name: /Ann Lee/ })
    .first()
    .waitFor();
  expect(visit.problems()).toEqual([]);
});
