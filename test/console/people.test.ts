import { expect, it } from 'vitest';
import { expectSound, rig } from './support/rig.ts';
import { visit } from './support/visit.ts';

const made = rig();

it('an admin invites somebody, who chooses a password and may only look', async () => {
  const { world, browser } = made;
  const admin = await made.visit();
  const { page } = admin;
  await admin.open('/people');
  await page.getByRole('row', { name: /Ann/ }).first().waitFor();
  const form = page.getByRole('form', { name: 'Add a user' });
  await form.getByRole('textbox').fill('Vera');
  await form.getByRole('button', { name: 'Add' }).click();
  const link = await page.getByText(/\/setup#/).textContent();
  await page.getByText('added a user: Vera as viewer').waitFor();
  await page.getByText(/sign-in link ends in \d days/).waitFor();
  await expectSound(admin);

  const vera = await visit(browser, world);
  await vera.open(link!.replace(world.app.url, ''));
  await vera.page.getByLabel('Password', { exact: true }).fill('quiet river stone');
  await vera.page.getByLabel('Repeat the password').fill('quiet river stone');
  await vera.page.getByRole('button', { name: 'Start' }).click();
  await vera.page.getByRole('link', { name: 'Overview' }).waitFor();
  expect(await vera.page.getByRole('link', { name: 'Users', exact: true }).count()).toBe(0);
  await vera.open('/people');
  await vera.page.getByText('Only admins can manage users and tokens.').waitFor();
  await expectSound(vera);
});

it('a token is shown once, works, and ends when it is removed', async () => {
  const { world } = made;
  const admin = await made.visit({ viewport: { width: 390, height: 844 } });
  const { page } = admin;
  await admin.open('/people');
  const form = page.getByRole('form', { name: 'Create a token' });
  await form.getByRole('textbox').fill('monitoring');
  await form.getByRole('button', { name: 'Add' }).click();
  const tokens = page.getByRole('region', { name: 'Tokens for scripts' }).first();
  const secret = (await tokens.getByRole('status').locator('code').textContent())!;
  const ask = async () =>
    (await fetch(`${world.app.url}/api/now`, { headers: { authorization: `Bearer ${secret}` } })).status;
  expect(await ask()).toBe(200);
  await expectSound(admin);

  await page.getByRole('button', { name: 'Remove: monitoring' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('None yet.').waitFor();
  expect(await ask()).toBe(401);
  expect(admin.problems()).toEqual([]);
});

it('the last admin cannot take the role from themselves, and is told why', async () => {
  const admin = await made.visit();
  await admin.open('/people');
  await admin.page.getByLabel('Role: Ann').selectOption('viewer');
  await admin.page.getByText(/Make another user an admin of all connections first/).waitFor();
});
