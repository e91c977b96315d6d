import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectToBrowser } from './support/chromium.ts';
import { type DemoProcess, startDemo } from './support/demo.ts';
import { expectSound } from './support/rig.ts';
import { visit } from './support/visit.ts';

let demo: DemoProcess;
let browser: Browser;

beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemo(), connectToBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});

it('the demo signs in by itself; a deal is dragged and its client reads, and the card shows both', async () => {
  const window = await visit(browser, { app: { url: demo.address.origin } });
  const { page } = window;
  await window.open(demo.address.pathname);
  await page.getByRole('heading', { name: 'Demo board' }).waitFor();
  await page.getByRole('button', { name: 'New deal' }).click();
  const card = page.locator('button[aria-pressed=true]');
  await card.dragTo(page.getByRole('region', { name: 'Onboarding' }));
  const kommo = page.getByRole('region', { name: 'In Kommo' });
  await kommo.getByText('Onboarding email campaign launched in Customer.io').waitFor();
  await page
    .getByRole('article', { name: 'Welcome aboard' })
    .getByRole('button', { name: 'Open', exact: true })
    .click();
  await kommo.getByText('Client opened email (Welcome aboard)').waitFor();
  await expectSound(window);

  await page.getByRole('link', { name: 'What Stagepost did, and why' }).click();
  await page.getByRole('region', { name: 'In short' }).waitFor();
  await expectSound(window);
});

it('who has not signed in sees and moves nothing of it', async () => {
  const answers = await Promise.all([
    fetch(`${demo.address.origin}/api/demo/board`),
    fetch(`${demo.address.origin}/api/demo/move`, { method: 'POST', body: '{}' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([401, 401]);
});
