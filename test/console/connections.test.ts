import { expect, it } from 'vitest';
import { expectSound, rig } from './support/rig.ts';

const made = rig({ kommo: { emailStatusField: 'none' } });

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
