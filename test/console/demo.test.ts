import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Board } from '../../src/commands/demo/contract.ts';
import { connectToBrowser } from './support/chromium.ts';
import { type DemoProcess, runDemoOnce, startDemo } from './support/demo.ts';
import { Monkey } from './support/monkey.ts';
import { movesNotSentOnce } from './support/moves.ts';
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

/** On a machine that is busy with other tests. */
const PATIENTLY = { timeout: 120_000, interval: 500 };

/** What is repaired by hand, and when it is felt. */
const BREAKAGES: [button: string, isFelt: (board: Board) => boolean][] = [
  ['Revoke Kommo’s token', ({ work }) => work !== null && work.waiting > 0],
  ['Take Customer.io down', ({ work }) => work !== null && work.waiting > 0],
  ['Kommo answers 429', ({ work }) => work !== null && work.waiting > 0],
  ['Wrong signing key', ({ flow }) => flow.refused.customerio > 0],
];

const boardOf = async (page: Page): Promise<Board> =>
  (await page.request.get(`${demo.address.origin}/api/demo/board`)).json();

/** A second visitor, who leaves alone only what would change what the test expects. */
async function startMonkey(seed: number) {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  await context.route(
    ({ origin }) => origin !== demo.address.origin,
    (route) => route.abort(),
  );
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  const monkey = new Monkey(page, {
    seed,
    home: demo.address.href,
    spares:
      /^(Go on|Pause|Next step|Play it|Publish|Restore|Repair|Revoke|Take|Kommo answers|Wrong|Delete|Kill)/,
  });
  await page.goto(demo.address.href);
  let isStopped = false;
  const played = (async () => {
    while (!isStopped) await monkey.act();
  })();
  return {
    errors,
    async stop() {
      isStopped = true;
      await played;
      await context.close();
    },
  };
}

it('a visitor plays while the story runs: it goes on, and the visitor’s own deal shows both sides', async () => {
  const window = await visit(browser, { app: { url: demo.address.origin } });
  const { page } = window;
  await window.open(demo.address.pathname);
  await page.getByRole('heading', { name: 'Demo board' }).waitFor();
  await page.getByRole('button', { name: 'Start the story' }).click();
  const story = page.getByRole('region', { name: 'The story' });
  await story.getByText('moves the deal of Ann Lee to "Demo scheduled"').waitFor();

  // The story's own client is touched, which must not end it.
  await page.getByRole('button', { name: /Acme Ltd, Pro/ }).click();
  const mail = page.getByRole('article', { name: 'Your demo is booked' });
  await mail
    .getByRole('button', { name: /Your demo is booked/ })
    .first()
    .click();
  await mail.getByRole('button', { name: 'Unsubscribe' }).click();

  await page.getByRole('button', { name: 'New deal' }).click();
  await page.getByRole('textbox', { name: 'Client' }).fill('Zora Quill');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const card = page.getByRole('button', { name: /Zora Quill,/ });
  await card.dragTo(page.getByRole('region', { name: 'Onboarding' }));
  const kommo = page.getByRole('region', { name: 'In Kommo' });
  await kommo.getByText('Onboarding email campaign launched in Customer.io').waitFor();
  const welcome = page.getByRole('article', { name: 'Welcome aboard' });
  await welcome.getByRole('button', { name: 'More about' }).click();
  await page.getByRole('menuitem', { name: 'Let Apple Mail Privacy open it' }).click();
  await welcome.getByText('opened by Apple Mail Privacy: ignored').waitFor();
  await welcome.getByRole('button', { name: /^Welcome aboard/ }).click();
  await welcome.getByRole('link', { name: 'Set up my account' }).click();
  await kommo.getByText('Client opened email (Welcome aboard)').waitFor();
  await kommo.getByText(/^Clicked link in email Welcome aboard/).waitFor();

  await story.getByText('you were quicker').first().waitFor({ timeout: 60_000 });
  await story.getByRole('button', { name: 'Pause' }).click();
  await story.getByText('paused').waitFor();
  await expectSound(window);

  await page.getByRole('link', { name: 'What Stagepost did, and why' }).click();
  await page.getByRole('region', { name: 'In short' }).waitFor();
  await expectSound(window);
}, 120_000);

