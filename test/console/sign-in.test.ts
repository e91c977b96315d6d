import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorld, type World } from '../support/world.ts';
import { connectToBrowser } from './support/chromium.ts';
import { expectSound } from './support/rig.ts';
import { PASSWORD, visit } from './support/visit.ts';

let world: World;
let browser: Browser;
beforeAll(async () => {
  [world, browser] = await Promise.all([startWorld(), connectToBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

it('the first start’s one-time address makes the first admin, and works once', async () => {
  const link = (await world.app.setupLink())!.replace(world.app.url, '');
  const first = await visit(browser, world);
  await first.open(link);
  await expectSound(first);
  await first.page.getByLabel('Your name').fill('Ann');
  await first.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await first.page.getByLabel('Repeat the password').fill(PASSWORD);
  await first.page.getByRole('button', { name: 'Start' }).click();
  await first.page.getByRole('link', { name: 'Overview' }).waitFor();
  expect(first.problems()).toEqual([]);

  const second = await visit(browser, world);
  await second.open(link);
  await second.page.getByLabel('Your name').fill('Eve');
  await second.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await second.page.getByLabel('Repeat the password').fill(PASSWORD);
  await second.page.getByRole('button', { name: 'Start' }).click();
  await second.page.getByRole('alert').waitFor();
});

it('who is not signed in gets to the sign-in, and from there to where they wanted', async () => {
  const window = await visit(browser, world);
  const { page } = window;
  await window.open('/failures?connection=acme');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await expectSound(window);

  await page.getByLabel('Name').fill('Ann');
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  expect(window.problems()).toEqual([]);

  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText('No problems.').waitFor();
  expect(page.url()).toBe(`${world.app.url}/failures?connection=acme`);

  await page.getByRole('button', { name: 'Ann (admin)' }).click();
  const ended = page.waitForResponse((response) => response.request().method() === 'DELETE');
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  expect((await ended).status()).toBe(200);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await window.open('/');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(window.problems()).toEqual([]);
});

it('whose session ends elsewhere is led to the sign-in', async () => {
  const window = await visit(browser, world);
  const { page, context } = window;
  await window.open('/sign-in?to=/rules');
  await page.getByLabel('Name').fill('Ann');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Rules' }).waitFor();
  const [cookie] = await context.cookies();
  await fetch(`${world.app.url}/api/session`, {
    method: 'DELETE',
    headers: { cookie: `${cookie!.name}=${cookie!.value}`, 'x-stagepost': 'console', origin: world.app.url },
  });
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(new URL(page.url()).searchParams.get('to')).toBe('/rules');
});

it('can be used with the keyboard alone', async () => {
  const window = await visit(browser, world);
  const { page } = window;
  await window.open('/sign-in');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Ann');
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Overview' }).waitFor();
  await page.keyboard.press('Tab');
  const focused = 'document.activeElement.textContent';
  expect(await page.evaluate(focused)).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('content');
});
