import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SetupRig, startSetupRig } from '../support/setup-rig.ts';
import { connectToBrowser } from './support/chromium.ts';
import { expectSound } from './support/rig.ts';
import {
  connectByToken,
  connectByWindow,
  type Journey,
  type OwnKeys,
  pasteCode,
  useOwnIntegration,
} from './support/setup-journey.ts';
import { type Visit, type VisitOptions, visit } from './support/visit.ts';

let rig: SetupRig;
let browser: Browser;
let keys: OwnKeys;
beforeAll(async () => {
  [rig, browser] = await Promise.all([
    startSetupRig({
      kommo: { emailStatusField: 'none' },
      customerio: { campaigns: [{ name: 'Welcome', event: 'onboarding_started', subject: 'Welcome!' }] },
    }),
    connectToBrowser(),
  ]);
  const { kommo, customerio } = rig;
  const { clientId, clientSecret } = kommo.oauth;
  kommo.oauth.redirectUri = `${rig.app.url}/oauth/kommo`;
  keys = {
    kommo: { url: kommo.url, token: kommo.token, clientId, clientSecret },
    customerio: customerio.credentials,
  };
});
afterAll(async () => {
  await browser?.close();
  await rig?.close();
});

const open = (options: VisitOptions = {}): Promise<Visit> =>
  visit(browser, rig, { cookie: rig.admin.cookie.split(';')[0]!, ...options });

function wonDeal(email: string): void {
  const { kommo } = rig;
  const contact = kommo.createContact({ name: 'Ann Lee', email });
  const deal = kommo.createDeal({ name: 'Ann Lee, Pro', contactIds: [contact.id], fields: { Plan: 'Pro' } });
  kommo.moveDeal(deal.id, kommo.stageId('Sales', 'Closed - won'), kommo.pipelineId('Sales'));
}

it('leads from an empty machine to a connection that starts emails, with errors in words at the fields', async () => {
  const window = await open();
  const { page } = window;
  await window.open('/');
  await page.waitForURL('**/connections/add');
  await connectByToken({
    page,
    keys,
    name: 'acme',
    async onStep(step) {
      await expectSound(window);
      if (step === 'start') await refusesStrangeAddress(page, window);
    },
  });
  await page.getByRole('link', { name: 'Bring in the clients you already have' }).waitFor();
  await page.getByText('onboarding_started starts the campaign "Welcome".').waitFor();
  await expectSound(window);
  const { token } = rig.kommo;
  const { apiKey, appKey, signingKey } = rig.customerio.credentials;
  for (const secret of [token, apiKey, appKey, signingKey])
    expect(await page.content()).not.toContain(secret);

  wonDeal('ann@example.com');
  await rig.customerio.waitFor(() => rig.customerio.mailbox('ann@example.com').length === 1);
  const [mail] = rig.customerio.mailbox('ann@example.com');
  rig.customerio.open(mail!.deliveryId);
  await page.getByText('All lights are green.').waitFor({ timeout: 30_000 });
  await page.getByRole('link', { name: 'See the overview' }).click();
  await page.waitForURL('**/?connection=acme');
  await window.context.close();
});

async function refusesStrangeAddress(page: Page, { problems }: Visit): Promise<void> {
  const address = page.getByLabel('Address of your Kommo account');
  await address.fill('https://kommo.example.com');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByText(/kommo.example.com is not an address of Kommo/).waitFor();
  expect(await address.getAttribute('aria-invalid')).toBe('true');
  // The browser notes the refusal.
  problems();
  await address.fill(keys.kommo.url);
}

it('connects by Kommo’s own window, and leads to it again where the access was revoked', async () => {
  const window = await open({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  const { page, problems, axe } = window;
  const ownProblems = () =>
    problems().filter((problem) => !problem.startsWith(`request to another host: ${rig.kommo.url}/oauth`));
  await window.open('/connections/add');
  await connectByWindow({
    page,
    keys,
    name: 'beta',
    async onStep(step) {
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      if (step !== 'window') expect(await axe()).toEqual([]);
      expect(ownProblems()).toEqual([]);
    },
  });

  rig.kommo.revokeOAuth();
  wonDeal('ben@example.com');
  const banner = page.getByRole('alert').filter({ hasText: 'Kommo no longer lets Stagepost in: beta' });
  await banner.waitFor({ timeout: 60_000 });
  expect(await axe()).toEqual([]);
  await banner.getByRole('button', { name: 'Authorize again' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL('**/connections');
  await banner.waitFor({ state: 'detached', timeout: 60_000 });
  expect(ownProblems()).toEqual([]);
  await window.context.close();
}, 180_000);

it.each([
  ['an integration of one’s own', 'gamma', useOwnIntegration],
  ['a pasted code', 'delta', (journey: Journey) => pasteCode(journey, () => rig.kommo.issueCode())],
] as const)('lets Stagepost in by %s, on a desk and on a phone', async (_, name, connect) => {
  for (const width of [1280, 390]) {
    const window = await open({ viewport: { width, height: 844 } });
    const { page, problems, axe } = window;
    await window.open('/connections/add');
    await connect({
      page,
      keys,
      name: `${name}-${width}`,
      async onStep() {
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        expect(await axe()).toEqual([]);
        const { clientSecret } = keys.kommo;
        expect(await page.evaluate('document.body.innerText')).not.toContain(clientSecret);
        const toKommo = `request to another host: ${rig.kommo.url}/oauth`;
        expect(problems().filter((problem) => !problem.startsWith(toKommo))).toEqual([]);
      },
    });
    await window.context.close();
  }
});
