import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SetupAccount } from '../../src/setup/account-schemas.ts';
import type { Setup } from '../../src/setup/schemas.ts';
import { saveWorkspaces } from '../../src/store/connections/catalog.ts';
import { type SetupRig, startSetupRig } from '../support/setup-rig.ts';

/*
 * From an empty Stagepost to an email, with the accounts' own keys and nothing else that is copied: each test goes on where the
 * one before has ended.
 */

const PATH = '/api/setup/connections/acme';

let rig: SetupRig;
beforeAll(async () => {
  rig = await startSetupRig({
    // Kommo's own limit: one answer of 429 would hold the new connection for five minutes.
    kommo: { emailStatusField: 'none', rateLimit: {} },
    customerio: { campaigns: [{ name: 'Welcome', event: 'onboarding_started', subject: 'Welcome!' }] },
  });
  const { kommo } = rig;
  const contact = kommo.createContact({
    name: 'Ann Lee',
    firstName: 'Ann',
    lastName: 'Lee',
    email: 'ann@example.com',
  });
  kommo.createDeal({ name: 'Sample', price: 900, contactIds: [contact.id], fields: { Plan: 'Pro' } });
});
afterAll(() => rig?.close());

const progress = async (): Promise<Setup> => (await rig.admin.get(PATH)).body;

it('begins with the address and the keys of both accounts', async () => {
  const { kommo, customerio } = rig;
  await rig.post('/api/setup/connections', { name: 'acme', kommoUrl: `${kommo.url}/leads/` });
  await rig.post(`${PATH}/kommo`, { token: kommo.token });
  const { siteId, apiKey, appKey, serviceAccount } = customerio.credentials;
  const setup = await rig.post(`${PATH}/customerio`, {
    siteId,
    apiKey,
    appKey,
    serviceAccountToken: serviceAccount,
  });
  expect(setup).toMatchObject({ next: 'rules', kommo: { state: 'done' }, customerio: { state: 'done' } });
});

it('shows stages with colours, fields with the values of a real deal, guesses and recipes', async () => {
  const account: SetupAccount = (await rig.admin.get(`${PATH}/account`)).body;
  const stages = account.pipelines[0]!.stages;
  expect(stages.at(-2)).toMatchObject({ name: 'Closed - won', kind: 'won', color: '#CCFF66' });
  expect(account.sample).toMatchObject({ name: 'Sample' });
  expect(account.fields).toContainEqual(expect.objectContaining({ source: 'deal.field.Plan', value: 'Pro' }));
  expect(account.guesses).toContainEqual(
    expect.objectContaining({ attribute: 'plan', source: 'deal.field.Plan' }),
  );
  expect(account.recipes.filter(({ isSuggested }) => isSuggested).map(({ id }) => id)).toEqual([
    ...['onboarding', 'demo_follow_up', 'engagement', 'consent', 'inactivity'],
  ]);
  expect(account.events).toEqual([{ event: 'onboarding_started', campaigns: ['Welcome'] }]);
});

it('makes the rules of what is picked, and says what starts from each event', async () => {
  const { guesses, recipes } = (await rig.admin.get(`${PATH}/account`)).body as SetupAccount;
  const { rules, next } = await rig.post(`${PATH}/rules`, {
    attributes: guesses.map(({ attribute, source }) => ({ attribute, source })),
    recipes: recipes.filter(({ isSuggested }) => isSuggested).map(({ id }) => ({ recipe: id, choices: {} })),
  });
  expect(next).toBe('finish');
  expect(rules).toMatchObject({ state: 'done', problems: [] });
  expect(rules.events.map(({ event, status }) => `${event} ${status}`)).toEqual([
    'onboarding_started running',
    'demo_done none',
    'onboarding_inactive none',
  ]);
  expect(rules.findings).toMatchObject([
    { code: 'field_will_be_made', sentence: expect.stringContaining('email_status') },
  ]);
});

