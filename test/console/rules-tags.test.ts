import { beforeAll, expect, it } from 'vitest';
import { expectSound, rig } from './support/rig.ts';
import { rulesInConsole } from './support/rules.ts';

const kept = rulesInConsole();
const made = rig({ config: kept.config, customerio: { fullResolution: true } });
const PHONE = { width: 390, height: 844 };

beforeAll(() => kept.publish(made.world, made.cookie));

it('tags of a stage and of a reaction are edited in the form, and the trace shows what they changed', async () => {
  const { world } = made;
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/rules/edit');
  await page.getByRole('button', { name: 'Demo scheduled demo_scheduled' }).click();
  const add = page.getByRole('combobox', { name: 'Tags to add' });
  const remove = page.getByRole('combobox', { name: 'Tags to remove' });
  await add.fill('demo');
  await add.press('Enter');
  await remove.fill('new');
  await remove.press('Enter');
  await page.getByText('2 unpublished changes.').waitFor();
  await page.getByRole('button', { name: 'Demo scheduled demo_scheduled' }).click();

  await page.getByRole('button', { name: /^email_clicked/ }).click();
  await add.fill('engaged');
  await add.press('Enter');
  await remove.fill('Engaged');
  await remove.press('Enter');
  await page.getByText('The tag "Engaged" is both added and removed.').waitFor();
  await expectSound(visit);
  await remove.press('Backspace');
  await remove.fill('cold');
  await remove.press('Enter');
  await page.getByText('4 unpublished changes.').waitFor();

  await page.getByRole('button', { name: 'Publish …' }).click();
  const window = page.getByRole('dialog');
  await window.getByText('email_clicked: it now removes the tag "cold".').waitFor();
  await window.getByRole('button', { name: 'Publish', exact: true }).click();
  await window.getByRole('button', { name: 'See the rules' }).click();
  await page.getByText('Remove tags: cold').waitFor();
  await expectSound(visit);

  const deal = world.deal({ email: 'ann@acme.example' });
  world.kommo.updateDeal(deal.id, { tags: ['cold', 'VIP'] });
  world.move(deal.id, 'Closed - won');
  const message = await world.customerio.waitFor(() => world.customerio.mailbox('ann@acme.example')[0]);
  world.customerio.click(message.deliveryId);
  await world.kommo.waitFor(() => world.kommo.deal(deal.id)?.tags.includes('engaged'));
  expect(world.kommo.deal(deal.id)?.tags).toEqual(['VIP', 'engaged']);
  await world.settled();
  await visit.open(`/activity?deal=${deal.id}&outcome=done`);
  await page.getByRole('link', { name: /clicked/ }).click();
  await page.getByText(`Kommo: tags of deal ${deal.id}: + engaged, − cold`).waitFor();
  await expectSound(visit);
});

it('on a phone the tags of a rule are edited one below the other', async () => {
  const visit = await made.visit({ viewport: PHONE, colorScheme: 'dark' });
  const { page } = visit;
  await visit.open('/rules/edit');
  await page.getByRole('button', { name: /^email_clicked/ }).click();
  await page.getByRole('combobox', { name: 'Tags to remove' }).waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
  await expectSound(visit);
});
