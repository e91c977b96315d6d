import { afterAll, expect, it } from 'vitest';
import { startHttpSink } from '../support/http-sink.ts';
import { expectSound, rig } from './support/rig.ts';

const slack = await startHttpSink();
afterAll(() => slack.close());

const made = rig({
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