it('has changed nothing in either account and runs nothing until then', () => {
  expect(rig.kommo.hooks()).toEqual([]);
  expect(rig.customerio.reportingWebhooks()).toEqual([]);
  expect(rig.app.supervisors.size).toBe(0);
});

it('finishes: the field, the connection, both webhooks and both tests', async () => {
  await rig.post(`${PATH}/finish`, {});
  await expect.poll(async () => (await progress()).finish.isRunning, { timeout: 60_000 }).toBe(false);
  const { finish } = await progress();
  expect(
    finish.parts.map(({ part, state, sentence }) =>
      state === 'done' ? part : `${part} ${state}: ${sentence}`,
    ),
  ).toEqual([
    ...[
      'check',
      'fields',
      'connection',
      'start',
      'kommo_webhook',
      'reporting_webhook',
      'kommo_test',
      'customerio_test',
    ],
    expect.stringMatching(/^lights (running|person)/),
  ]);
  expect(rig.kommo.hooks()).toHaveLength(1);
  expect(rig.customerio.reportingWebhooks()).toMatchObject([{ full_resolution: true, with_content: false }]);
});

it('has no secrets in the setup any more, and repeating it doubles nothing', async () => {
  await rig.post(`${PATH}/finish`, {});
  await expect.poll(async () => (await progress()).finish.isRunning).toBe(false);
  expect(rig.kommo.hooks()).toHaveLength(1);
  expect(rig.customerio.reportingWebhooks()).toHaveLength(1);
  const refused = await rig.admin.ask('POST', `${PATH}/kommo`, { token: 'other' });
  expect(refused.status).toBe(409);
});

it('a deal that is won starts the campaign, its report comes back, and all lights are green', async () => {
  const { kommo, customerio } = rig;
  const contact = kommo.createContact({ name: 'Bo Diaz', email: 'bo@example.com' });
  const deal = kommo.createDeal({
    name: 'Bo',
    price: 100,
    contactIds: [contact.id],
    fields: { Plan: 'Basic' },
  });
  kommo.moveDeal(deal.id, kommo.stageId('Sales', 'Closed - won'), kommo.pipelineId('Sales'));
  const mail = await customerio.waitFor(() => customerio.mailbox('bo@example.com')[0]);
  expect(customerio.person('bo@example.com')?.attributes).toMatchObject({ plan: 'Basic', deal_amount: 100 });
  customerio.open(mail.deliveryId);
  await kommo.waitFor(() => kommo.notes(deal.id).some(({ text }) => text.includes('opened the email')));
  await expect
    .poll(async () => (await progress()).finish.parts.at(-1), { timeout: 30_000 })
    .toMatchObject({ part: 'lights', state: 'done' });
  expect(await progress()).toMatchObject({ next: null, finish: { state: 'done' } });
});

it('another connection with the same account and the same workspace is warned of both', async () => {
  const path = '/api/setup/connections/beta';
  // The probe that reads the workspace comes after an hour in this rig.
  await saveWorkspaces(rig.app.database.db, new Map([['acme', 3]]));
  await rig.post('/api/setup/connections', { name: 'beta' });
  const { kommo } = await rig.post(`${path}/kommo`, { url: rig.kommo.url, token: rig.kommo.token });
  const { siteId, apiKey } = rig.customerio.credentials;
  const { customerio } = await rig.post(`${path}/customerio`, { siteId, apiKey });
  const warned = [...kommo.findings, ...customerio.findings].filter(({ code }) => /_used$/.test(code));
  expect(warned).toMatchObject([
    { code: 'kommo_account_used', sentence: expect.stringContaining('acme') },
    { code: 'cio_workspace_used', sentence: expect.stringContaining('acme') },
  ]);
});

it('the checklist can be deleted, and the connection stays', async () => {
  expect((await rig.admin.ask('DELETE', PATH)).status).toBe(200);
  await rig.restart();
  expect([...rig.app.supervisors.keys()]).toEqual(['acme']);
});
