import { afterAll, expect, it } from 'vitest';
import { startHttpSink } from '../support/http-sink.ts';
import { SECRET_KEY, storeConnection } from '../support/store-connection.ts';
import { expectSound, rig } from './support/rig.ts';
import { invited } from './support/visit.ts';

const slack = await startHttpSink();
afterAll(() => slack.close());

const made = rig({
  secretKey: SECRET_KEY,
  kommo: { emailStatusField: 'none' },
  config: (yaml) => `${yaml}
alerts:
  receivers:
    - { name: team, kind: slack, target_url: "${slack.url}/services/T0/secret-key" }
`,
});

it('shows what each check found, mends a field, and tests both webhooks', async () => {
  const { world } = made;
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/connections');
  const card = page.getByRole('region', { name: 'acme' });
  await card.getByText(/Kommo accepts the token/).waitFor();
  await card.getByText(/has no deal field "email_status"/).waitFor();
  await expectSound(visit);

  await card.getByRole('button', { name: 'Fix' }).click();
  await card.getByText(/Created the list field/).waitFor();
  await card.getByRole('button', { name: 'Check again' }).click();
  await card.getByText(/The deal field "email_status" \(select\) accepts every value/).waitFor();

  for (const side of ['Kommo', 'Customer.io']) {
    const part = card.getByRole('region', { name: side, exact: true });
    await part.getByRole('button', { name: `Test the ${side} webhook` }).click();
    await part.getByText(/Understood: A test webhook that Stagepost sent to itself/).waitFor();
  }
  await expectSound(visit);
  for (const secret of ['0123456789abcdef', world.customerio.credentials.signingKey])
    expect(await page.content()).not.toContain(secret);
});

it('can be read on a phone in dark colours, and says when the checks cannot be asked for', async () => {
  const visit = await made.visit({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  const { page } = visit;
  await visit.open('/connections');
  await page.getByText(/Kommo accepts the token/).waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  await expectSound(visit);

  await page.route('**/api/checks*', (route) =>
    route.fulfill({ status: 404, json: { error: 'No such thing.' } }),
  );
  await page.reload();
  await page.getByText('No such thing.').waitFor();
});

it('sends a test alert, shows its real outcome, and mutes a receiver and ends that', async () => {
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/alerts');
  const card = page.getByRole('region', { name: 'team' });
  await card.getByText('Gets everything.').waitFor();
  await card.getByRole('button', { name: 'Send a test' }).click();
  await card.getByText('The test was accepted.').waitFor();
  expect(slack.requests.map(({ path }) => path)).toEqual(['/services/T0/secret-key']);

  slack.answer({ status: 404, body: 'no_team' });
  await card.getByRole('button', { name: 'Send a test' }).click();
  await card.getByText('The test did not arrive: Slack answered 404: no_team.').first().waitFor();

  await card.getByRole('button', { name: 'Mute' }).click();
  await page.getByRole('menuitem', { name: 'For 1 hour' }).click();
  const muted = page.getByRole('region', { name: 'Muted' });
  await muted.getByText('every problem · all connections · team').waitFor();
  await expectSound(visit);
  await muted.getByRole('button', { name: 'End now' }).click();
  await muted.waitFor({ state: 'detached' });
  expect(await page.content()).not.toContain('secret-key');
});

it('begins a connection, leads back to its next open step, and deletes it', async () => {
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/connections');
  await page.getByRole('link', { name: 'Add a connection' }).click();
  await page.getByLabel('Address of your Kommo account').fill('https://beta.kommo.com/leads/');
  expect(await page.getByLabel('Name of the connection').inputValue()).toBe('beta');
  await expectSound(visit);
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('heading', { name: 'Let Stagepost into Kommo' }).waitFor();
  await page.getByText('Kommo is not connected yet.').waitFor();
  expect(await page.locator('[aria-invalid="true"]').count()).toBe(0);
  await expectSound(visit);

  await visit.open('/setup/beta/finish');
  await page.getByText('First finish the step “Kommo”.').waitFor();
  await visit.open('/connections/add');
  await page.getByRole('link', { name: 'Continue with beta' }).click();
  await page.waitForURL('**/setup/beta/kommo');

  await visit.open('/connections/add');
  await page.getByRole('button', { name: 'Delete the setup of beta' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('Not finished yet').waitFor({ state: 'detached' });
  await visit.open('/setup/beta');
  await page.getByText('There is no setup with this name').waitFor();
  visit.problems();
});

it('tells who is no admin why there is no wizard, and sends an address without a secret to it', async () => {
  const cookie = await invited(made.world, made.cookie, 'Edda', 'editor');
  const visit = await made.visit({ cookie });
  const { page } = visit;
  await visit.open('/setup');
  await page.getByText('Only an admin can add a connection').waitFor();
  await expectSound(visit);
  await visit.open('/connections');
  await page.getByText(/Kommo accepts the token/).waitFor();
  expect(await page.getByRole('link', { name: 'Add a connection' }).count()).toBe(0);
});

it('pauses, resumes and removes a connection that is managed in the console, with what that means first', async () => {
  const { world } = made;
  await storeConnection(world, 'beta');
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/connections?connection=beta');
  const card = page.getByRole('region', { name: 'beta' });
  await card.getByText('managed here').waitFor();
  await card.getByText(/acme has the same Kommo account/).waitFor();
  await card.getByRole('button', { name: 'Change the keys: beta' }).click();
  const keys = page.getByRole('dialog', { name: 'Change the keys of beta' });
  await keys.getByRole('button', { name: 'Replace: Long-lived token of Kommo' }).click();
  await keys.getByLabel('Long-lived token of Kommo', { exact: true }).fill('eyJwrong');
  await keys.getByRole('button', { name: 'Check and save' }).click();
  await keys.getByText(/Kommo does not accept the token/).waitFor();
  expect(await page.content()).not.toContain(world.kommo.token);
  visit.problems();
  expect(await visit.axe()).toEqual([]);
  await keys.getByLabel('Long-lived token of Kommo', { exact: true }).fill(world.kommo.token);
  await keys.getByRole('button', { name: 'Check and save' }).click();
  await keys.waitFor({ state: 'detached' });

  await card.getByRole('button', { name: 'Pause: beta' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pause beta?' });
  await dialog.getByText('Webhooks of Kommo and Customer.io are still received and stored.').waitFor();
  await expectSound(visit);
  await dialog.getByRole('button', { name: 'Pause' }).click();
  await card.getByText(/^Paused/).waitFor();
  expect(world.app.supervisors.get('beta')?.state().state).toBe('paused');
  await expectSound(visit);

  await card.getByRole('button', { name: 'Resume: beta' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
  await card.getByRole('button', { name: 'Pause: beta' }).waitFor();
  await card.getByRole('button', { name: 'Remove: beta' }).click();
  await page
    .getByRole('dialog')
    .getByText(/tokens, keys and settings are deleted/)
    .waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect.poll(() => [...world.app.supervisors.keys()]).toEqual(['acme']);
});
