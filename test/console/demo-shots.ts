import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startDemo } from './support/demo.ts';
import { PHONE } from './support/shots.ts';
import { type VisitOptions, visit } from './support/visit.ts';

/** As high as the story, the board and a deal's card. */
const DESKTOP = { width: 1280, height: 1240 };
/** On a busy machine. */
const PATIENTLY_MS = 240_000;

/**
 * The demo as one sequence of pictures, in which somebody plays while the story runs: a deal of their own, a client of the
 * story who unsubscribes, what is broken and repaired, a Stagepost that is killed, and the end. Then a part of it on a phone.
 */
export async function takeDemoShots(browser: Browser, folder: string): Promise<void> {
  const demo = await startDemo();
  const window = async (suffix: string, options: VisitOptions) => {
    const { page, open, context } = await visit(browser, { app: { url: demo.address.origin } }, options);
    page.setDefaultTimeout(PATIENTLY_MS);
    await open(demo.address.pathname);
    const shoot = async (name: string) => {
      await page.screenshot({ path: join(folder, `${name}${suffix}.png`), animations: 'disabled' });
      console.log(`docs/screenshots/${name}${suffix}.png`);
    };
    return { page, shoot, context };
  };

  const { page, shoot, context } = await window('', { viewport: DESKTOP });
  const { story, panel } = partsOf(page);
  await page.getByRole('button', { name: /^Elm & Co/ }).click();
  await page.getByText('starts deal_won').waitFor();
  await shoot('board-start');

  await story.getByRole('button', { name: 'Start the story' }).click();
  await story.getByText('to "Demo scheduled"').waitFor();
  await unsubscribeAnn(page);
  await playZora(page);
  await shoot('board');
  await page.getByRole('button', { name: /^Acme Ltd, Pro/ }).click();
  await story.getByText('you were quicker').first().waitFor();
  await shoot('board-quicker');

  await panel.getByRole('button', { name: 'Take Customer.io down' }).click();
  await panel.getByText(/^[1-9]\d* waiting$/).waitFor();
  await story.getByText('until everything is repaired').waitFor();
  await shoot('board-broken');
  await page.getByRole('link', { name: 'How Stagepost reports it' }).click();
  await page.getByText(/need(s)? attention/).waitFor();
  await shoot('board-reported');
  await page.getByRole('link', { name: 'Demo board' }).click();
  await panel.getByRole('button', { name: 'Repair' }).click();
  await panel.getByText(/Nothing was lost/).waitFor();
  await shoot('board-repaired');

  await panel.getByRole('button', { name: 'Kill Stagepost (kill -9)' }).click();
  await panel.getByText(/Stagepost was killed/).waitFor();
  await shoot('board-killed');
  await story.getByText('ended').waitFor();
  await panel.getByText(/Nothing was lost/).waitFor();
  await page.getByRole('button', { name: /Cove Inc, Enterprise.*unsubscribed/ }).click();
  await page.getByRole('button', { name: /^Your proposal/ }).click();
  await page.evaluate('scrollTo(0, 0)');
  await shoot('board-ended');
  await context.close();

  const phone = await window('-phone', { viewport: { ...PHONE, height: 1500 } });
  await phone.page.getByRole('button', { name: 'Play it again' }).click();
  await partsOf(phone.page).story.getByText('to "Demo completed"').waitFor();
  await phone.page.getByText('starts demo_completed').waitFor();
  await phone.page.evaluate('scrollTo(0, 0)');
  await phone.shoot('board');
  const broken = partsOf(phone.page).panel;
  await broken.getByRole('button', { name: 'Revoke Kommo’s token' }).click();
  await broken.getByText(/^[1-9]\d* waiting$/).waitFor();
  await broken.evaluate((at) => at.scrollIntoView({ block: 'center' }));
  await phone.shoot('board-broken');
  await demo.stop();
}

const partsOf = (page: Page) => ({
  story: page.getByRole('region', { name: 'The story' }),
  panel: page.getByRole('region', { name: 'Break something' }),
});

/** The story's own client unsubscribes before the story comes to it. */
async function unsubscribeAnn(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Acme Ltd, Pro/ }).click();
  const mail = page.getByRole('article', { name: 'Your demo is booked' });
  await mail.getByRole('button', { name: /^Your demo is booked/ }).click();
  await mail.getByRole('button', { name: 'Unsubscribe' }).click();
  await page.getByText('email_status:').waitFor();
}

/** A deal of the visitor's own: both sides of it are on its card. */
async function playZora(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New deal' }).click();
  await page.getByRole('textbox', { name: 'Client' }).fill('Zora Quill');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page
    .getByRole('button', { name: /Zora Quill,/ })
    .dragTo(page.getByRole('region', { name: 'Onboarding' }));
  const mail = page.getByRole('article', { name: 'Welcome aboard' });
  await mail.getByRole('button', { name: 'More about' }).click();
  await page.getByRole('menuitem', { name: 'Let Apple Mail Privacy open it' }).click();
  await mail.getByRole('button', { name: /^Welcome aboard/ }).click();
  await mail.getByRole('link', { name: 'Set up my account' }).click();
  await page
    .getByRole('region', { name: 'In Kommo' })
    .getByText(/^Clicked link in email Welcome aboard/)
    .waitFor();
}
