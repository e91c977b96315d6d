import { expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { expectSound, rig } from './support/rig.ts';

const made = rig();

/** Deals whose note Kommo refuses. */
async function refusedNotes(world: World, count: number): Promise<number[]> {
  const deals = Array.from({ length: count }, () => world.deal());
  world.customerio.faults.add({ kind: 'status', status: 400, match: { method: 'PUT' }, times: count });
  for (const { id } of deals) world.move(id, 'Closed - won');
  await world.kommo.waitFor(() => world.kommo.hooksPending() === 0);
  await world.settled();
  return deals.map(({ id }) => id);
}

it('says that nothing has failed', async () => {
  const visit = await made.visit();
  await visit.open('/failures');
  await visit.page.getByText('No problems.').waitFor();
  await expectSound(visit);
});

it('replays what failed, after it has said what that would do', async () => {
  const { world } = made;
  const deals = await refusedNotes(world, 3);
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/failures');
  const group = page.getByRole('region', {
    name: /were not updated in Customer.io, because Customer.io refused it/,
  });
  await group.getByText('What to do first').waitFor();
  await group.getByText('3 events and 3 notes were not sent either').waitFor();
  await expectSound(visit);

  await group.getByRole('button', { name: 'Retry …' }).click();
  const plan = page.getByRole('dialog');
  await plan.getByText(/actions will be sent again/).waitFor();
  await expectSound(visit);
  await plan.getByRole('button', { name: /^Retry \d+/ }).click();
  await plan.getByText(/^(\d+) of \1 delivered/).waitFor();
  await plan.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByText('No problems.').waitFor();
  await world.settled();
  expect(deals.map((id) => world.noteTexts(id).length)).toEqual([1, 1, 1]);
  expect(visit.problems()).toEqual([]);
});

it('leads to the rule whose text is too long, and names the client', async () => {
  const { world } = made;
  const { id } = world.deal({ name: 'Ann Lee', email: 'ann@acme.example' });
  world.kommo.switches.noteTextMax = 5;
  world.move(id, 'Closed - won');
  await world.customerio.waitFor(() => world.customerio.mailbox('ann@acme.example')[0]);
  await world.settled();
  const visit = await made.visit();
  const { page } = visit;
  await visit.open('/failures');
  const problem = page.getByRole('region', {
    name: '1 note on the deal of Ann Lee was not written, because the note of “Closed - won” is too long for Kommo.',
  });
  await problem.getByRole('link', { name: 'Ann Lee' }).waitFor();
  await problem.getByText('Technical details').click();
  await problem.getByText('This value is too long').waitFor();
  await expectSound(visit);
  await problem.getByRole('link', { name: 'Edit “Closed - won”' }).click();
  await page.waitForURL(/rules\/edit/);
  world.kommo.switches.noteTextMax = null;
  await visit.open('/failures');
  await problem.getByRole('button', { name: 'Retry …' }).click();
  const window = page.getByRole('dialog');
  await window.getByRole('button', { name: /^Retry \d+/ }).click();
  await window.getByText('1 of 1 delivered').waitFor();
  await window.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByText('No problems.').waitFor();
  expect(visit.problems()).toEqual([]);
});

it('discards with a reason, which the audit log keeps', async () => {
  const { world } = made;
  await refusedNotes(world, 1);
  const visit = await made.visit({ viewport: { width: 390, height: 844 } });
  const { page } = visit;
  await visit.open('/failures');
  const group = page.getByRole('region', { name: /was not updated in Customer.io, because/ });
  await group.getByRole('button', { name: 'Dismiss …' }).click();
  const window = page.getByRole('dialog');
  await window.getByLabel('Reason').fill('A test person');
  await expectSound(visit);
  await window.getByRole('button', { name: 'Dismiss 1' }).click();
  await window.getByText(/\d+ dismissed/).waitFor();
  await window.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByText('No problems.').waitFor();
  const response = await fetch(`${world.app.url}/api/audit`, { headers: { cookie: made.cookie } });
  const { entries } = (await response.json()) as { entries: { what: string; detail: string; who: string }[] };
  expect(entries.find(({ what }) => what === 'discard')).toMatchObject({
    who: 'Ann',
    detail: expect.stringContaining('A test person'),
  });
  expect(visit.problems()).toEqual([]);
});

// The last one: the lane is on hold for a minute after the refusal.
it('says on top which side is paused, and what waits for whom', async () => {
  const { world } = made;
  const visit = await made.visit();
  const { page } = visit;
  world.customerio.faults.add({ kind: 'status', status: 401 });
  world.move(world.deal({ name: 'Ben Cruz', email: 'ben@cruz.example' }).id, 'Demo scheduled');
  await visit.open('/failures');
  const alert = page.getByRole('alert');
  await alert.getByText('Customer.io is paused for acme until someone fixes the cause.').waitFor();
  await alert.getByText(/^Waiting: .*1 event.* For Ben Cruz\. Nothing is lost/).waitFor();
  await alert.getByRole('link', { name: 'Go to Connections' }).waitFor();
  await expectSound(visit);
});