it('two visitors play and break everything while the story runs: it comes to its end, and every move is sent once', async () => {
  const window = await visit(browser, { app: { url: demo.address.origin } });
  const { page } = window;
  await window.open(demo.address.pathname);
  await page.getByRole('button', { name: /^(Start the story|Go on)$/ }).click();
  const monkey = await startMonkey(7);

  // The story's own client goes another way, too.
  await page
    .getByRole('button', { name: /^Acme Ltd, Pro/ })
    .dragTo(page.getByRole('region', { name: 'Closed - lost' }));

  const panel = page.getByRole('region', { name: 'Break something' });
  for (const [name, isFelt] of BREAKAGES) {
    await panel.getByRole('button', { name }).click();
    await expect.poll(async () => isFelt(await boardOf(page)), PATIENTLY).toBe(true);
    await expectSound(window);
    await panel.getByRole('button', { name: 'Repair' }).click();
  }
  await panel.getByRole('button', { name: 'Kill Stagepost (kill -9)' }).click();
  const story = page.getByRole('region', { name: 'The story' });
  await story.getByText('ended').waitFor({ timeout: 240_000 });
  await monkey.stop();

  const states = async () => (await boardOf(page)).outages.map(({ state }) => state);
  await expect.poll(states, PATIENTLY).toEqual(Array(BREAKAGES.length + 1).fill('proven'));
  const configFile = await demo.configFile();
  await expect.poll(async () => movesNotSentOnce(await boardOf(page), configFile), PATIENTLY).toEqual([]);
  const effects = (await boardOf(page)).story.scenes.flatMap(({ steps }) =>
    steps.flatMap((step) => step.effects),
  );
  expect(effects.filter(({ state }) => state === 'missed' || state === 'waiting')).toEqual([]);
  expect(demo.isRunning).toBe(true);
  expect(monkey.errors).toEqual([]);
}, 480_000);

it('a visitor deletes a field in Kommo, sees what failed, creates the field, and retries', async () => {
  const window = await visit(browser, { app: { url: demo.address.origin } });
  const { page } = window;
  page.setDefaultTimeout(60_000);
  await window.open(demo.address.pathname);
  const panel = page.getByRole('region', { name: 'Break something' });
  await panel.getByRole('button', { name: 'Delete a field in Kommo' }).click();
  await panel.getByRole('link', { name: 'See it in Problems' }).click();
  const problem = page.getByRole('region', {
    name: /^The field “email_status” was not set on deals of Rita Voss, /,
  });
  await problem.getByText('Sam Ford').first().waitFor();
  await expectSound(window);

  await problem.getByRole('link', { name: 'Create the field' }).click();
  // The last check may be older than the deletion.
  await page.getByRole('button', { name: 'Check again' }).first().click();
  await page.getByRole('button', { name: 'Fix', exact: true }).first().click();
  await page
    .getByText(/Created .*email_status/)
    .first()
    .waitFor();
  await page.getByRole('link', { name: 'Problems' }).click();
  await problem.getByRole('button', { name: 'Retry …' }).click();
  const retry = page.getByRole('dialog');
  await retry.getByRole('button', { name: /^Retry \d+/ }).click();
  await retry.getByText(/^(\d+) of \1 delivered/).waitFor();
  await retry.getByRole('button', { name: 'Close', exact: true }).click();
  await problem.waitFor({ state: 'detached' });
  const states = async () =>
    (await boardOf(page)).outages.find(({ kind }) => kind === 'missing_field')?.state;
  await expect.poll(states, PATIENTLY).toBe('proven');
  await expectSound(window);
}, 240_000);

it('whoever has signed out comes back by one button, and the address works again', async () => {
  const window = await visit(browser, { app: { url: demo.address.origin } });
  const { page } = window;
  await window.open(demo.address.pathname);
  await page.getByRole('button', { name: 'demo (admin)' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in to the demo' }).click();
  await page.getByRole('heading', { name: 'Demo board' }).waitFor();
  const other = await visit(browser, { app: { url: demo.address.origin } });
  await other.open(demo.address.pathname);
  await other.page.getByRole('heading', { name: 'Demo board' }).waitFor();
  await expectSound(other);
}, 60_000);

it('who has not signed in sees and moves nothing of it', async () => {
  const answers = await Promise.all([
    fetch(`${demo.address.origin}/api/demo/board`),
    fetch(`${demo.address.origin}/api/demo/move`, { method: 'POST', body: '{}' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([401, 401]);
});

it('`--once` tells the story in the terminal, ends by itself, and leaves nothing behind', async () => {
  const { stdout, leftFiles } = await runDemoOnce();
  expect(stdout).toContain('Every step was seen on both sides.');
  expect(stdout).not.toContain('✗');
  expect(leftFiles).toEqual([]);
}, 300_000);
