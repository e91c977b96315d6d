import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { expectSound, rig } from './support/rig.ts';
import { publishRules, rulesInConsole } from './support/rules.ts';
import { invited } from './support/visit.ts';

const kept = rulesInConsole();
const made = rig({ config: kept.config });

let editor: string;
beforeAll(async () => {
  await kept.publish(made.world, made.cookie);
  editor = await invited(made.world, made.cookie, 'Eve', 'editor');
});

const PHONE = { width: 390, height: 844 };

const eventOf = (page: Page) => page.getByRole('textbox', { name: 'Event in Customer.io' });
const widthOf = (page: Page) => page.evaluate('document.documentElement.scrollWidth');

async function newestVersion(): Promise<number> {
  const response = await fetch(`${made.world.app.url}/api/rules/versions?connection=acme`, {
    headers: { cookie: editor },
  });
  return ((await response.json()) as { versions: { version: number }[] }).versions[0]!.version;
}

it('a draft is checked while one types, tried on a deal, and compared with what has happened', async () => {
  const { world } = made;
  const deal = world.deal({ email: 'ann@acme.example' });
  world.move(deal.id, 'Demo scheduled');
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
  const visit = await made.visit({ cookie: editor });
  const { page } = visit;
  await visit.open('/rules');
  await page.getByRole('link', { name: 'Edit rules' }).click();
  await page.getByText('No changes yet.').waitFor();
  await page.getByRole('button', { name: 'Demo scheduled demo_scheduled' }).click();

  await eventOf(page).fill('');
  await page.getByText('Fix 1 error to publish.').waitFor();
  await page.getByText('Is empty.', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Publish …' }).isDisabled()).toBe(true);
  await expectSound(visit);
  await page.getByRole('button', { name: 'Fix 1 error to publish.' }).click();
  await page.getByRole('button', { name: 'Demo scheduled, event' }).click();
  await page.keyboard.type('demo_planned');
  await page.getByText('1 unpublished change.').waitFor();

  await page.getByRole('tab', { name: 'Try it' }).click();
  await page.getByRole('combobox', { name: 'Deal' }).fill(`https://acme.kommo.com/leads/detail/${deal.id}`);
  await page.getByRole('option', { name: `deal ${deal.id}` }).click();
  await page.getByRole('combobox', { name: 'As if it moved to' }).click();
  await page.getByRole('option', { name: 'Demo scheduled' }).click();
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  const draft = page.getByRole('region', { name: 'Your draft', exact: true });
  await draft.getByText(/^Customer.io gets the event demo_planned for /).waitFor();
  await page.getByText(/^See the \d+ requests$/).click();
  await page.getByRole('deletion').getByText('"name": "demo_scheduled"').waitFor();
  await page.getByRole('insertion').getByText('"name": "demo_planned"').waitFor();
  await expectSound(visit);

  await page.getByRole('tab', { name: 'Compare' }).click();
  await page.getByRole('button', { name: 'Compare with the last 500 events' }).click();
  await page.getByText(/^1 of the last \d+ events would have turned out differently/).waitFor();
  await page.getByRole('link', { name: `Deal ${deal.id} moved` }).waitFor();
  await expectSound(visit);
});

it('each text is shown as it becomes for a real deal, while one types', async () => {
  const { world } = made;
  const deal = world.deal({ email: 'lena@preview.example', name: 'Lena, Pro' });
  world.move(deal.id, 'Demo scheduled');
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
  const visit = await made.visit({ cookie: editor });
  const { page } = visit;
  await visit.open('/rules/edit');
  await page.getByRole('button', { name: 'Demo scheduled demo_scheduled' }).click();
  await page.getByRole('combobox', { name: 'Preview with the deal of' }).fill(String(deal.id));
  await page.getByRole('option', { name: `deal ${deal.id}` }).click();
  const note = page.getByRole('textbox', { name: 'Note on the deal' }).first();
  await note.fill('Hello {{ contact.email }}');
  await page.getByText('Hello lena@preview.example', { exact: true }).waitFor();
  await note.fill('Hello {{ contact.email | upcase }}, {{ event }}');
  await page.getByText('Hello LENA@PREVIEW.EXAMPLE, demo_scheduled', { exact: true }).waitFor();
  await expectSound(visit);
  await page.setViewportSize(PHONE);
  await expect.poll(() => widthOf(page)).toBeLessThanOrEqual(PHONE.width);
  await expectSound(visit);

  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole('button', { name: /^email_clicked/ }).click();
  await page.getByText('with example values, because no such report has arrived yet').first().waitFor();
  await page.reload();
  await expect
    .poll(() => page.getByRole('combobox', { name: 'Preview with the deal of' }).inputValue())
    .toMatch(new RegExp(`Lena|${deal.id}`));
});

it('an editor gets the event of a draft’s rule with the data of a real deal', async () => {
  const { world } = made;
  const deal = world.deal({ email: 'noa@send.example', name: 'Noa, Pro' });
  world.move(deal.id, 'Demo scheduled');
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
  const visit = await made.visit({ cookie: editor });
  const { page } = visit;
  await visit.open('/rules/edit');
  await page.getByRole('button', { name: 'Demo scheduled demo_scheduled' }).click();
  await page.getByRole('combobox', { name: 'Preview with the deal of' }).fill(String(deal.id));
  await page.getByRole('option', { name: `deal ${deal.id}` }).click();
  await page.getByText('Send it to me', { exact: true }).click();
  const address = page.getByRole('textbox', { name: 'Your email address' });
  const send = page.getByRole('button', { name: 'Send the test' });
  await address.fill('noa@send.example');
  await send.click();
  await page.getByText(/^noa@send\.example belongs to a client/).waitFor();
  await address.fill('eve@desk.example');
  await send.click();
  await page.getByText('Customer.io has accepted demo_scheduled for eve@desk.example.').waitFor();
  await expect.poll(() => world.customerio.mailbox('eve@desk.example').length).toBe(1);
  await page.setViewportSize(PHONE);
  await expect.poll(() => widthOf(page)).toBeLessThanOrEqual(PHONE.width);
  await visit.open('/rules/edit');
  await page.getByRole('button', { name: 'Demo scheduled demo_scheduled' }).click();
  await page.getByText('Send it to me', { exact: true }).click();
  expect(await address.inputValue()).toBe('eve@desk.example');
  expect(visit.problems()).toEqual([expect.stringContaining('409')]);
});

it('what an editor publishes runs from the next move on, and the trace tells the version', async () => {
  const { world } = made;
  const visit = await made.visit({ cookie: editor });
  const { page } = visit;
  await visit.open('/rules/edit');
  await page.getByRole('button', { name: 'Demo scheduled demo_scheduled' }).click();
  await eventOf(page).fill('demo_planned');
  await page.getByText('1 unpublished change.').waitFor();
  await page.getByRole('button', { name: 'Publish …' }).click();
  const window = page.getByRole('dialog');
  await window.getByText('the event is now "demo_planned" (was "demo_scheduled")').waitFor();
  await window.getByLabel('Reason').fill('The campaign has a new name');
  await expectSound(visit);
  await window.getByRole('button', { name: 'Publish', exact: true }).click();
  await window.getByText('Version 2 is live.').waitFor();
  await window.getByRole('button', { name: 'See the rules' }).click();
  await page.getByRole('row', { name: /Demo scheduled demo_planned/ }).waitFor();

  const moved = world.deal({ email: 'ben@bolt.example' });
  world.move(moved.id, 'Demo scheduled');
  await world.kommo.waitFor(() => world.noteTexts(moved.id).length === 1);
  await visit.open(`/activity?deal=${moved.id}&outcome=done`);
  await page.getByRole('link', { name: /to "Demo scheduled"/ }).click();
  await page.getByText('Rule: Sales / Demo scheduled → demo_planned').waitFor();
  await page.getByRole('link', { name: /^Rules version \d+$/ }).click();
  await page.getByText('The campaign has a new name').waitFor();
  expect(visit.problems()).toEqual([]);
});

it('the timers of a renamed event are renamed with one click', async () => {
  const visit = await made.visit({ cookie: editor });
  const { page } = visit;
  await visit.open('/rules/edit');
  await page.getByRole('button', { name: 'Closed - won deal_won' }).click();
  await eventOf(page).fill('deal_closed');
  await page.getByText('1 timer starts with “deal_won”, which no stage sends now.').waitFor();
  await expectSound(visit);
  await page.getByRole('button', { name: 'Start it with “deal_closed”' }).click();
  await page.getByText(/^2 unpublished changes|^\d+ unpublished changes/).waitFor();
  expect(await page.getByText(/which no stage sends now/).count()).toBe(0);
});

it('conditions, waiting times and stop conditions are set in the form, and written into the text', async () => {
  const visit = await made.visit({ cookie: editor });
  const { page } = visit;
  await visit.open('/rules/edit');
  await page.getByRole('button', { name: /^Onboarding onboarding_started/ }).click();
  await page.getByRole('button', { name: 'Add a condition' }).click();
  await page.getByRole('combobox', { name: 'Condition 1: value' }).fill('deal.field.Plan');
  await page.getByLabel('Condition 1: comparison').selectOption('one_of');
  await page.getByLabel('Condition 1: compared with').fill('Pro, Business');
  await page.getByRole('button', { name: 'Add a condition' }).click();
  await page.getByRole('combobox', { name: 'Condition 2: value' }).fill('deal.price');
  await page.getByLabel('Condition 2: comparison').selectOption('at_least');
  await page.getByLabel('Condition 2: compared with').fill('1000');
  await page.getByRole('button', { name: 'Add a group', exact: true }).click();
  await page.getByRole('combobox', { name: 'Condition 3.1: value' }).fill('deal.field.Segment');
  await page.getByLabel('Condition 3.1: compared with').fill('SMB');
  await page.getByLabel('Group 3: how its conditions combine').selectOption('At least one of these is true');
  await page.getByRole('button', { name: 'Add a condition to group 3' }).click();
  await page.getByRole('combobox', { name: 'Condition 3.2: value' }).fill('deal.price');
  await page.getByLabel('Condition 3.2: comparison').selectOption('empty');
  await page.getByLabel('Wait before sending').fill('2 hours');
  await page.getByLabel('Quiet hours').first().fill('21:00-08:00');
  await page.getByLabel('How often', { exact: true }).selectOption('deal');
  await page.getByText('4 unpublished changes.').waitFor();
  await expectSound(visit);
  await page.setViewportSize(PHONE);
  await expect.poll(() => widthOf(page)).toBeLessThanOrEqual(PHONE.width);
  await expectSound(visit);
  await page.setViewportSize({ width: 1280, height: 900 });

  await page.getByRole('button', { name: /^5d after deal_won/ }).click();
  await page.getByLabel('Stopped by', { exact: true }).first().fill('sms_replied');
  await page.keyboard.press('Enter');
  await page.getByLabel('Also stopped when').first().press('ArrowDown');
  await page.getByText('the client is unsubscribed').click();
  await page.keyboard.press('Escape');
  await page.getByText('6 unpublished changes.').waitFor();
  await expectSound(visit);

  await page.getByRole('tab', { name: 'As text' }).click();
  const text = await page.getByLabel('Rules as text (YAML)').inputValue();
  expect(text).toContain('one_of');
  expect(text).toContain('at_least: 1000');
  expect(text).toMatch(/any:\s+- (\{ )?value: deal.field.Segment/);
});

it('an older version is compared and brought back', async () => {
  const basedOn = await newestVersion();
  const text = kept.text().replace('event: onboarding_started', 'event: onboarding_begun');
  await publishRules(made.world, made.cookie, { draft: { text: kept.text() }, basedOn });
  await publishRules(made.world, made.cookie, { draft: { text }, basedOn: basedOn + 1 });
  const visit = await made.visit({ cookie: editor });
  const { page } = visit;
  await visit.open('/rules/versions');
  await page.getByRole('deletion').getByText('event: onboarding_started').waitFor();
  await page.getByRole('insertion').getByText('event: onboarding_begun').waitFor();
  await expectSound(visit);
  await page.getByRole('button', { name: `Restore version ${basedOn + 1}` }).click();
  const window = page.getByRole('dialog');
  await window.getByText('the event is now "onboarding_started" (was "onboarding_begun")').waitFor();
  await expectSound(visit);
  await window.getByRole('button', { name: `Restore version ${basedOn + 1}` }).click();
  await window.getByText(`Version ${basedOn + 3} is live.`).waitFor();
  await window.getByRole('button', { name: 'See the rules' }).click();
  await page.getByRole('row', { name: /Onboarding onboarding_started/ }).waitFor();
  expect(visit.problems()).toEqual([]);
});

it('a draft outlives a reload, its text and form are one, and it is not lost to another one’s version', async () => {
  const { world } = made;
  const visit = await made.visit({ cookie: editor, viewport: PHONE, colorScheme: 'dark' });
  const { page } = visit;
  await visit.open('/rules/edit?view=text');
  const text = page.getByRole('textbox', { name: 'Rules as text (YAML)' });
  const before = await text.inputValue();
  await text.fill(before.replace('event: demo_completed', 'event: demo_completed, colour: red'));
  await page.getByRole('button', { name: /^Line \d+$/ }).waitFor();
  await expectSound(visit);
  await text.fill(before.replace('event: demo_completed', 'event: demo_done'));
  await page.getByText('1 unpublished change.').waitFor();
  await page.reload();
  await page.getByRole('tab', { name: 'Form' }).click();
  await page.getByRole('button', { name: 'Demo completed demo_done' }).click();
  await page.getByRole('button', { name: 'Add a line' }).first().click();
  await page.keyboard.type('plan');
  await page.getByRole('combobox', { name: 'Value of plan' }).first().fill('segm');
  await page.getByRole('option', { name: 'deal.field.Segment' }).click();
  await page.getByText('2 unpublished changes.').waitFor();
  expect(await widthOf(page)).toBeLessThanOrEqual(390);
  await expectSound(visit);

  const window = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Eve (editor)' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await window.getByText('It isn’t published.').waitFor();
  await expectSound(visit);
  await window.getByRole('button', { name: 'Stay on this page' }).click();
  await page.getByRole('button', { name: 'Open the menu' }).click();
  await page.getByRole('link', { name: 'Rules' }).click();
  await window.getByRole('button', { name: 'Leave and keep it' }).click();
  await page.getByRole('link', { name: 'Continue your draft' }).click();
  await page.getByText('2 unpublished changes.').waitFor();

  const basedOn = await newestVersion();
  const other = before.replace('event: proposal_sent', 'event: offer_sent');
  await publishRules(world, made.cookie, { draft: { text: other }, basedOn });
  await page.getByRole('button', { name: 'Publish …' }).click();
  await window.getByRole('button', { name: 'Publish', exact: true }).click();
  await window.getByText('Your draft has been kept.').waitFor();
  await window.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText(`Version ${basedOn + 1} was published while you were editing.`).waitFor();
  // The browser notes the refusal, which was to come.
  expect(visit.problems()).toEqual([expect.stringContaining('409')]);
  await page.getByRole('button', { name: `Overwrite version ${basedOn + 1} with my draft` }).click();
  await page.getByText('3 unpublished changes.').waitFor();
  await page.getByRole('button', { name: 'Discard draft …' }).click();
  await page.getByRole('button', { name: 'Discard draft', exact: true }).click();
  await page.getByRole('button', { name: 'Proposal sent offer_sent' }).waitFor();
  expect(visit.problems()).toEqual([]);
});

it('a viewer sees the rules and their versions, and is told who may edit', async () => {
  const cookie = await invited(made.world, made.cookie, 'Vera', 'viewer');
  const visit = await made.visit({ cookie, viewport: PHONE });
  const { page } = visit;
  await visit.open('/rules');
  await page.getByText('You need the editor role to edit rules.').waitFor();
  expect(await page.getByRole('link', { name: 'Edit rules' }).count()).toBe(0);
  await visit.open('/rules/edit');
  await page.getByText('These rules can’t be edited here.').waitFor();
  await visit.open('/rules/versions');
  await page.getByText('You need the editor role to restore a version.').waitFor();
  expect(await page.getByRole('button', { name: /^Restore/ }).count()).toBe(0);
  expect(await widthOf(page)).toBeLessThanOrEqual(390);
  await expectSound(visit);
});
