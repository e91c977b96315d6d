import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SetupAccount } from '../../src/setup/account-schemas.ts';
import type { Setup } from '../../src/setup/schemas.ts';
import { type SetupRig, startSetupRig } from '../support/setup-rig.ts';

/* A whole setup with a Kommo account whose plan has no webhooks: stage changes are read from the events log. */

const PATH = '/api/setup/connections/acme';

let rig: SetupRig;
beforeAll(async () => {
  rig = await startSetupRig({
    kommo: { switches: { planWebhooks: 'payment_required' } },
    customerio: { campaigns: [{ name: 'Welcome', event: 'onboarding_started', subject: 'Welcome!' }] },
  });
});
afterAll(() => rig?.close());

const progress = async (): Promise<Setup> => (await rig.admin.get(PATH)).body;

it('finds out by itself, registers nothing, and a deal that is won starts the campaign', async () => {
  const { kommo, customerio } = rig;
  await rig.post('/api/setup/connections', { name: 'acme', kommoUrl: kommo.url });
  expect((await rig.post(`${PATH}/kommo`, { token: kommo.token })).kommo.changes).toBe('polling');
  const { siteId, apiKey, appKey, signingKey } = customerio.credentials;
  await rig.post(`${PATH}/customerio`, { siteId, apiKey, appKey, signingKey });
  const { recipes } = (await rig.admin.get(`${PATH}/account`)).body as SetupAccount;
  await rig.post(`${PATH}/rules`, {
    attributes: [],
    recipes: recipes.filter(({ isSuggested }) => isSuggested).map(({ id }) => ({ recipe: id, choices: {} })),
  });
  await rig.post(`${PATH}/finish`, {});
  await expect.poll(async () => (await progress()).finish.isRunning, { timeout: 60_000 }).toBe(false);
  const failed = (await progress()).finish.parts.filter(({ state }) => state === 'failed');
  expect(failed).toEqual([]);
  expect(kommo.hooks()).toEqual([]);

  const contact = kommo.createContact({ name: 'Bo Diaz', email: 'bo@example.com' });
  const deal = kommo.createDeal({ name: 'Bo', contactIds: [contact.id] });
  kommo.moveDeal(deal.id, kommo.stageId('Sales', 'Closed - won'), kommo.pipelineId('Sales'));
  await customerio.waitFor(() => customerio.mailbox('bo@example.com')[0], { timeoutMs: 60_000 });
  expect(customerio.person('bo@example.com')?.events.map(({ name }) => name)).toEqual(['onboarding_started']);
});
