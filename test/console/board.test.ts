import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildIfOld } from './support/build.ts';
import { startBrowser } from './support/chromium.ts';
import { expectSound } from './support/rig.ts';
import { visit } from './support/visit.ts';

let demo: ChildProcess;
let browser: Browser;
let address: URL;

beforeAll(async () => {
  buildIfOld();
  const cli = join(import.meta.dirname, '../../src/cli.ts');
  demo = spawn(process.execPath, [cli, 'demo', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  [address, browser] = await Promise.all([printedAddress(demo), startBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  if (demo.exitCode !== null) return;
  const ended = once(demo, 'exit');
  demo.kill('SIGTERM');
  await ended;
});

/** The first address that the demo prints. */
async function printedAddress({ stdout }: ChildProcess): Promise<URL> {
  for await (const line of createInterface({ input: stdout! })) {
    const found = /in the console: (\S+)/.exec(stripVTControlCharacters(line))?.[1];
    if (found === undefined) continue;
    // What else it tells is read and dropped, so that it never waits for a reader.
    stdout!.resume();
    return new URL(found);
  }
  throw new Error('The demo ended before it printed an address.');
}

it('the demo signs in by itself; a deal is dragged and its client reads, and the card shows both', async () => {
  const window = await visit(browser, { app: { url: address.origin } });
  const { page } = window;
  await window.open(address.pathname);
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
    fetch(`${address.origin}/api/demo/board`),
    fetch(`${address.origin}/api/demo/move`, { method: 'POST', body: '{}' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([401, 401]);
});
