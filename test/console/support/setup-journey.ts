import type { Page } from 'playwright-core';

/** What a person copies from both accounts. */
export interface OwnKeys {
  kommo: { url: string; token: string; clientId: string; clientSecret: string };
  customerio: { siteId: string; apiKey: string; appKey: string; signingKey: string };
}

export interface Journey {
  page: Page;
  keys: OwnKeys;
  name: string;
  /** Called when the page of a step shows what it has found, before it is left. */
  onStep?(step: string): Promise<unknown>;
}

/** Goes through the wizard as a person does, from the page that begins a connection to the green list. */
export async function connectByToken(journey: Journey): Promise<void> {
  await begin(journey);
  await giveToken(journey);
  await finishJourney(journey);
}

/** Names the connection. */
async function begin({ page, keys, name, onStep }: Journey): Promise<void> {
  await page.getByLabel('Address of your Kommo account').fill(keys.kommo.url);
  await page.getByLabel('Name of the connection').fill(name);
  await onStep?.('start');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('heading', { name: 'Let Stagepost into Kommo' }).waitFor();
}

/** The same by Kommo's own window, in which Kommo makes the integration by itself. */
export async function connectByWindow(journey: Journey): Promise<void> {
  await begin(journey);
  await allowAccess(journey);
  await finishJourney(journey);
}

/** Presses the one button, and allows access in Kommo's window. */
async function allowAccess({ page, onStep }: Journey): Promise<void> {
  await page.getByRole('radio', { name: 'One click' }).check();
  await onStep?.('one-click');
  await page.getByRole('button', { name: 'Connect Kommo' }).click();
  await page.getByRole('heading', { name: 'Stagepost asks for access' }).waitFor();
  await onStep?.('window');
  await page.getByRole('button', { name: 'Allow' }).click();
  // Who has granted access is read after the grant.
  await page.getByText('Deals can be read.').waitFor();
  await toNext(page, 'kommo', onStep);
}

/** The step about Kommo with an integration that a person has made there, whose window is confirmed. */
export async function useOwnIntegration(journey: Journey): Promise<void> {
  const { page, onStep } = journey;
  await begin(journey);
  await page.getByRole('radio', { name: 'Your own integration' }).check();
  await giveIntegration(journey);
  await onStep?.('integration');
  await page.getByRole('button', { name: 'Allow access in Kommo' }).click();
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await page.getByText('Deals can be read.').waitFor();
  await page.getByRole('link', { name: 'Continue' }).waitFor();
  await onStep?.('integration-granted');
}

/** The same with a code that the person copies. @param issueCode called when the integration is stored */
export async function pasteCode(journey: Journey, issueCode: () => string): Promise<void> {
  const { page, onStep } = journey;
  await begin(journey);
  await page.getByRole('radio', { name: 'A code from Kommo' }).check();
  await giveIntegration(journey);
  await page.getByLabel('Authorization code', { exact: true }).fill(issueCode());
  await onStep?.('code');
  await page.getByRole('button', { name: 'Use the code' }).click();
  await page.getByText('Deals can be read.').waitFor();
  await page.getByRole('link', { name: 'Continue' }).waitFor();
  await onStep?.('code-granted');
}

async function giveIntegration({ page, keys: { kommo } }: Journey): Promise<void> {
  await page.getByLabel('Integration ID').fill(kommo.clientId);
  await page.getByLabel('Secret key', { exact: true }).fill(kommo.clientSecret);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The integration is stored.').waitFor();
}

async function giveToken({ page, keys, onStep }: Journey): Promise<void> {
  await page.getByRole('radio', { name: 'A long-lived token' }).check();
  await page.getByLabel('Long-lived token', { exact: true }).fill(keys.kommo.token);
  await page.keyboard.press('Tab');
  await toNext(page, 'kommo', onStep);
}

/** All steps after the access to Kommo. */
async function finishJourney(journey: Journey): Promise<void> {
  const { page, onStep } = journey;
  await giveKeys(journey);
  await page.getByRole('button', { name: 'Use these rules' }).click();
  await toNext(page, 'rules', onStep);
  const connect = page.getByRole('button', { name: 'Connect' });
  await connect.waitFor();
  await onStep?.('finish');
  await connect.click();
  await page.getByRole('heading', { name: 'Connected' }).waitFor({ timeout: 60_000 });
  await onStep?.('connected');
}

async function giveKeys({ page, keys: { customerio }, onStep }: Journey): Promise<void> {
  await page.getByLabel('Site ID').fill(customerio.siteId);
  await page.getByLabel('Tracking API key', { exact: true }).fill(customerio.apiKey);
  await page.keyboard.press('Tab');
  await page.getByText('Data center').waitFor();
  await page.getByLabel('App API key', { exact: true }).fill(customerio.appKey);
  await page.keyboard.press('Tab');
  await page.getByText(/Stagepost creates the reporting webhook in the last step/).waitFor();
  await page.getByLabel('Signing key', { exact: true }).fill(customerio.signingKey);
  await page.keyboard.press('Tab');
  await toNext(page, 'customerio', onStep);
}

async function toNext(page: Page, step: string, onStep: Journey['onStep']): Promise<void> {
  const next = page.getByRole('link', { name: 'Continue' });
  await next.waitFor();
  await onStep?.(step);
  await next.click();
}
