import { beforeAll, expect, it } from 'vitest';
import { expectSound, rig } from './support/rig.ts';
import { rulesInConsole } from './support/rules.ts';
import { invited } from './support/visit.ts';

const kept = rulesInConsole();
const made = rig({ config: kept.config });

let editor: string;
beforeAll(async () => {
  await kept.publish(made.world, made.cookie);
  editor = await invited(made.world, made.cookie, 'Eve', 'editor');
});

const PHONE = { width: 390, height: 844 };

it('what was tried is saved as a test case, and holds up a version that decides otherwise', async () => {
  const { world } = made;
  const deal = world.deal({ email: 'lena@cases.example', name: 'Lena Berg' });
  world.move(deal.id, 'Demo scheduled');
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
  await world.settled();
  const visit = await made.visit({ cookie: editor });
  const { page } = visit;
  await visit.open('/rules/edit?view=try');
  await page.getByRole('combobox', { name: 'As if it moved to' }).click();
  await page.getByRole('option', { name: 'Demo scheduled' }).click();
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await page.getByText('Save as a test case').first().click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Demo of Lena');
  await page.getByRole('button', { name: 'Save as a test case' }).click();
  await page.getByText('“Demo of Lena” is saved.').waitFor();
  await expectSound(visit);

  await page.getByRole('tab', { name: 'Test cases' }).click();
  await page.getByText('The test case passes.').waitFor();
  await page.getByRole('button', { name: 'Rename “Demo of Lena”' }).click();
  await page.getByLabel('New name').fill('Demo');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Rename “Demo”' }).waitFor();

  await page.getByRole('tab', { name: 'Form' }).click();
  await page.getByRole('button', { name: 'Demo scheduled demo_scheduled' }).click();
  await page.getByRole('textbox', { name: 'Event in Customer.io' }).fill('demo_planned');
  await page.getByText('1 unpublished change.').waitFor();
  await page.getByRole('tab', { name: 'Test cases' }).click();
  await page.getByText('1 of 1 test case does not come out as expected.').waitFor();
  await page
    .getByRole('region', { name: 'Your draft' })
    .getByText(/the event demo_planned for Lena/)
    .waitFor();
  await expectSound(visit);
  await page.setViewportSize(PHONE);
  await expect
    .poll(() => page.evaluate('document.documentElement.scrollWidth'))
    .toBeLessThanOrEqual(PHONE.width);
  await expectSound(visit);
  await page.setViewportSize({ width: 1280, height: 900 });

  await page.getByRole('button', { name: 'Publish …' }).click();
  const window = page.getByRole('dialog');
  await window.getByText('1 of 1 test case does not come out as expected.').waitFor();
  const publish = window.getByRole('button', { name: 'Publish', exact: true });
  expect(await publish.isDisabled()).toBe(true);
  await window.getByLabel('Publish although test cases differ').check();
  await window.getByRole('textbox', { name: 'Reason' }).fill('The campaign was renamed');
  await expectSound(visit);
  await publish.click();
  await window.getByText('Version 2 is live.').waitFor();
  expect(visit.problems()).toEqual([]);
});

it('the new outcome is expected from then on, and the test case is deleted', async () => {
  const visit = await made.visit({ cookie: editor });
  const { page } = visit;
  await visit.open('/rules/edit?view=cases');
  await page.getByRole('button', { name: 'Expect this from now on: “Demo”' }).click();
  await page.getByText('The test case passes.').waitFor();
  await page.getByRole('button', { name: 'Delete “Demo”' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('No test cases yet.').waitFor();
  await expectSound(visit);
});
